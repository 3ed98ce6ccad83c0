"""Figures of a study, one kind a file: a function of tables that returns a panel."""
