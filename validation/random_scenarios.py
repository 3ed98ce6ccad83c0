"""Does any valid scenario solve? A thousand random soils, roots and settings, each within what nature offers.

A structure (geometry, minerals, how they hold carbon, organic classes, mechanisms left out) is drawn first, then values
for it, so that many scenarios share one compiled model. Held to: at least 95 % reach their end, the rest stop with a
sentence, none crashes, and every balance of a finished run closes to 1e-10.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from rhizolith.description.scenario import Held, Root, Scenario, Soil
from rhizolith.errors import InputError, RunError
from rhizolith.knowledge import tables
from rhizolith.mechanisms.registry import all_mechanisms

DAY = 86_400.0
PER_STRUCTURE = 20
SOLVED, BALANCED = 0.95, 1e-10
"""What is promised: share of runs that reach their end, and the largest open balance."""
MINERALS = ("ferrihydrite", "goethite", "lepidocrocite", "hematite", "gibbsite", "amorphous_al_hydroxide", "allophane",
            "birnessite", "kaolinite", "smectite", "calcite")  # fmt: skip
ORGANICS = ("sugar", "amino_compound", "oxalate", "citrate", "catechol", "siderophore")
ESSENTIAL = ("gas_exchange", "microbial_life", "root_activity")
"""Left in: without them a scene is another kind of experiment, drawn through geometry and biomass."""


@dataclass(frozen=True)
class Verdict:
    """How one scenario ended."""

    number: int
    outcome: str
    """finished, stopped, refused or crashed"""
    sentence: str
    balance: float
    steps: int
    seconds: float
    structure: str


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """A value whose logarithm is evenly spread."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def draw_structure(rng: np.random.Generator) -> dict[str, Any]:
    """What is there and what can happen, without numbers."""
    minerals = sorted(str(m) for m in rng.choice(MINERALS, rng.integers(1, 6), replace=False))
    held = []
    for mineral in minerals:
        for bond, arrangement in (
            ("inner_sphere", "monolayer"), ("outer_sphere", "monolayer"), ("hydrophobic", "outer_layer"),
            ("inner_sphere", "coprecipitated"), ("inner_sphere", "occluded"),
        ):  # fmt: skip
            if rng.random() < 0.35:
                held.append((mineral, bond, arrangement))
    optional = [m for m in all_mechanisms() if m not in ESSENTIAL]
    return {
        "geometry": str(rng.choice(["cylinder", "slab", "batch"], p=[0.6, 0.2, 0.2])),
        "root": bool(rng.random() < 0.8),
        "minerals": minerals,
        "held": held,
        "organics": tuple(sorted(str(o) for o in rng.choice(ORGANICS, rng.integers(1, 6), replace=False))),
        "exclude": tuple(str(m) for m in rng.choice(optional, rng.integers(0, 4), replace=False)),
        "microbes": bool(rng.random() < 0.85),
        "exchanger": bool(rng.random() < 0.9),
        "open_to_air": bool(rng.random() < 0.85),
    }


def draw_values(rng: np.random.Generator, s: dict[str, Any], name: str) -> Scenario:
    """Numbers for a structure, from what soils span and what the parameter tables call plausible."""
    density = rng.uniform(300, 1700)
    porosity = float(np.clip(1 - density / rng.uniform(2300, 2900), 0.3, 0.9))
    water = porosity * rng.uniform(0.2, 0.95)
    carbon = log_uniform(rng, 0.05, 8.0)
    parts = rng.dirichlet(np.ones(len(s["held"]))) * 0.8 * carbon * rng.uniform(0.2, 1) if s["held"] else []
    held = tuple(
        Held(mineral=m, bond=b, arrangement=a, carbon=float(c), denticity=2.0)
        for (m, b, a), c in zip(s["held"], parts, strict=True)
    )
    rooted = s["root"] or s["geometry"] == "cylinder"
    ph = rng.uniform(4.0, 9.0)
    soil = Soil(
        name=name, pH=ph, bulk_density=density, porosity=porosity, water_content=water, organic_carbon=carbon,
        cec=log_uniform(rng, 0.01, 0.6) if s["exchanger"] else 0.0,
        acid_groups=log_uniform(rng, 0.005, 0.5) if s["exchanger"] else 0.0,
        minerals={m: log_uniform(rng, 1e-3, 1.5) for m in s["minerals"]}, associations=held,
        biomass=carbon * log_uniform(rng, 2e-3, 5e-2) if s["microbes"] else 0.0,
    )  # fmt: skip
    radius = log_uniform(rng, 5e-5, 1e-3)
    densest = min(3e5, 0.2 / (np.pi * radius**2))
    duration = log_uniform(rng, 0.2, 4) * DAY
    root = Root(radius=radius, length_density=log_uniform(rng, 2e3, densest)) if rooted else None
    return Scenario(
        name=name, soil=soil, root=root, geometry=s["geometry"], thickness=log_uniform(rng, 2e-3, 5e-2),
        cells=int(rng.integers(4, 25)), duration=duration, output_every=duration / 4,
        temperature=rng.uniform(276, 308), organics=s["organics"], exclude=s["exclude"],
        open_to_air=s["open_to_air"], parameters=draw_parameters(rng, s),
    )  # fmt: skip


