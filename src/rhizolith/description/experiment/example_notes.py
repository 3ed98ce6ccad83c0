"""What is written beside the bundled experiment: what was put in, for people and for machines, and a drawing of paths.

`truth.yaml` and the scenarios in `simulated/` are no tables: `rhizolith analyze` does not read them.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from rhizolith import __version__
from rhizolith.description.experiment.example_taxa import together
from rhizolith.description.experiment.planted import DETECTION, groups, quantities
from rhizolith.description.experiment.pot_means import FOLDER, MECHANISMS, TREATMENTS, UNITS, made_by, simulated

SCENARIOS = "simulated"
CONSORTIA_WORDS = "stated: taxa that rise and fall together from pot to pot, whatever the treatment"
DESIGN = {
    "bare": {"plant": "none", "amendment": "none"},
    "planted": {"plant": "Elymus", "amendment": "none"},
    "amended": {"plant": "none", "amendment": "Fe-citrate-humic"},
    "planted_amended": {"plant": "Elymus", "amendment": "Fe-citrate-humic"},
}


def write_notes(folder: Path, seed: int) -> None:
    """README.txt, truth.yaml, paths.yaml and the scenarios that the simulated means came from."""
    (folder / "README.txt").write_text(readme(seed), encoding="utf-8")
    said = "# What was put into this synthetic experiment. Not read by `rhizolith analyze`.\n"
    text = yaml.safe_dump(truth(seed), sort_keys=False, allow_unicode=True, width=120)
    (folder / "truth.yaml").write_text(said + text, encoding="utf-8")
    (folder / "paths.yaml").write_text(PATHS, encoding="utf-8")
    (folder / SCENARIOS).mkdir(exist_ok=True)
    for path in sorted(FOLDER.glob("*.yaml")):
        shutil.copyfile(path, folder / SCENARIOS / path.name)


def effects(means: dict[str, float], how: str) -> dict[str, float]:
    """Effect of each factor without and with the other: differences where noise adds, else ratios."""
    pairs = {
        "plant": ("bare", "planted"), "plant_where_amended": ("amended", "planted_amended"),
        "amendment": ("bare", "amended"), "amendment_where_planted": ("planted", "planted_amended"),
    }  # fmt: skip
    there = {k: (means[a], means[b]) for k, (a, b) in pairs.items() if a in means and b in means}
    return {k: float(f"{b - a if how == 'add' else b / a:.5g}") for k, (a, b) in there.items()}


def truth(seed: int) -> dict[str, Any]:
    """Everything that was put in: means, effects, noise and where each comes from."""
    known = simulated()
    return {
        "synthetic": True,
        "version": f"rhizolith {__version__}",
        "seed": seed,
        "simulated_by": made_by(),
        "design": DESIGN,
        "quantities": {
            p.name: {
                "unit": p.unit, "origin": p.origin, "means": dict(p.means), "noise": p.noise, "noise_joins_by": p.how,
                "effects": effects(p.means, p.how),
                **({"below_detection": DETECTION[p.name]} if p.name in DETECTION else {}),
            }
            for p in quantities().values()
        },
        "groups": {name: {"origin": words, "factors": dict(by)} for name, (by, words) in groups().items()},
        "consortia": {"about": f"{CONSORTIA_WORDS}: sd of ln weight that each shares", **together()},
        "mechanisms": {
            "about": "carbon set free from minerals beyond what was bound, simulated, mg per kg of dry soil",
            **{m: dict(known[f"freed_by_{m}"]) for m in MECHANISMS},
        },
    }  # fmt: skip


def readme(seed: int) -> str:
    """The note for people, without any line that looks like a table."""
    lines = [
        "SYNTHETIC: made by rhizolith to try things out. No pot was ever filled.", "",
        "Twenty-four pots: plant (none, Elymus) x amendment (none, Fe-citrate-humic), six blocks. Means of soil and",
        "microbes come from the simulator, one run of sixty days a treatment (the scenarios lie in simulated/; run one",
        "by `rhizolith simulate simulated/planted.yaml -o run`). The rest comes from models that are stated below.",
        f"Noise was drawn with seed {seed}. The same for machines: truth.yaml. Neither is read by `rhizolith analyze`.",
        "", "Messy on purpose: titles, merged headers and units in the workbook; a letter among its numbers; values",
        "below detection; decimal commas and UTF-16 in the plates, three replicates each; pots named differently in",
        "every table; blanks and QC among the samples; samples of unequal dilution.", "",
        "PLANTED EFFECTS (means: bare / planted / amended / planted and amended)", "",
    ]  # fmt: skip
    for p in quantities().values():
        means = " / ".join(f"{p.means[t]:.4g}" if t in p.means else "none" for t in TREATMENTS)
        unit = "" if p.unit == "1" else f" {p.unit}"
        noise = f"{p.noise:g} units" if p.how == "add" else f"{p.noise:.0%}"
        lines += [f"{p.name}{unit}: {means}", f"    from: {p.origin}. Noise among pots: {noise}."]
    lines += ["", "GROUPS (factor of intensity or weight, in the same order)", ""]
    for name, (by, words) in groups().items():
        lines += [f"{name}: {' / '.join(f'{by[t]:.3g}' for t in TREATMENTS)}", f"    from: {words}"]
    lines += ["", f"CONSORTIA ({CONSORTIA_WORDS};", "each taxon with the sd of ln weight that it shares)", ""]
    for name, members in together().items():
        lines.append(f"{name}: {', '.join(f'{t} {sd:g}' for t, sd in members.items())}")
    lines += ["", f"MECHANISMS (simulated; {UNITS['freed_by_dispersion'][0]} of carbon net freed from minerals)", ""]
    for m in MECHANISMS:
        values = " / ".join(f"{simulated()[f'freed_by_{m}'][t]:.3g}" for t in TREATMENTS)
        lines.append(f"{m.replace('_', ' ')}: {values}")
    return "\n".join(lines) + "\n"


PATHS = """\
# A drawing of how the blocks of this experiment could hang together, and two rivals. Replace it by your own.
title: Does the plant reach mineral-held carbon through the microbes?
blocks:
  Plant: ["plant: Elymus"]
  Amendment: ["amendment: Fe-citrate-humic"]
  Water: [pH, DOC]
  Microbes: [MBC, growth]
  Held carbon: [MAOC]
modes: {Water: A, Microbes: A}
anchors: {Water: pH, Microbes: MBC}
inner: |
  Water ~ Plant + Amendment
  Microbes ~ Plant + Amendment + Water
  Held carbon ~ Amendment + Microbes
rivals:
  microbes change the water: |
    Microbes ~ Plant + Amendment
    Water ~ Amendment + Microbes
    Held carbon ~ Amendment + Water
  the plant acts directly: |
    Water ~ Plant + Amendment
    Microbes ~ Plant + Amendment
    Held carbon ~ Plant + Amendment
"""
