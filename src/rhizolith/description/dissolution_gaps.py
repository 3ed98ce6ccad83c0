"""Mineral amounts from selective dissolution, where nobody counted the minerals themselves.

Fe, Al, Si, Mn of the extracts in mol kg⁻¹. Rules (documented in docs/understand/soils.md):
  ferrihydrite        = oxalate Fe − pyrophosphate Fe
  goethite + hematite = dithionite Fe − oxalate Fe
  allophane           = the part of (oxalate Al − pyrophosphate Al) that oxalate Si pays for, two Al for one Si
  amorphous Al(OH)3   = the rest of it
  birnessite          = dithionite Mn
  monomeric Fe, Al    = pyrophosphate Fe, Al
  kaolinite/smectite  = clay less what the above weigh
Pyrophosphate also disperses nanoparticles, oxalate also attacks magnetite, so every range is wide.
"""

from __future__ import annotations

from rhizolith.description.gaps import estimate
from rhizolith.knowledge import tables
from rhizolith.knowledge.estimate import Estimate
from rhizolith.knowledge.masses import molar_mass

LEAST = 2e-4
"""mol kg⁻¹: smaller amounts (about 0.02 g/kg of an iron oxide) are left out"""


def minerals(
    extracts: dict[str, float], clay: float | None, kind: str, ph: float, given: dict[str, float]
) -> dict[str, Estimate]:
    """Amounts (mol formula kg⁻¹) of the minerals that `given` does not hold."""
    found = _iron(extracts, ph, given) | _aluminium(extracts, ph) | _complexes(extracts)
    if "dithionite_manganese" in extracts:
        found["birnessite"] = _amount(extracts["dithionite_manganese"], "dithionite manganese, taken as MnO2")
    found = {m: e for m, e in found.items() if m not in given and e.value >= LEAST}
    layered = {"kaolinite", "smectite"} & set(given)
    if clay and not layered:
        amounts = given | {m: e.value for m, e in found.items()}
        rest = clay - sum(
            n * molar_mass(tables.minerals()[m]["formula"]) for m, n in amounts.items() if m in tables.minerals()
        )
        if rest > 0.005:
            value = rest / molar_mass(tables.minerals()[kind]["formula"])
            found[kind] = estimate(
                value, "mol/kg", value / 3, value, f"what is left of the clay fraction, all taken as {kind}"
            )
    return found


def _amount(value: float, how: str, narrow: float = 0.7, wide: float = 1.4) -> Estimate:
    return estimate(value, "mol/kg", value * narrow, value * wide, how, fitted=True)


def _iron(extracts: dict[str, float], ph: float, given: dict[str, float]) -> dict[str, Estimate]:
    found: dict[str, Estimate] = {}
    oxalate, dithionite = extracts.get("oxalate_iron"), extracts.get("dithionite_iron")
    if oxalate is not None:
        bound = extracts.get("pyrophosphate_iron")
        if bound is None:
            found["ferrihydrite"] = estimate(
                0.7 * oxalate,
                "mol/kg",
                0.2 * oxalate,
                oxalate,
                "70 % of oxalate iron; pyrophosphate iron was not measured",
            )
        else:
            value = max(oxalate - bound, 0.0)
            found["ferrihydrite"] = estimate(
                value, "mol/kg", 0.6 * value, oxalate, "oxalate less pyrophosphate iron, taken as Fe(OH)3", fitted=True
            )
    if dithionite is not None:
        crystalline = max(dithionite - (oxalate or 0.0), 0.0)
        crystalline -= given.get("goethite", 0.0) + 2 * given.get("hematite", 0.0)
        if crystalline > 0 and not {"goethite", "hematite"} <= set(given):
            how = "dithionite less oxalate iron, all taken as goethite; what part is hematite was not measured"
            found["goethite"] = estimate(crystalline, "mol/kg", 0.3 * crystalline, 1.1 * crystalline, how, fitted=True)
    return found


def _aluminium(extracts: dict[str, float], ph: float) -> dict[str, Estimate]:
    oxalate = extracts.get("oxalate_aluminium")
    if oxalate is None:
        return {}
    bound = extracts.get("pyrophosphate_aluminium")
    free = max(oxalate - bound, 0.0) if bound is not None else 0.6 * oxalate
    basis = "oxalate less pyrophosphate aluminium" if bound is not None else "60 % of oxalate aluminium"
    silicon = extracts.get("oxalate_silicon")
    if silicon is not None:
        allophane = min(free / 2, silicon)
        how = f"{basis}, as far as oxalate silicon goes"
        parts = {
            "allophane": _amount(allophane, how, 0.5, 1.5),
            "amorphous_al_hydroxide": _amount(free - 2 * allophane, f"{basis}, the rest", 0.2, 2),
        }
    elif ph >= 4.9:
        parts = {
            "allophane": estimate(
                free / 2,
                "mol/kg",
                0,
                free / 2 * 1.3,
                f"{basis}, all as allophane from pH 4.9 up; oxalate silicon was not measured",
            )
        }
    else:
        how = f"{basis}, all as Al(OH)3 below pH 4.9; oxalate silicon was not measured"
        parts = {"amorphous_al_hydroxide": estimate(free, "mol/kg", 0, free * 1.3, how)}
    return parts


def _complexes(extracts: dict[str, float]) -> dict[str, Estimate]:
    found = {}
    for metal, name in (("iron", "monomeric_iron"), ("aluminium", "monomeric_aluminium")):
        if name not in tables.minerals():
            continue
        bound = extracts.get(f"pyrophosphate_{metal}")
        if bound is not None:
            total = extracts.get(f"oxalate_{metal}", bound)
            found[name] = _amount(min(bound, total), f"pyrophosphate {metal}, no more than oxalate {metal}", 0.4, 1.1)
    return found
