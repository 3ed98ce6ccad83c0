"""Reads an experiment: soil and plant tables, enzyme plates, mass spectra, sequences, a design, on one sample axis."""
