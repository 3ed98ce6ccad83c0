"""What a described root says of the triggers around it: ordinal levels beside the usual fine root."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rhizolith.knowledge import tables

if TYPE_CHECKING:
    from rhizolith.description.root import Root

MADE_OF = {
    "carboxylate": ("oxalate", "citrate"), "labile_substrate": ("sugar", "amino_compound"), "reductant": ("catechol",),
    "siderophore": ("siderophore",),
}  # fmt: skip
"""node of the network → organic classes whose exudation tells of it"""
APART = 2.0
"""times the usual rate that counts as high, and below its inverse as low (assumed)"""


def levels_of(root: Root) -> Mapping[str, str]:
    """Node of the network of causes → level, for what this root states; what it leaves to the usual root says nothing.

    Rates are compared with those of the usual fine root (parameters.csv), since nothing finer than an order is claimed.
    """
    found: dict[str, str] = {}
    if root.exudation:
        given = {organic: rate / root.surface for organic, rate in root.exudation.items()}
        usual = {organic: _usual(f"exudation_{organic}") for organic in given}
        found["rhizodeposition"] = beside(sum(given.values()), sum(usual.values()))
        for node, classes in MADE_OF.items():
            held = [c for c in classes if c in given]
            if held:
                found[node] = beside(sum(given[c] for c in held), sum(usual[c] for c in held))
    if root.water_uptake is not None:
        found["water_dynamics"] = beside(root.water_uptake, _usual("water_uptake"))
    if root.uptake:
        wanted = sum(_usual(f"uptake_{component}") for component in root.uptake)
        found["nutrient_acquisition"] = beside(sum(root.uptake.values()), wanted)
    if root.proton_release is not None:
        acid = root.proton_release
        found["acidification"] = beside(acid, _usual("proton_release")) if acid > 0 else "none-low"
        if acid < 0:
            found["alkalinization"] = "medium-high"
    return found


def beside(rate: float, usual: float) -> str:
    """none, low, medium or high beside the usual rate; `medium-high` where the usual root has none of it."""
    if rate <= 0:
        return "none"
    if usual <= 0:
        return "medium-high"
    return "high" if rate > APART * usual else "low" if rate < usual / APART else "medium"


def _usual(quantity: str) -> float:
    known = tables.parameters().get(("root", quantity))
    return known.value if known is not None else 0.0
