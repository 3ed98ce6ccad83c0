"""Mass spectra to molecular formulas: assignment, recalibration and filters."""
