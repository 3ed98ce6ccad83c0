"""What a soil file may hold: every number with its unit and the range in which it is possible."""

from __future__ import annotations

from rhizolith.description.number import Number

METALS = {"iron": "Fe", "aluminium": "Al", "silicon": "Si", "manganese": "Mn"}
EXTRACTANTS = {
    "pyrophosphate": "metal bound in organic complexes",
    "oxalate": "metal of short-range-ordered phases and complexes",
    "dithionite": "metal of all free oxides",
}


NUMBERS = {
    "pH": Number("", 0, 14, "", "5.2", "in water or soil solution"),
    "bulk_density": Number("kg/m^3", 50, 2600, "", "1.2 g/cm^3", "dry soil per volume of soil"),
    "porosity": Number("", 0.02, 0.98, "", "52 %", "pores per volume of soil"),
    "water_content": Number("", 0.001, 0.98, "", "28 %", "water per volume of soil"),
    "temperature": Number("K", 253.15, 343.15, "", "15 degC", "mean of the soil"),
    "carbon_dioxide": Number("", 1e-6, 1, "", "0.5 %", "of soil air, by volume"),
    "oxygen": Number("", 0, 1, "", "20 %", "of soil air, by volume"),
    "clay": Number("kg/kg", 0, 1, "", "230 g/kg", "of the fine earth"),
    "silt": Number("kg/kg", 0, 1, "", "400 g/kg", "of the fine earth"),
    "sand": Number("kg/kg", 0, 1, "", "370 g/kg", "of the fine earth"),
    "surface_area": Number("m^2/kg", 0, 1.5e6, "", "24 m^2/g", "by gas adsorption (BET)"),
    "organic_carbon": Number("mol/kg", 0, 60, "C", "32 g/kg", "of dry soil"),
    "total_nitrogen": Number("mol/kg", 0, 10, "N", "2.6 g/kg", "of dry soil"),
    "cec": Number("mol/kg", 0, 5, "", "18 cmol/kg", "cation exchange capacity"),
    "base_saturation": Number("", 0, 1.0001, "", "45 %", "of the cation exchange capacity"),
    "acid_groups": Number("mol/kg", 0, 10, "", "0.15 mol/kg", "organic acid groups"),
    "biomass_carbon": Number("mol/kg", 0, 5, "C", "450 mg/kg", "microbial"),
    **{
        f"{extractant}_{metal}": Number("mol/kg", 0, 15, symbol, "3.1 g/kg", f"{about}")
        for extractant, about in EXTRACTANTS.items()
        for metal, symbol in METALS.items()
    },
}
WORDS = ("name", "source", "place", "horizon", "note", "closing", "clay_mineral")
GROUPS = ("minerals", "associations", "solution", "exchangeable", "depth", "saturation", "c_to_n")
KNOWN = (*WORDS, *NUMBERS, *GROUPS)
