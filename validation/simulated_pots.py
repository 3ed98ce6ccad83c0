"""The treatment means of the bundled pot experiment, from four runs of the simulator.

    python -m validation.simulated_pots [--write]

Four scenarios (bare, planted, amended, both) are solved for sixty days; what a laboratory would find in the whole pot
at harvest is written, with units, to `description/experiment/pots/means.csv`, from which `rhizolith new experiment`
draws its pots. Without `--write` the table is printed beside the stored one, and the exit code is 1 where they differ.
Deterministic: there is no seed. The amended scenarios begin with the constants at which the *raw* residue stands still,
so that microbes meet the amendment as they are; those constants are written into their files.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from functools import cache

import numpy as np
import yaml

from rhizolith import __version__
from rhizolith.description.experiment import pot_means
from rhizolith.description.scenario import Scenario
from rhizolith.knowledge.masses import ATOMIC_MASS
from rhizolith.simulation.balance import capacity, contents
from rhizolith.simulation.fate import carbon_of, totals
from rhizolith.simulation.ready import ready
from rhizolith.simulation.run import Run, run
from rhizolith.simulation.standing_still import stand_still

COMMAND = "python -m validation.simulated_pots --write"
CLOSE = 2e-2
"""Relative difference that runs on other machines may show: biomass grows exponentially, and its error with it."""
DIGITS = 6
INORGANIC = ("CO3-2", "CO2(g)", "calcite", "siderite")
MILLIGRAM = {e: 1e3 * ATOMIC_MASS[e] for e in ("C", "N", "Fe")}
"""mg of the element in a mole"""


@cache
def at_rest() -> dict[str, float]:
    """The constants at which the raw residue stands still, by name: what the amended scenarios begin with."""
    model, begin = ready(Scenario.read(pot_means.FOLDER / "bare.yaml"))
    found = stand_still(model, begin)
    return {n: float(f"{e.value:.9g}") for n, e in found.used.items() if e is not model.used[n]}


def scenario(treatment: str) -> Scenario:
    """The scenario of one treatment as its file has it, with the constants of the raw residue as they are now."""
    read = Scenario.read(pot_means.FOLDER / f"{treatment}.yaml")
    return read.model_copy(update={"parameters": at_rest()}) if "amended" in treatment else read


def scenario_text(treatment: str) -> str:
    """The file of a scenario with these constants written anew."""
    text = (pot_means.FOLDER / f"{treatment}.yaml").read_text(encoding="utf-8")
    if "amended" not in treatment:
        return text
    return text.partition("\nparameters:")[0] + "\n" + yaml.safe_dump({"parameters": at_rest()})


class Pot:
    """A finished run, asked as a laboratory asks a pot: everything mixed, per kg of dry soil."""

    def __init__(self, done: Run) -> None:
        self.run = done
        self.soil = float(np.sum(capacity(done, "enzyme")))
        """kg of dry soil that the run stands for"""
        self.water = float(np.sum(capacity(done, "O2")))
        """m³ of water in it"""
        self.held = contents(done)
        self.carbon = carbon_of(done)
        self.index = {n: i for i, n in enumerate(done.model.system.unknowns)}
        self.extents = totals(done)

    def amount(self, name: str) -> float:
        """mol of an unknown in the pot at harvest."""
        return float(self.run.trajectory.y[-1, self.index[name]] @ capacity(self.run, name))

    def per_kg(self, *names: str, element: str = "C") -> float:
        """mol of an element in these unknowns, per kg of dry soil."""
        return sum(self.amount(n) * self.held[n].get(element, 0.0) for n in names) / self.soil

    def in_water(self, name: str) -> float:
        """mol m⁻³ of water, mean of the pot."""
        return self.amount(name) / self.water

    def last_day(self, process: str, *unknowns: str) -> float:
        """mol C per kg and day that processes of microbes, named `process:…` or any, put into these unknowns."""
        days = (self.run.trajectory.times[-1] - self.run.trajectory.times[-2]) / 86400
        done = self.extents[-1] - self.extents[-2]
        found = sum(
            sum(max(r.unknowns.get(u, 0.0), 0.0) * self.carbon[u] for u in unknowns) * n
            for r, n in zip(self.run.model.reactions, done, strict=True)
            if r.process.mechanism == "microbial_life" and (not process or process in r.process.name.split(":"))
        )
        return float(found / days / self.soil)

    def exuded(self) -> float:
        """mol C per kg of dry soil that the root has given off since the start."""
        found = 0.0
        for reaction, n in zip(self.run.model.reactions, self.extents[-1], strict=True):
            if "exudation" in reaction.process.name.split(":"):
                found += sum(max(x, 0.0) * self.carbon.get(u, 0.0) for u, x in reaction.unknowns.items()) * n
        return found / self.soil

    def net_broken(self, mechanism: str) -> float:
        """mol C per kg of dry soil that a mechanism set free from associations beyond what it bound."""
        total = 0.0
        for reaction, n in zip(self.run.model.reactions, self.extents[-1], strict=True):
            held = reaction.process.association
            if reaction.process.mechanism == mechanism and held in reaction.unknowns:
                total -= reaction.unknowns[held] * self.carbon[held] * n
        return total / self.soil


def harvest(pot: Pot) -> dict[str, float]:
    """quantity → value at harvest, in the units of pot_means.UNITS."""
    scene, mg = pot.run.model.scene, MILLIGRAM
    dissolved = [o.component for o in scene.organics]
    small = [o.component for o in scene.organics if o.component != "Dom"]
    bound = [a.name for a in scene.associations]
    organic = [n for n in pot.held if "C" in pot.held[n] and n not in INORGANIC and "@" not in n]
    guilds = list(scene.guilds)
    ph = -pot.run.trajectory.y[-1, pot.index["ln:H+"]] / np.log(10)
    found = {
        "pH": float(ph @ capacity(pot.run, "enzyme") / pot.soil),
        "SOC": pot.per_kg(*organic) * mg["C"] / 1e3,
        "MAOC": pot.per_kg(*bound) * mg["C"] / 1e3,
        "DOC": pot.per_kg(*dissolved) * mg["C"],
        "NH4": pot.per_kg("NH4+", element="N") * mg["N"],
        "soluble_Fe": pot.per_kg("Fe+3", "Fe+2", element="Fe") * mg["Fe"],
        "soluble_Na": pot.in_water("Na+"),
        "soluble_Ca": 2 * pot.in_water("Ca+2"),
        "soluble_Mg": 2 * pot.in_water("Mg+2"),
        "MBC": pot.per_kg(*guilds) * mg["C"],
        "MBN": pot.per_kg(*guilds, element="N") * mg["N"],
        "respiration": pot.last_day("", "CO3-2") * mg["C"],
        "growth": pot.last_day("growth", *guilds) * mg["C"],
        "enzyme": pot.per_kg("enzyme") * mg["C"],
        "small_dissolved": pot.per_kg(*small) * mg["C"],
        "exuded": pot.exuded() * mg["C"],
    }
    found |= {f"guild_{g}": pot.per_kg(g) / pot.per_kg(*guilds) for g in guilds}
    return found | {f"freed_by_{m}": pot.net_broken(m) * mg["C"] for m in pot_means.MECHANISMS}


def means(treatments: tuple[str, ...] = pot_means.TREATMENTS) -> dict[str, dict[str, float]]:
    """treatment → quantity → value, each from a run of its own (two to three seconds)."""
    found = {}
    for treatment in treatments:
        done = run(scenario(treatment))
        if done.outcome.failed:
            raise SystemExit(f"{treatment}: {done.outcome.sentence}")
        found[treatment] = harvest(Pot(done))
    return found


def table(found: dict[str, dict[str, float]]) -> str:
    """The file of means: where it is from, then a line a quantity."""
    out = io.StringIO()
    out.write(f"# made by: {COMMAND}\n# version: rhizolith {__version__}\n# seed: none, the simulator draws nothing\n")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["quantity", "unit", *pot_means.TREATMENTS, "about"])
    for quantity, (unit, about) in pot_means.UNITS.items():
        rows.writerow([quantity, unit, *(f"{found[t][quantity]:.{DIGITS}g}" for t in pot_means.TREATMENTS), about])
    return out.getvalue()


def apart(treatment: str, found: dict[str, float]) -> list[str]:
    """Sentences about quantities that the stored table has otherwise."""
    stored = pot_means.simulated()
    return [
        f"{treatment}, {q}: stored {stored[q][treatment]:g}, simulated {v:g}"
        for q, v in found.items()
        if not np.isclose(stored[q][treatment], v, rtol=CLOSE, atol=1e-6)
    ]


def main() -> int:
    """Run the four scenarios; write or compare."""
    parser = argparse.ArgumentParser(prog="validation.simulated_pots", description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the table and the constants of the scenarios")
    chosen = parser.parse_args()
    found = means()
    print(table(found))
    if chosen.write:
        for treatment in pot_means.TREATMENTS:
            (pot_means.FOLDER / f"{treatment}.yaml").write_text(scenario_text(treatment), encoding="utf-8")
        pot_means.FILE.write_text(table(found), encoding="utf-8")
        return 0
    odd = [line for t in pot_means.TREATMENTS for line in apart(t, found[t])]
    print("\n".join(odd) or "the stored table is what the simulator gives")
    return 1 if odd else 0


if __name__ == "__main__":
    sys.exit(main())
