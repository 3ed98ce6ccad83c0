"""What the simulator found in four pots, kept as a table: `rhizolith new experiment` draws its pots around it."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "pots"
FILE = FOLDER / "means.csv"
TREATMENTS = ("bare", "planted", "amended", "planted_amended")
MECHANISMS = (
    "ligand_exchange", "sorption_disequilibrium", "ion_exchange", "dispersion", "enzymatic_depolymerization",
    "mineral_catalysis", "oxidant_depolymerization", "ligand_dissolution", "proton_dissolution",
    "reductive_dissolution_microbial", "coprecipitation",
)  # fmt: skip
UNITS = {
    "pH": ("1", "of the soil water, mean over the dry soil of the pot"),
    "SOC": ("g kg-1", "organic carbon: held by minerals, particulate, dissolved, in cells and enzymes"),
    "MAOC": ("g kg-1", "organic carbon held by minerals"),
    "DOC": ("mg kg-1", "dissolved organic carbon"),
    "NH4": ("mg kg-1", "nitrogen of ammonium in the soil water"),
    "soluble_Fe": ("mg kg-1", "iron in the soil water"),
    "soluble_Na": ("mmolc L-1", "sodium in the soil water"),
    "soluble_Ca": ("mmolc L-1", "calcium in the soil water"),
    "soluble_Mg": ("mmolc L-1", "magnesium in the soil water"),
    "MBC": ("mg kg-1", "carbon of microbial biomass"),
    "MBN": ("mg kg-1", "nitrogen of microbial biomass, of fixed composition CH1.8O0.5N0.2"),
    "respiration": ("mg kg-1 d-1", "carbon breathed by microbes in the last day"),
    "growth": ("mg kg-1 d-1", "carbon built into cells in the last day"),
    "enzyme": ("mg kg-1", "carbon of enzymes"),
    "small_dissolved": ("mg kg-1", "dissolved carbon of sugar, amino compounds, carboxylates and phenols"),
    "exuded": ("mg kg-1", "carbon given off by the root in sixty days"),
    "guild_growth_yield": ("1", "share of microbial carbon"),
    "guild_resource_acquisition": ("1", "share of microbial carbon"),
    "guild_stress_tolerance": ("1", "share of microbial carbon"),
    **{
        f"freed_by_{m}": ("mg kg-1", f"carbon that {m.replace('_', ' ')} set free from minerals beyond what it bound")
        for m in MECHANISMS
    },
}


@cache
def simulated() -> dict[str, dict[str, float]]:
    """quantity → treatment → mean of the whole pot at harvest, in UNITS."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["quantity"]: {t: float(row[t]) for t in TREATMENTS} for row in rows}


@cache
def made_by() -> dict[str, str]:
    """How the table was made: command, version, seed."""
    with FILE.open(encoding="utf-8") as file:
        noted = (line[1:].partition(":") for line in file if line.startswith("#"))
        return {key.strip(): value.strip() for key, _, value in noted}
