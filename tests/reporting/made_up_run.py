"""A run that nobody computed: smooth curves in the exact layout of a result, for building pages in tests."""

import json

import numpy as np
import xarray as xr

MECHANISMS = {
    "proton_dissolution": "dissolution",
    "ligand_dissolution": "dissolution",
    "reductive_dissolution_abiotic": "dissolution",
    "reductive_dissolution_microbial": "dissolution",
    "ligand_exchange": "desorption",
    "ion_exchange": "desorption",
    "sorption_disequilibrium": "desorption",
    "dispersion": "desorption",
    "enzymatic_depolymerization": "depolymerization",
    "oxidant_depolymerization": "depolymerization",
    "mineral_catalysis": "depolymerization",
}
ASSOCIATIONS = [
    "ferrihydrite/aromatic_acid/inner_sphere/monolayer",
    "ferrihydrite/aliphatic_carboxylate/inner_sphere/coprecipitated",
    "goethite/amino_compound/outer_sphere/outer_layer",
    "imogolite_type/dom_polymer/inner_sphere/monolayer",
    "smectite/dom_oligomer/hydrophobic/outer_layer",
    "birnessite/aromatic_acid/inner_sphere/monolayer",
]
COMPONENTS = {"O2": 0, "Fe+2": 0, "Ca+2": 0, "H2Oxalate": 2, "H3Citrate": 6, "glucose": 6, "dom_polymer": 20}
MINERALS = ["ferrihydrite", "goethite", "imogolite_type", "smectite", "birnessite"]
ROUTES = ["re-associated", "respired", "assimilated", "dissolved", "leached"]
DAY = 86400.0
ROOT = 0.3e-3


def _rows() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"name": "soil.porosity", "value": 0.55, "unit": "1", "low": 0.45, "high": 0.65, "grade": "assumed",
         "source": "assumed: typical of a loam; the soil's source gives none", "about": "pore volume per volume"},
        {"name": "proton_dissolution.order", "value": 0.5, "unit": "1", "low": 0.3, "high": 0.7, "grade": "measured",
         "source": "Palandri2004: Table 34", "about": "reaction order in the activity of protons"},
    ]  # fmt: skip
    for name in MECHANISMS:
        grade = "measured" if name == "proton_dissolution" else "fitted" if name == "ligand_dissolution" else "assumed"
        source = "assumed: order of magnitude" if grade == "assumed" else "Palandri2004"
        row = {"name": f"{name}.rate_constant", "value": 1.2e-9, "unit": "mol m-2 s-1", "low": 1e-10, "high": 1e-8}
        rows.append({**row, "grade": grade, "source": source, "about": "rate constant at 25 °C"})
    return rows


def made_up_run(days: float = 30.0, cells: int = 24) -> xr.Dataset:
    """A Dataset with every variable of the results reference."""
    time = np.linspace(0, days * DAY, 61)
    radius = ROOT * np.geomspace(1.05, 20, cells)
    outer = radius[-1] ** 1.5 / radius[-2] ** 0.5
    faces = np.concatenate([[ROOT], np.sqrt(radius[1:] * radius[:-1]), [outer]])
    mass = 1100.0 * np.pi * np.diff(faces**2)
    near = np.exp(-(radius - ROOT) / 1e-3)
    late = 1 - np.exp(-time / (6 * DAY))
    grow = late[:, None] * near[None, :]
    start = np.linspace(0.9, 0.1, len(ASSOCIATIONS))
    carbon = start[:, None, None] * (1 - 0.3 * grow[None] * np.linspace(1, 0.1, len(ASSOCIATIONS))[:, None, None])
    stock = start * mass.sum()
    strength = np.geomspace(0.3, 1e-6, len(MECHANISMS))
    match = np.abs(np.sin(1 + np.arange(len(ASSOCIATIONS))[:, None] * 2.1 + np.arange(len(MECHANISMS))[None, :] * 1.7))
    match[4, :4] = 0.0
    pulse = late + 0.02 * np.sin(2 * np.pi * time / DAY) * (time > 0) * late
    pulse = np.maximum.accumulate(pulse)
    disrupted = (stock[:, None] * match * strength[None, :])[:, :, None] * pulse[None, None, :]
    formed = 0.4 * disrupted.sum(axis=1, keepdims=True) * (np.arange(len(MECHANISMS)) == 6)[None, :, None]
    total = disrupted.sum(axis=(0, 1))
    fate = np.array([0.4, 0.3, 0.1, 0.15, 0.05])[:, None] * total[None, :]
    conc = {
        "O2": 0.27 - 0.2 * grow, "Fe+2": 0.02 * grow, "Ca+2": 1.5 + 0 * grow, "H2Oxalate": 0.4 * grow,
        "H3Citrate": 0.15 * grow, "glucose": 0.8 * grow, "dom_polymer": 0.01 + 0.02 * grow,
    }  # fmt: skip
    amounts = np.linspace(0.3, 0.02, len(MINERALS))[:, None, None] * (1 - 0.05 * grow[None])
    axes = ("time", "radius")
    ds = xr.Dataset(
        {
            "concentration": (("component", *axes), np.stack(list(conc.values()))),
            "pH": (axes, 5.4 - 0.6 * grow),
            "Eh": (axes, 0.55 - 0.2 * grow),
            "mineral_amount": (("mineral", *axes), amounts),
            "association_carbon": (("association", *axes), carbon),
            "disrupted": (("association", "mechanism", "time"), disrupted),
            "formed": (("association", "mechanism", "time"), formed),
            "fate": (("route", "time"), fate),
            "guild_carbon": (("guild", *axes), (0.02 + 0.05 * grow)[None]),
            "cue": (("guild", *axes), (0.4 - 0.1 * grow)[None]),
            "balance": ("element", np.array([3e-15, -2e-14, 1e-15, 8e-14, 0, 4e-16])),
            "soil_mass": ("radius", mass),
        },
        coords={
            "time": time, "radius": radius, "component": list(COMPONENTS), "association": ASSOCIATIONS,
            "mechanism": list(MECHANISMS), "mineral": MINERALS, "route": ROUTES, "guild": ["decomposer"],
            "element": ["C", "N", "P", "Fe", "Al", "charge"],
            "family": ("mechanism", list(MECHANISMS.values())), "carbon": ("component", list(COMPONENTS.values())),
        },
    )  # fmt: skip
    events = [
        {"time": 3.25 * DAY, "radius": 0.32e-3, "what": "O2 fell below 1 % of air saturation"},
        {"time": 21.0 * DAY, "radius": None, "what": "ferrihydrite exhausted at the root surface"},
    ]
    scenario = (
        "title: Maize in an Andosol\nsoil: {name: Andosol made up for tests}\nroot: {species: maize}\n"
        "duration: 30 d\ngeometry: cylinder\n"
    )
    ds.attrs = {
        "made_by": "simulate", "version": "0.1.0", "title": "Maize in an Andosol", "scenario": scenario,
        "outcome": "Finished: reached 30 d.", "assumed": json.dumps(_rows()), "events": json.dumps(events),
        "sources": json.dumps(["Palandri2004"]),
    }  # fmt: skip
    return ds
