"""How an equilibrium constant depends on temperature."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LN10 = 2.302585092994046
GAS_CONSTANT = 0.0083147
"""kJ mol⁻¹ K⁻¹, the value PHREEQC converts enthalpies with (8.3147 J); kept so that its log K are reproduced."""
REFERENCE = 298.15
"""K: the temperature that `log_k` of a database refers to."""

Terms = NDArray[np.float64]
"""A1 … A6 of log10 K = A1 + A2 T + A3/T + A4 log10 T + A5/T² + A6 T², T in K (Parkhurst & Appelo 2013)."""


def number(text: str) -> float:
    """A finite number as databases write it; ValueError in words otherwise."""
    try:
        value = float(text.lstrip("="))
    except ValueError:
        raise ValueError(f"{text!r} is no number") from None
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not finite")
    return value


def from_enthalpy(log_k: float, enthalpy: float) -> Terms:
    """van 't Hoff from 25 °C: log10 K at 25 °C and the enthalpy of the reaction in kJ mol⁻¹, as six terms."""
    slope = enthalpy / (LN10 * GAS_CONSTANT)
    return np.array([log_k + slope / REFERENCE, 0.0, -slope, 0.0, 0.0, 0.0])


def from_coefficients(numbers: Sequence[float]) -> Terms:
    """Up to six coefficients of the analytic expression, missing ones zero."""
    return np.array([*numbers, *[0.0] * 6][:6])


def at(terms: Terms, temperature: float) -> float:
    """log10 K at a temperature in K."""
    t = temperature
    return float(np.dot(terms, [1.0, t, 1 / t, np.log10(t), 1 / t**2, t**2]))
