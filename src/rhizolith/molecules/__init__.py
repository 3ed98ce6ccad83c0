"""Mass spectra to molecular formulas: assignment, recalibration and filters."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {"assign": "assignment", "candidates": "candidate_search", "calibrate": "calibration"}
__all__ = ["assign", "calibrate", "candidates"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(name)
