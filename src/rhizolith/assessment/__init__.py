"""Inventory of associations, exposure and the vulnerability spectrum."""