def draw_parameters(rng: np.random.Generator, s: dict[str, Any]) -> dict[str, float]:
    """Some parameters anywhere in their plausible range, logarithmically where that is wide."""
    own = {f"{m.name}.{k}": e for m in all_mechanisms().values() for k, e in m.parameters.items()}
    items = {*s["minerals"], *s["organics"], "root"}
    known = {f"{i}.{q}": e for (i, q), e in tables.parameters().items() if i in items}
    stories = {k: e for k, e in {**own, **known}.items() if e.low < e.high and not k.startswith("vanishing")}
    chosen = rng.choice(sorted(stories), min(12, len(stories)), replace=False)
    found = {}
    for key in (str(k) for k in chosen):
        e = stories[key]
        wide = e.low > 0 and e.high > 5 * e.low
        found[key] = log_uniform(rng, e.low, e.high) if wide else float(rng.uniform(e.low, e.high))
    return found


def scenarios(count: int, seed: int = 1, per_structure: int = PER_STRUCTURE) -> Iterator[tuple[int, str, Scenario]]:
    """(number, structure in short, scenario); every one can be drawn again from the seed and its number."""
    for number in range(count):
        structure = draw_structure(np.random.default_rng([seed, number // per_structure]))
        words = f"{structure['geometry']}: {', '.join(structure['minerals'])}"
        yield number, words, draw_values(np.random.default_rng([seed, 1, number]), structure, f"random {number}")


def judge(number: int, words: str, scenario: Scenario) -> Verdict:
    """Run one scenario and say how it ended; nothing it does may stop the others."""
    from rhizolith.simulation import simulate

    begun = time.perf_counter()
    outcome, sentence, result = "finished", "", None
    try:
        result = simulate(scenario)
        sentence = str(result.attrs["outcome"])
    except RunError as error:
        outcome, sentence, result = "stopped", str(error), getattr(error, "kept", None)
    except InputError as error:
        outcome, sentence = "refused", str(error)
    except Exception as error:
        outcome, sentence = "crashed", f"{type(error).__name__}: {error}"
    gap = float(np.abs(result.balance).max()) if result is not None else 0.0
    steps = int(float(result.attrs["steps"])) if result is not None else 0
    return Verdict(number, outcome, sentence, gap, steps, time.perf_counter() - begun, words)


def run(count: int = 1000, seed: int = 1) -> dict[str, Any]:
    """Judge `count` scenarios; a summary with every failure."""
    verdicts = []
    for one in scenarios(count, seed):
        verdicts.append(judge(*one))
        if len(verdicts) % 100 == 0:
            finished = sum(v.outcome == "finished" for v in verdicts)
            print(f"  {len(verdicts)} scenarios, {finished} finished", file=sys.stderr, flush=True)
    counts = Counter(v.outcome for v in verdicts)
    finished = [v for v in verdicts if v.outcome == "finished"]
    open_ = [v for v in finished if not v.balance <= BALANCED]
    share = len(finished) / count
    return {
        "name": "random scenarios", "passed": share >= SOLVED and not counts["crashed"] and not open_,
        "figures": {
            "scenarios": count, "share_finished": share, **{k: counts[k] for k in ("stopped", "refused", "crashed")},
            "largest_balance": max((v.balance for v in finished), default=0.0), "open_balances": len(open_),
            "median_steps": float(np.median([v.steps for v in finished])) if finished else 0.0,
            "seconds": sum(v.seconds for v in verdicts),
        },
        "failures": [asdict(v) for v in verdicts if v.outcome != "finished"] + [asdict(v) for v in open_],
        "promise": f"{SOLVED:.0%} finish, the rest stop with a sentence, balances close to {BALANCED:g}",
    }  # fmt: skip


if __name__ == "__main__":
    import json

    found = run(*(int(a) for a in sys.argv[1:]))
    print(json.dumps(found, indent=1))
    sys.exit(0 if found["passed"] else 1)
