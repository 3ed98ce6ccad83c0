"""Which exudate breaks which association? Experiments with one compound at a time, by rank and sign.

Li et al. (2021): organic matter on ferrihydrite or goethite with oxalic acid, glucose or catechol: oxalic acid acts
fast and directly, glucose slowly and through microbes, catechol both ways; ferrihydrite is the most vulnerable.
Keiluweit et al. (2015): an artificial root that gives oxalic acid frees more mineral-bound carbon than one that gives
glucose, and more metal. Both as reviewed; ranks only, nothing was tuned on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rhizolith.description.scenario import Held, Root, Scenario, Soil
from rhizolith.simulation import simulate

DAY = 86_400.0
ADDED = {"oxalate": ("H2Ox", 2), "sugar": ("Glc", 6), "catechol": ("H2Cat", 6)}
"""class → component, carbon in it"""
CARBON_ADDED = 30.0
"""mol C m⁻³ of water in every treatment"""
EXUDED = 1e-6
"""mol C m⁻² s⁻¹ by day from the artificial root: the order of one root tip"""


@dataclass(frozen=True)
class Rank:
    """One published order and what the runs say."""

    what: str
    expected: str
    found: str
    holds: bool
    source: str


def _held(mineral: str) -> tuple[Held, ...]:
    return (Held(mineral=mineral, carbon=0.15, denticity=2.0), Held(mineral=mineral, bond="outer_sphere", carbon=0.05))


def _jar(mineral: str, added: str | None) -> Any:
    """Fourteen days of a moist mineral with its organic matter and one compound."""
    component, atoms = ADDED.get(added or "", ("", 1))
    soil = Soil(
        name=f"{mineral} with {added}", pH=5.0, bulk_density=1000, porosity=0.6, water_content=0.4, organic_carbon=0.5,
        minerals={mineral: 1.0, "kaolinite": 1.0}, associations=_held(mineral), biomass=0.005, cec=0.05,
        acid_groups=0.02,
        solution={component: CARBON_ADDED / atoms} if component else {},
    )  # fmt: skip
    return simulate(
        Scenario(name=soil.name, soil=soil, geometry="batch", duration=14 * DAY, output_every=DAY,
                 organics=("oxalate", "sugar", "catechol"))
    )  # fmt: skip


def _freed(run: Any, day: int) -> float:
    """Share of the mineral-held carbon that was disrupted by then."""
    held = float((run.association_carbon.isel(time=0) * run.soil_mass).sum())
    return float(run.disrupted.isel(time=day).sum()) / held


def jars() -> list[Rank]:
    """Li et al. (2021)."""
    runs = {m: {a: _jar(m, a) for a in (None, *ADDED)} for m in ("ferrihydrite", "goethite")}
    extra = {
        m: {a: (_freed(r, 1) - _freed(of[None], 1), _freed(r, 14) - _freed(of[None], 14)) for a, r in of.items() if a}
        for m, of in runs.items()
    }
    f = extra["ferrihydrite"]
    first = {a: v[0] for a, v in f.items()}
    direct = ("ligand_dissolution", "ligand_exchange", "proton_dissolution", "ion_exchange", "dispersion",
              "reductive_dissolution_abiotic")  # fmt: skip

    def directly(added: str) -> float:
        run, none = runs["ferrihydrite"][added], runs["ferrihydrite"][None]
        more = (run.disrupted - none.disrupted).isel(time=-1).sum("association")
        return float(more.sel(mechanism=[m for m in direct if m in run.mechanism]).sum() / more.sum())

    shares = {a: directly(a) for a in ("oxalate", "sugar")}
    late = {a: {m: extra[m][a][1] for m in extra} for a in ("oxalate", "catechol")}
    found = [
        _order("carbon freed from ferrihydrite in a day", first, "oxalate", "sugar"),
        _order("of what is freed in 14 days, share freed by the compound itself", shares, "oxalate", "sugar"),
    ]
    more = "carbon freed in 14 days by"
    return found + [_order(f"{more} {a}", of, "ferrihydrite", "goethite") for a, of in late.items()]


def _order(what: str, values: dict[str, float], larger: str, smaller: str) -> Rank:
    found = ", ".join(f"{k} {v:.2%}" for k, v in values.items())
    return Rank(what, f"{larger} > {smaller}", found, values[larger] > values[smaller], "Li et al. 2021")


def artificial_root() -> list[Rank]:
    """Keiluweit et al. (2015)."""
    soil = Soil.read("andosol_uganda")
    length = 1.0
    runs = {}
    for organic in ("oxalate", "sugar"):
        root = Root(radius=1e-3, length_density=2e3 * length)
        per_area = {f"root.exudation_{o}": 0.0 for o in ("sugar", "amino_compound", "oxalate", "citrate", "catechol",
                                                         "dissolved_organic_matter")}  # fmt: skip
        nothing = {"root.respiration": 0.0, "root.water_uptake": 0.0, "root.proton_release": 0.0}
        uptake = {f"root.uptake_{c}": 0.0 for c in ("NH4+", "K+", "NO3-", "PO4-3")}
        scenario = Scenario(
            name=f"artificial root, {organic}", soil=soil, root=root, cells=20, duration=35 * DAY, output_every=5 * DAY,
            parameters={**per_area, **nothing, **uptake, f"root.exudation_{organic}": EXUDED},
        )  # fmt: skip
        runs[organic] = simulate(scenario)
    dissolving = [m for m in runs["sugar"].mechanism.values if m.startswith(("ligand", "proton"))]
    freed = {o: float(r.disrupted.isel(time=-1).sel(mechanism=dissolving).sum()) for o, r in runs.items()}
    metal = {}
    for o, r in runs.items():
        dissolved = r.concentration.sel(component=["Fe+3", "Al+3"]).sum("component").isel(radius=0)
        metal[o] = float(dissolved.isel(time=-1) - dissolved.isel(time=0))
    unit = "mol C m-1"
    return [
        Rank("mineral-bound carbon freed by ligands and acid", "oxalate > glucose",
             ", ".join(f"{o} {v:.3g} {unit}" for o, v in freed.items()), freed["oxalate"] > freed["sugar"],
             "Keiluweit et al. 2015"),
        Rank("iron and aluminium dissolved at the root", "oxalate > glucose",
             ", ".join(f"{o} {v:+.3g} mol m-3" for o, v in metal.items()), metal["oxalate"] > metal["sugar"],
             "Keiluweit et al. 2015"),
    ]  # fmt: skip


def ranks() -> list[Rank]:
    """All published orders."""
    return [*jars(), *artificial_root()]


if __name__ == "__main__":
    for rank in ranks():
        print(f"{'holds' if rank.holds else 'CONTRADICTED':13} {rank.what}: {rank.expected}; found {rank.found}")
