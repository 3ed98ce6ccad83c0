"""Factors between units that soils and roots are often described in; every other unit goes through pint."""

from __future__ import annotations

FACTORS: dict[str, dict[str, float]] = {
    "m": {"mm": 0.001, "cm": 0.01, "um": 1e-06, "nm": 1e-09, "dm": 0.1},
    "s": {
        "min": 60.0,
        "h": 3600.0,
        "hour": 3600.0,
        "hours": 3600.0,
        "d": 86400.0,
        "day": 86400.0,
        "days": 86400.0,
        "week": 604800.0,
        "weeks": 604800.0,
    },
    "kg/m^3": {
        "g/cm^3": 999.9999999999999,
        "Mg/m^3": 1000.0,
        "kg/l": 999.9999999999999,
        "kg/L": 999.9999999999999,
        "g/l": 0.9999999999999999,
        "g/L": 0.9999999999999999,
        "mg/l": 0.0009999999999999998,
        "mg/L": 0.0009999999999999998,
    },
    "kg/kg": {"g/kg": 0.001, "mg/kg": 1e-06, "ug/kg": 1e-09, "%": 0.01, "mg/g": 0.001, "g/g": 1.0},
    "": {"%": 0.01},
    "mol/kg": {"mmol/kg": 0.001, "cmol/kg": 0.01, "umol/kg": 1e-06, "umol/g": 0.001, "mmol/g": 1.0},
    "mol/m^3": {
        "mol/l": 999.9999999999999,
        "mol/L": 999.9999999999999,
        "mmol/l": 0.9999999999999999,
        "mmol/L": 0.9999999999999999,
        "umol/l": 0.0009999999999999998,
        "umol/L": 0.0009999999999999998,
    },
    "m/m^3": {"cm/cm^3": 10000.0, "km/m^3": 1000.0, "m/l": 999.9999999999999},
    "1/m^2": {"cm/cm^3": 10000.0, "km/m^3": 1000.0, "m/m^3": 1.0, "m/l": 999.9999999999999},
    "m^2/kg": {"m^2/g": 1000.0},
}
"""SI unit → {unit as written, tidied: factor}; a test holds each to pint."""

FROM_MASS: dict[str, dict[str, float]] = {
    "mol/kg": {"g/kg": 0.001, "mg/kg": 1e-06, "ug/kg": 1e-09, "%": 0.01, "mg/g": 0.001},
    "mol/m^3": {
        "g/l": 0.9999999999999999,
        "g/L": 0.9999999999999999,
        "mg/l": 0.0009999999999999998,
        "mg/L": 0.0009999999999999998,
        "ug/l": 9.999999999999997e-07,
        "ug/L": 9.999999999999997e-07,
    },
}
"""The same for masses that count as moles, before division by the molar mass in kg/mol."""


def converted(number: float, tidy: str, unit: str, molar_mass: float | None) -> float | None:
    """`number` in `unit`, or None where this table lacks the pair of units."""
    if tidy == "degC" and unit == "K":
        return number + 273.15
    if molar_mass and tidy in FROM_MASS.get(unit, {}):
        return number / molar_mass * FROM_MASS[unit][tidy]
    factor = FACTORS.get(unit, {}).get(tidy)
    return None if factor is None else number * factor
