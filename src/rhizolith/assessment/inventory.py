"""Carbon in each association of a soil, from selective dissolution, texture, mineralogy and exchangeable calcium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from rhizolith.assessment.draws import Draws
from rhizolith.assessment.measured import Measured, crystals
from rhizolith.assessment.priors import fill, most_held, share_held
from rhizolith.knowledge import tables

CARBON, IRON, ALUMINIUM, SILICON, MANGANESE = 12.011, 55.845, 26.982, 28.085, 54.938
"""g mol⁻¹ (IUPAC 2021, abridged)"""
FERRIHYDRITE, GOETHITE, GIBBSITE, ALLOPHANE, BIRNESSITE = 106.87, 88.85, 78.00, 198.1, 86.94
"""g per mol of Fe, Fe, Al, Si and Mn in Fe(OH)3, FeOOH, Al(OH)3, Al2SiO3(OH)4 and MnO2"""
PEPTIZED = {"": (0.0, 0.5), "none": (0.0, 0.7), "filtered": (0.0, 0.5), "ultracentrifuged": (0.0, 0.1)}
"""share of pyrophosphate metals that is peptized colloids; assumed: up to half unless the extract was cleared"""
MAGNETITE = {"": (0.0, 0.1), "present": (0.05, 0.5), "absent": (0.0, 0.0)}
"""share of oxalate iron that oxalate took from magnetite; assumed"""
TRAPPED = (0.1, 0.6)
"""share of short-range-order phases that formed together with organic matter; assumed: wide"""
ON_SURFACE = (0.2, 1.2)
"""mg of adsorbed carbon per m² of measured surface; assumed: around one layer of molecules"""
MATTER = (1.72, 2.2)
"""g of organic matter per g of organic carbon; assumed: from the usual factor to matter poorer in carbon"""
ORGANIC = 200.0
"""g C per kg of soil: layers with more were left out of what the gap filling rests on"""
OXALATE_MANGANESE = (0.02, 2.0)
"""g kg⁻¹ where nobody measured it; assumed: log-uniform"""


@cache
def associations() -> Mapping[str, dict[str, str]]:
    """Association → its label, loading with carbon and traits."""
    return {row["association"]: row for row in tables.rows("evidence_associations")}


@dataclass(frozen=True)
class Inventory:
    """What a soil holds, sampled. Arrays are (soils, samples[, associations]) in g per kg of dry soil."""

    carbon: np.ndarray
    """carbon held by each association"""
    capacity: np.ndarray
    """carbon that the minerals of each association could hold"""
    held: np.ndarray
    """mineral-held carbon in all"""
    filled: Mapping[str, np.ndarray]
    notes: tuple[tuple[str, ...], ...]
    """what is odd in the measurements of each soil, and what was made of it"""

    @property
    def coverage(self) -> np.ndarray:
        """Share of the capacity that is taken, 0..1."""
        return np.clip(self.carbon / np.maximum(self.capacity, 1e-9), 0, 1)


def take_inventory(soils: Measured, draws: Draws) -> Inventory:
    """Share out the mineral-held carbon of each soil among its associations.

    Amounts of the minerals come from the extracts (complexes: pyrophosphate; short-range order: oxalate minus
    complexes; crystalline: dithionite minus oxalate; phyllosilicates: clay minus oxides), times a loading with carbon
    that is sampled over its range. Where that is more than minerals hold in this soil, all are scaled down; where it
    is less, the rest lies in outer layers. Gaps are sampled, so that a soil with one number has an answer, a wide one.
    """
    filled = fill(soils, draws)
    amount = _amounts(soils, filled, draws)
    capacity = np.stack([amount[name] * _loading(name, draws) for name in associations()], axis=-1)
    _within_surface(capacity, filled["surface_area"], draws)
    share = draws.between("loading:outer_layer", *_range(associations()["outer_layer"]))
    carbon, held = filled["organic_carbon"], filled["mineral_held_carbon"]
    mineral = 1 - np.minimum(carbon * draws.between("organic matter per carbon", *MATTER) / 1000, 1)
    usual = np.minimum(carbon * share_held(draws), most_held(draws) * mineral)
    held = np.where(np.isfinite(held), held, usual)
    held = np.minimum(held, carbon * 1.1)
    outer = list(associations()).index("outer_layer")
    inner = held * (1 - share)
    scale = np.minimum(1.0, inner / np.maximum(capacity.sum(axis=-1), 1e-9))
    parts = capacity * scale[..., None]
    parts[..., outer] = held - parts.sum(axis=-1)
    capacity[..., outer] = np.maximum(held, 1e-9)
    return Inventory(parts, capacity, held, filled, tuple(_notes(soils, i) for i in range(len(soils))))


def _within_surface(capacity: np.ndarray, area: np.ndarray, draws: Draws) -> None:
    """Scale adsorption down, in place, where a measured surface cannot hold what loadings per mineral would allow."""
    on = [i for i, name in enumerate(associations()) if name in ADSORBING]
    most = np.where(np.isfinite(area), area, np.inf) * draws.between("loading:surface", *ON_SURFACE)
    capacity[..., on] *= np.minimum(1.0, most / np.maximum(capacity[..., on].sum(axis=-1), 1e-9))[..., None]


def _range(row: dict[str, str]) -> tuple[float, float]:
    return float(row["loading_low"]), float(row["loading_high"])


def _loading(name: str, draws: Draws) -> np.ndarray:
    """(samples,) g C per unit of the amount, log-uniform over the range of the table."""
    if name == "outer_layer":
        return np.zeros(draws.size)
    low, high = _range(associations()[name])
    return np.exp(draws.between(f"loading:{name}", np.log(low), np.log(high)))


def _word(soils: Measured, key: str, ranges: Mapping[str, tuple[float, float]], u: np.ndarray) -> np.ndarray:
    """(soils, samples) a share drawn from the range that a word of the laboratory stands for."""
    words = soils.setting.get(key, np.full(len(soils), "", dtype=object))
    low, high = (np.array([ranges.get(str(w), ranges[""])[i] for w in words])[:, None] for i in (0, 1))
    return low + u * (high - low)


def _amounts(soils: Measured, x: Mapping[str, np.ndarray], draws: Draws) -> dict[str, np.ndarray]:
    """Association → (soils, samples): mol (complexes, calcium) or g of mineral per kg of soil."""
    clear = 1 - _word(soils, "pyrophosphate_clearing", PEPTIZED, draws.uniform("peptized"))
    real = 1 - _word(soils, "magnetite", MAGNETITE, draws.uniform("magnetite"))
    iron, aluminium = x["pyrophosphate_iron"] * clear, x["pyrophosphate_aluminium"] * clear
    iron, aluminium = np.minimum(iron, x["oxalate_iron"] * 1.2), np.minimum(aluminium, x["oxalate_aluminium"] * 1.2)
    short_iron = np.maximum(x["oxalate_iron"] * real - iron, 0)
    short_aluminium = np.maximum(x["oxalate_aluminium"] - aluminium, 0)
    crystalline = np.maximum(x["dithionite_iron"] - x["oxalate_iron"] * real, 0)
    ferrihydrite = short_iron / IRON * FERRIHYDRITE
    silicon = np.minimum(x["oxalate_silicon"] / SILICON, short_aluminium / ALUMINIUM / 2)
    allophane = silicon * ALLOPHANE + np.maximum(short_aluminium / ALUMINIUM - 2 * silicon, 0) * GIBBSITE
    oxides = ferrihydrite + allophane + crystalline / IRON * GOETHITE
    manganese = np.exp(draws.between("gap:oxalate_manganese", *np.log(OXALATE_MANGANESE)))
    manganese = np.where(np.isfinite(x["oxalate_manganese"]), x["oxalate_manganese"], manganese)
    found = {
        "short_range_iron": ferrihydrite,
        "short_range_aluminium": allophane,
        "crystalline_iron": crystalline / IRON * GOETHITE,
        "manganese_oxide": manganese / MANGANESE * BIRNESSITE,
        "phyllosilicate": np.maximum(x["clay"] - oxides, 0.1 * x["clay"]),
    }
    _by_diffraction(found, soils)
    trapped = draws.between("trapped", *TRAPPED)
    found["coprecipitated"] = trapped * (found["short_range_iron"] + found["short_range_aluminium"])
    found["short_range_iron"] = found["short_range_iron"] * (1 - trapped)
    found["short_range_aluminium"] = found["short_range_aluminium"] * (1 - trapped)
    found["metal_organic"] = (iron / IRON + aluminium / ALUMINIUM) * CARBON
    found["calcium_bridged"] = np.minimum(x["exchangeable_calcium"], _cap(x)) / 200 * CARBON
    found["outer_layer"] = np.zeros_like(iron)
    return found


def _cap(x: Mapping[str, np.ndarray]) -> np.ndarray:
    """cmol kg⁻¹: exchangeable calcium cannot exceed twice the exchange capacity that was sampled with it."""
    return 2 * np.maximum(x["cec"], 1e-3)


ADSORBING = ("short_range_iron", "short_range_aluminium", "crystalline_iron", "phyllosilicate")
"""associations that are organic matter on a surface that gas adsorption sees"""


@cache
def diffraction() -> Mapping[str, str]:
    """Mineral that was quantified → the association it stands for; minerals that hold little carbon are left out."""
    return {mineral: kind for mineral, kind in crystals().items() if kind}


def _by_diffraction(found: dict[str, np.ndarray], soils: Measured) -> None:
    """Amounts by diffraction take the place of those derived from extracts."""
    sums: dict[str, np.ndarray] = {}
    for mineral, value in soils.minerals.items():
        if mineral in diffraction():
            name = diffraction()[mineral]
            sums[name] = np.nansum([sums.get(name, 0 * value), value], axis=0)
    for name, value in sums.items():
        seen = np.any(
            [np.isfinite(soils.minerals[m]) for m, a in diffraction().items() if a == name and m in soils.minerals],
            axis=0,
        )
        found[name] = np.where(seen[:, None], value[:, None], found[name])


def _notes(soils: Measured, i: int) -> tuple[str, ...]:
    """Known pitfalls that the measurements of one soil show."""
    v = {k: float(x[i]) for k, x in soils.values.items() if np.isfinite(x[i])}
    notes = [f"given, and no rule reads it: {', '.join(soils.unread)}"] if soils.unread else []
    if soils.root:
        levels = ", ".join(f"{node.replace('_', ' ')} {level}" for node, level in soils.root.items())
        notes.append(f"read from the root, beside the usual fine root: {levels}")
    if v.get("organic_carbon", 0) >= ORGANIC:
        notes.append(
            f"an organic soil ({v['organic_carbon']:g} g C per kg): gaps were filled from mineral layers of below "
            f"{ORGANIC:g} g/kg, so read them with care; what minerals hold is limited to what few minerals carry"
        )
    for metal in ("iron", "aluminium"):
        p, o = v.get(f"pyrophosphate_{metal}"), v.get(f"oxalate_{metal}")
        if p is not None and o is not None and p > o:
            notes.append(
                f"pyrophosphate took more {metal} than oxalate ({p:g} against {o:g} g/kg): peptized colloids are "
                "likely; complexes are limited to what oxalate found"
            )
    if {"ESP", "SAR"} & set(v) and "EC_1to5" not in v:
        notes.append(
            "sodium was measured and no conductivity (EC_1to5): much salt would keep the clay together, so how far the "
            "rules of sodium speak was drawn from not at all to fully"
        )
    o, d = v.get("oxalate_iron"), v.get("dithionite_iron")
    if o is not None and d is not None and o > d:
        notes.append(
            f"oxalate took more iron than dithionite ({o:g} against {d:g} g/kg): magnetite, or iron-rich complexes; "
            "no crystalline oxide is counted"
        )
    if {"oxalate_aluminium", "pyrophosphate_aluminium", "oxalate_silicon"} <= set(v) and v["oxalate_silicon"] > 0:
        ratio = (v["oxalate_aluminium"] - v["pyrophosphate_aluminium"]) / ALUMINIUM / (v["oxalate_silicon"] / SILICON)
        if not 1 <= ratio <= 3:
            notes.append(f"Al/Si of the oxalate extract is {ratio:.2g}, outside the 1 to 3 of allophane and imogolite")
        if v.get("pH", 7) < 4.9:
            notes.append("below pH 4.9 allophane rarely forms: the silicon may come from other phases")
    return tuple(notes)
