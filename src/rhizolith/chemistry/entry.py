"""One reaction of a database and the options written under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rhizolith.chemistry.formula import reaction
from rhizolith.chemistry.log_k import Terms, from_coefficients, from_enthalpy, number

CALORIE = 4.184
"""J per thermochemical calorie."""
_USED = (
    "log_k", "logk", "delta_h", "deltah", "analytical_expression", "a_e", "ae", "gamma", "llnl_gamma",
    "co2_llnl_gamma", "davies", "add_logk", "add_log_k", "add_constant", "no_check", "check", "mole_balance",
    "mass_balance", "mb", "offset",
)  # fmt: skip
_NO_MATTER = ("dw", "vm", "viscosity", "erm_ddl", "millero", "t_c", "p_c", "omega")
"""of transport, of volumes and of gases far from 1 atm"""
_NOT_USED = ("activity_water", "cd_music", "params", "epsilon")
"""would change the equilibria, so that the database names them as ignored"""


@dataclass(frozen=True)
class Reaction:
    """One entry of a database: what is formed from what, how strongly, and where it was read."""

    name: str
    left: tuple[tuple[str, float], ...]
    right: tuple[tuple[str, float], ...]
    log_k: Terms = field(repr=False)
    gamma: tuple[float, float] | None = None
    """å (Å) and b (kg mol⁻¹) of `-gamma`"""
    llnl_size: float | None = None
    """å (Å) of `-llnl_gamma`"""
    co2_like: bool = False
    """whether `-co2_llnl_gamma` is set"""
    davies: bool = False
    check: bool = True
    balance: str | None = None
    """what `-mass_balance` counts instead of the reaction's own stoichiometry"""
    named: tuple[tuple[str, float], ...] = ()
    """named expressions to add to log K, with their factors"""
    where: str = ""


def option_name(word: str) -> str | None:
    """The full name of an option as PHREEQC resolves it: any abbreviation after a dash; None when unknown."""
    plain = word.lstrip("-").lower()
    known = (*_USED, *_NO_MATTER, *_NOT_USED)
    if plain in known:
        return plain
    if word.startswith("-") and plain:
        return next((name for name in known if name.startswith(plain)), None)
    return None


def is_used(name: str) -> bool:
    """Whether an option is taken into the equilibria computed here."""
    return name in _USED


def is_missed(name: str, values: Sequence[str]) -> bool:
    """Whether leaving an option out changes the equilibria: charge spread over planes, an active fraction."""
    return name in _NOT_USED or (name == "gamma" and _numbers(values)[2:3] not in ([], [0.0]))


class Entry:
    """Collects what stands under one reaction until the next begins."""

    def __init__(self, name: str, text: str, where: str) -> None:
        self.name, self.text, self.where = name, text, where
        self.log_k, self.delta_h, self.offset = 0.0, 0.0, 0.0
        self.analytic: list[float] = []
        self.more: dict[str, Any] = {}
        self.named: list[tuple[str, float]] = []

    def option(self, name: str, values: Sequence[str]) -> None:
        """Take one option; ValueError or IndexError when its values cannot be read."""
        if name in ("log_k", "logk"):
            self.log_k = number(values[0])
        elif name in ("delta_h", "deltah"):
            self.delta_h = enthalpy(values)
        elif name in ("analytical_expression", "a_e", "ae"):
            self.analytic = _numbers(values)
        elif name == "gamma":
            size, slope = (*_numbers(values), 0.0)[:2]
            self.more["gamma"] = (size, slope)
        elif name == "llnl_gamma":
            self.more["llnl_size"] = number(values[0])
        elif name == "co2_llnl_gamma":
            self.more["co2_like"] = True
        elif name == "davies":
            self.more["davies"] = True
        elif name in ("no_check", "check"):
            self.more["check"] = name == "check"
        elif name in ("mole_balance", "mass_balance", "mb"):
            self.more["balance"] = values[0]
        elif name in ("add_logk", "add_log_k"):
            self.named.append((values[0].lower(), number(values[1]) if len(values) > 1 else 1.0))
        elif name in ("add_constant", "offset"):
            self.offset += number(values[0])

    def build(self) -> Reaction:
        """The finished reaction; ValueError when its equation cannot be read."""
        left, right = reaction(self.text)
        return Reaction(
            self.name, tuple(left), tuple(right), self.terms(), named=tuple(self.named), where=self.where, **self.more
        )

    def terms(self) -> Terms:
        """An analytic expression wins over log K and enthalpy, as in PHREEQC."""
        k = from_coefficients(self.analytic) if any(self.analytic) else from_enthalpy(self.log_k, self.delta_h)
        k[0] += self.offset
        return k


def enthalpy(values: Sequence[str]) -> float:
    """kJ mol⁻¹ from a number and a unit (kJ, kcal, J or cal, per mol); kJ when none. ValueError for another one."""
    amount = number(values[0])
    unit = values[1].lower() if len(values) > 1 else "kj"
    if unit.removeprefix("k")[:1] not in ("c", "j"):
        raise ValueError(f"{values[1]!r} is no unit of enthalpy; write kJ, kcal, J or cal")
    return amount * (1.0 if unit.startswith("k") else 1e-3) * (CALORIE if "c" in unit else 1.0)


def _numbers(values: Sequence[str]) -> list[float]:
    found = []
    for value in values:
        try:
            found.append(number(value))
        except ValueError:
            if not found:
                raise
            break
    return found
