"""Aqueous equilibria from a PHREEQC-format database, as algebraic rows."""
