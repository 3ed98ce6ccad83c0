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
    "oxygen": Number("", 1e-9, 1, "", "20 %", "of soil air, by volume; 1e-9 where there is none"),
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
MINERAL = Number("mol/kg", 0, 1e3, "", "12 g/kg", "of dry soil")
SOLUTE = Number("mol/m^3", 0, 6000, "", "1.2 mmol/l", "of soil water")
EXCHANGEABLE = Number("mol/kg", 0, 5, "", "4 cmol/kg", "charge held")
HELD = Number("mol/kg", 0, 60, "C", "3 g/kg", "carbon held")
WORDS = {
    "name": "what reports call the soil",
    "source": "who measured it, where published: a key of references.bib, a DOI, a notebook",
    "place": "where it is from",
    "horizon": "such as Ah",
    "note": "anything worth remembering",
    "closing": "the ion of the water that closes its charge; chosen when left out",
    "clay_mineral": "kaolinite or smectite: what clay counts as that no oxide explains; kaolinite when left out",
}
GROUPS = {
    "depth": "top and bottom of the layer, like `0 to 10 cm`",
    "saturation": "water-filled share of the pores, instead of water_content",
    "c_to_n": "ratio by mass, instead of total_nitrogen",
    "minerals": "mineral: amount (`12 g/kg` or mol/kg); what is not listed follows from the extracts and the clay",
    "associations": "list of how minerals hold organic matter; what is not listed is shared out by rules",
    "solution": "component of the soil water: concentration (mmol/l); what is not listed is a typical topsoil's",
    "exchangeable": "cation: charge held (cmol/kg)",
}
ASSOCIATION = {
    "mineral": "one of the soil's minerals",
    "organic": "organic class held (`rhizolith show organics`); dissolved_organic_matter when left out",
    "bond": "inner_sphere, outer_sphere or hydrophobic",
    "arrangement": "monolayer, outer_layer, occluded or coprecipitated",
    "carbon": "carbon held this way (`3 g/kg`)",
    "denticity": "contacts of one molecule with the surface, 1 to 100",
}
ASSESSED = {
    "setting": "plant, mycorrhiza, nutrient status, water regime and climate, for `rhizolith assess`",
    "mineral_held_carbon": "carbon of the heavy or fine fraction (`25 g/kg`), for `rhizolith assess`",
    "exchangeable_calcium": "charge of exchangeable calcium (`6 cmol/kg`), for `rhizolith assess`",
    "magnetite": "present or absent, for `rhizolith assess`",
    "pyrophosphate_clearing": "ultracentrifuged, filtered or none, for `rhizolith assess`",
    "NOSC": "nominal oxidation state of carbon by mass spectra (`-0.2`), for `rhizolith assess`",
    "AImod": "modified aromaticity index by mass spectra (`0.35`), for `rhizolith assess`",
    "molecular_weight": "of the organic matter that minerals hold (`900 g/mol`), for `rhizolith assess`",
    "ESP": "exchangeable sodium as a share of the exchange capacity (`18 %`), for `rhizolith assess`",
    "SAR": "sodium adsorption ratio of the soil water, in (mmol(c)/l)^0.5 (`13`), for `rhizolith assess`",
    "EC_1to5": "conductivity of the extract of 1 in 5 of water (`0.8 dS/m`), for `rhizolith assess`",
    "carboxyl_C": "carboxyl carbon per kg of organic carbon (`120 g/kg`), for `rhizolith assess`",
}
KNOWN = (*WORDS, *NUMBERS, *GROUPS, *ASSESSED)
