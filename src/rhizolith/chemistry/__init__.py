"""Aqueous equilibria from a PHREEQC-format database: solved for many waters, or as algebraic rows for the engine.

>>> from rhizolith.chemistry import choose, read_database, speciate
>>> water = {"Ca+2": 8e-4, "Mg+2": 3e-4, "K+": 2e-4, "Na+": 2e-4, "Al+3": 2e-6, "H2Ox": 1e-4, "SO4-2": 2e-4}
>>> chemistry = choose(read_database(), [*water, "Cl-"], temperature=288.15)
>>> solved = speciate(chemistry, water, pH=4.6, charge="Cl-")
>>> solved["AlOx+"], solved.saturation("Gibbsite"), solved.ionic_strength
"""

from __future__ import annotations

from typing import Any

_DOORS = {
    "read_database": "database", "choose": "species_set", "speciate": "speciation", "algebraic_rows": "rows",
    "parameters_of": "rows", "exchange_rows": "exchange", "solve_exchange": "exchange", "selectivities": "exchange",
    "as_in_database": "activity", "davies": "activity", "ideal": "activity", "Database": "database",
    "Speciation": "species_set", "Water": "water",
}  # fmt: skip

__all__ = sorted(_DOORS)


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"rhizolith.chemistry has no {name!r}; it has {', '.join(__all__)}")
    from importlib import import_module

    return getattr(import_module(f"rhizolith.chemistry.{_DOORS[name]}"), name)
