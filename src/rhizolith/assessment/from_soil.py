"""A described soil as the numbers that an assessment reads: only what was measured, never what filled its gaps."""

from __future__ import annotations

from typing import Any

MOLAR = {"iron": 55.845, "aluminium": 26.982, "silicon": 28.085, "manganese": 54.938}
"""g mol⁻¹"""
CARBON, NITROGEN = 12.011, 14.007


def numbers_of(soil: Any) -> dict[str, Any]:
    """Key → number in the units of `evidence_inputs.csv`, from a `Soil` in SI."""
    filled = set(getattr(soil, "filled", {}))
    out: dict[str, Any] = {"name": soil.name, "pH": soil.pH}
    if "organic_carbon" not in filled and soil.organic_carbon:
        out["organic_carbon"] = soil.organic_carbon * CARBON
    if "cec" not in filled and soil.cec:
        out["cec"] = soil.cec * 100
    if getattr(soil, "clay", None) is not None and "clay" not in filled:
        out["clay"] = soil.clay * 1000
    if getattr(soil, "total_nitrogen", None):
        out["total_nitrogen"] = soil.total_nitrogen * NITROGEN
    for key, amount in getattr(soil, "extracts", {}).items():
        metal = key.rpartition("_")[2]
        if metal in MOLAR and key not in filled:
            out[key] = amount * MOLAR[metal]
    calcium = {k: v for k, v in getattr(soil, "exchangeable", {}).items() if k.startswith("Ca")}
    if calcium:
        out["exchangeable_calcium"] = 100 * sum(calcium.values())
    sodium = getattr(soil, "exchangeable", {}).get("Na+")
    if sodium is not None and "cec" in out:
        out["ESP"] = min(100 * sodium / soil.cec, 100.0)
    if not getattr(soil, "extracts", {}):
        out |= _from_minerals(soil)
    from rhizolith.assessment.measured import inputs

    return {k: v for k, v in out.items() if k in ("name", "minerals") or k in inputs()}


def _from_minerals(soil: Any) -> dict[str, Any]:
    """Minerals back into grams, where a soil was described by its minerals rather than by extracts."""
    from rhizolith.assessment.inventory import ALLOPHANE, FERRIHYDRITE, GIBBSITE, GOETHITE, diffraction

    grams = {
        "ferrihydrite": FERRIHYDRITE, "goethite": GOETHITE, "lepidocrocite": GOETHITE, "hematite": 159.69,
        "allophane": ALLOPHANE, "amorphous_al_hydroxide": GIBBSITE,
    }  # fmt: skip
    held = {m: n * grams[m] for m, n in soil.minerals.items() if m in grams and m in diffraction()}
    return {"minerals": held} if held else {}
