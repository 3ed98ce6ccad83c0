"""Mass spectra to molecular formulas: assignment, recalibration and filters."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "align": "alignment", "assign": "assignment", "assign_samples": "formulas_by_sample",
    "assigned_file": "assign_file", "calibrate": "calibration",
    "candidates": "candidate_search", "formula_table": "formulas_by_sample", "over_blank": "filters",
    "presence": "filters", "read_peaks": "peak_file", "replicated": "filters",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"rhizolith.molecules has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
