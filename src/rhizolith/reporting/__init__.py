"""Sections with figures and sources, on one self-contained page."""
