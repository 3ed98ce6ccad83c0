"""How a molecule becomes an ion: adducts, their mass shifts and charges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rhizolith.errors import InputError, Problem
from rhizolith.molecules.formula import parse
from rhizolith.molecules.isotopes import table


@dataclass(frozen=True)
class Adduct:
    """An ion type: m/z = neutral mass + `shift` (Da), singly charged."""

    name: str
    charge: int
    shift: float
    primary: bool
    about: str

    def atoms(self, element: str) -> int:
        """Atoms of an element that came with the adduct, such as 1 Cl in [M+Cl]-."""
        found = re.search(r"\+([A-Z][A-Za-z0-9]*)\]", self.name)
        return parse(found[1]).get(element, 0) if found else 0


@cache
def adducts() -> dict[str, Adduct]:
    """Every ion type of `data/adducts.csv`, by name. Shifts are sums of AME2020 masses and the electron's."""
    return {
        r["name"]: Adduct(r["name"], int(r["charge"]), float(r["shift_Da"]), r["primary"] == "1", r["about"])
        for r in table("adducts.csv")
    }


def choose(names: tuple[str, ...] | list[str] | None, charge: int) -> tuple[Adduct, ...]:
    """The ion types to search, the main one first; by default the main one of this charge. Raises InputError."""
    if charge not in (-1, 1):
        fix = "use -1 or 1; list multiply charged ions apart"
        raise InputError(Problem("charge", f"{charge!r} is not searched", fix))
    known = adducts()
    if names is None:
        return tuple(a for a in known.values() if a.charge == charge and a.primary)
    problems = [
        Problem("adducts", f"{n!r} is not known", f"known: {', '.join(known)}") for n in names if n not in known
    ]
    problems += [
        Problem("adducts", f"{n} has charge {known[n].charge:+d}, the list {charge:+d}", "give ions of one polarity")
        for n in names
        if n in known and known[n].charge != charge
    ]
    if problems or not names:
        raise InputError(problems or Problem("adducts", "no ion type given", f"known: {', '.join(known)}"))
    return tuple(known[n] for n in names)
