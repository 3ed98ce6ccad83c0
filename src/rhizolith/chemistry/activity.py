"""Activity coefficients of dissolved species."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rhizolith.chemistry.database import LlnlModel
from rhizolith.chemistry.entry import Reaction
from rhizolith.chemistry.log_k import LN10
from rhizolith.chemistry.solvent import ZERO_CELSIUS, debye_huckel
from rhizolith.errors import InputError, Problem

__all__ = ["LN10", "WATER_FACTOR", "Curve", "Slopes", "as_in_database", "davies", "debye_huckel", "ideal", "ln_gamma"]

DAVIES_SLOPE = 0.3
"""Linear term of the Davies equation (dimensionless), as PHREEQC uses it."""
NEUTRAL_SLOPE = 0.1
"""log γ of an uncharged species per unit ionic strength (kg mol⁻¹), PHREEQC's default (Parkhurst & Appelo 2013)."""
WATER_FACTOR = 0.017
"""Fall of the activity of water per mol kg⁻¹ of solutes (Garrels & Christ; Parkhurst & Appelo 2013)."""


@dataclass(frozen=True)
class Curve:
    """How ln γ of one species falls with ionic strength I.

    log10 γ = −A z² √I/(1 + B å √I) + 0.3 A d I + (b + B-dot·s) I + co2·C(I); Davies has B å = 1, d = z².
    """

    z2: float = 0.0
    size: float | None = None
    """å in Å; None is Davies's B å = 1"""
    davies: float = 0.0
    slope: float = 0.0
    """b in kg mol⁻¹"""
    bdot: float = 0.0
    co2: float = 0.0


@dataclass(frozen=True)
class Slopes:
    """What the curves of all species share at one temperature; numbers, or symbols of the engine."""

    a: Any
    """A, (kg/mol)^½"""
    b: Any
    """B, Å⁻¹ (kg/mol)^½"""
    bdot: Any = 0.0
    """kg mol⁻¹"""
    co2_linear: Any = 0.0
    co2_bent: Any = 0.0
    """ln γ(CO2) = co2_linear I − co2_bent I/(1 + I), Drummond's polynomial in LLNL's database"""


Rule = Callable[[float, Reaction | None], Curve]
"""Charge and database entry of a species → its curve."""


def as_in_database(charge: float, entry: Reaction | None) -> Curve:
    """PHREEQC's rule: `-gamma` (WATEQ) or `-llnl_gamma` (B-dot) where given, else Davies, 0.1 I when uncharged.

    Holds to about 0.5 mol kg⁻¹ (Davies) and 1 mol kg⁻¹ (WATEQ, B-dot).
    """
    if entry is not None and entry.co2_like:
        return Curve(co2=1.0)
    if entry is not None and entry.llnl_size is not None:
        return Curve(charge**2, entry.llnl_size, bdot=1.0) if charge else Curve()
    if entry is not None and entry.gamma is not None:
        return Curve(charge**2, entry.gamma[0] if charge else None, slope=entry.gamma[1])
    return davies(charge, entry)


def davies(charge: float, entry: Reaction | None) -> Curve:
    """The Davies equation for every ion, 0.1 I for uncharged species, whatever the database says."""
    return Curve(charge**2, None, davies=charge**2) if charge else Curve(slope=NEUTRAL_SLOPE)


def ideal(charge: float, entry: Reaction | None) -> Curve:
    """Activities equal molalities: for teaching and for tests."""
    return Curve()


def exchanged(charge: float, entry: Reaction | None) -> Curve:
    """A cation on an exchanger keeps the γ it has in water (`-gamma` in EXCHANGE_SPECIES); without one γ is 1."""
    if entry is None or (entry.gamma is None and entry.llnl_size is None and not entry.davies):
        return Curve()
    if entry.davies or entry.gamma == (0.0, 0.0):
        return davies(charge, None)
    if entry.llnl_size is not None:
        return Curve(charge**2, entry.llnl_size, bdot=1.0)
    assert entry.gamma is not None
    return Curve(charge**2, entry.gamma[0], slope=entry.gamma[1])


def slopes_at(temperature: float, llnl: LlnlModel | None) -> Slopes:
    """A, B and B-dot at a temperature in K: from a database's own table when it has one, else from water itself."""
    if llnl is None:
        return Slopes(*debye_huckel(temperature))
    celsius = temperature - ZERO_CELSIUS
    if not llnl.temperatures[0] <= celsius <= llnl.temperatures[-1]:
        low, high = llnl.temperatures[0], llnl.temperatures[-1]
        what = f"{celsius:g} °C lies outside the activity model of the database"
        raise InputError(Problem("temperature", what, f"stay between {low:g} and {high:g} °C"))
    a, b, bdot = (float(np.interp(celsius, llnl.temperatures, column)) for column in (llnl.a, llnl.b, llnl.bdot))
    c, f, g, e, h = llnl.co2
    t = temperature
    return Slopes(a, b, bdot, c + f * t + g / t, e + h * t)


def ln_gamma(curve: Curve, s: Slopes, ionic: Any, root: Any) -> Any:
    """ln γ at ionic strength `ionic` (mol kg⁻¹; `root` is its square root); numbers, arrays or expressions."""
    total: Any = 0.0 * ionic
    if curve.z2:
        total = total - LN10 * curve.z2 * s.a * root / (1.0 + root * (1.0 if curve.size is None else curve.size * s.b))
    if curve.davies:
        total = total + LN10 * DAVIES_SLOPE * curve.davies * s.a * ionic
    if curve.slope or curve.bdot:
        total = total + LN10 * (curve.slope + curve.bdot * s.bdot) * ionic
    if curve.co2:
        total = total + s.co2_linear * ionic - s.co2_bent * ionic / (1.0 + ionic)
    return total


class Curves:
    """Many curves at once: ln γ and its derivative by ionic strength, for arrays of waters."""

    def __init__(self, curves: Sequence[Curve], s: Slopes) -> None:
        sizes = list(dict.fromkeys(c.size for c in curves))
        self.bends = np.array([1.0 if size is None else size * s.b for size in sizes])[:, None]
        self.which = np.array([sizes.index(c.size) for c in curves])
        self.limiting = np.array([-LN10 * c.z2 * s.a for c in curves])[:, None]
        linear = [c.slope + c.bdot * s.bdot + DAVIES_SLOPE * c.davies * s.a for c in curves]
        self.linear = np.array([LN10 * n for n in linear])[:, None]
        self.co2 = [k for k, c in enumerate(curves) if c.co2]
        self.s = s

    def at(self, ionic: Any) -> tuple[Any, Any]:
        """ln γ and d ln γ/dI [curve, water] at ionic strengths [water] above zero, as `ln_gamma` has them."""
        root = np.sqrt(ionic)
        bend = 1.0 + self.bends * root
        value = self.limiting * (root / bend)[self.which]
        value += self.linear * ionic
        change = self.limiting * (0.5 / (root * bend**2))[self.which]
        change += self.linear
        for k in self.co2:
            value[k] += self.s.co2_linear * ionic - self.s.co2_bent * ionic / (1.0 + ionic)
            change[k] += self.s.co2_linear - self.s.co2_bent / (1.0 + ionic) ** 2
        return value, change
