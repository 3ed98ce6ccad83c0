"""Thirty days in five soils, beside what is published: would a soil biogeochemist believe them?

    python -m validation.plausibility          writes docs/understand/plausibility.md (about a minute)

No parameter was tuned on these ranges except where a row says so. What lies outside stays in the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rhizolith.description.scenario import Scenario
from rhizolith.simulation.fate import totals
from rhizolith.simulation.run import Run, run

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "understand" / "plausibility.md"
SOILS = ("andosol", "ferralsol", "mollisol", "calcareous")
CARBON = 12.011
"""g mol⁻¹"""
DEPTH = 0.2
"""m of soil taken to breathe as the simulated one, to compare with measurements per area (assumed)"""
HENRY, FIRST_PK = 10**-1.468, 6.352
"""mol kg⁻¹ atm⁻¹ and pK of CO2 at 25 °C (phreeqc.dat)"""
KILOPASCAL = 101.325
"""kPa per atm"""


@dataclass(frozen=True)
class Row:
    """One thing to look at: its values by run, the range it is held to and where that comes from."""

    what: str
    unit: str
    low: float
    high: float
    source: str
    values: dict[str, float]

    def line(self) -> str:
        """A row of the table."""
        cells = ", ".join(
            f"{k} {v:.3g}{'' if self.low <= v <= self.high else ' **(outside)**'}" for k, v in self.values.items()
        )
        return f"| {self.what} | {self.unit} | {self.low:g} to {self.high:g} | {cells} | {self.source} |"


class Told:
    """What a run tells, in the units of the field."""

    def __init__(self, name: str, **changes: Any) -> None:
        scenario = Scenario.read(ROOT / "examples" / f"{name}_root.yaml")
        if changes.pop("waterlogged", False):
            full = scenario.soil.porosity * 0.999
            changes |= {"soil": scenario.soil.model_copy(update={"water_content": full}), "open_to_air": False}
        if changes.get("root", scenario.root) is None:
            changes["geometry"] = "batch"
        self.run: Run = run(Scenario.model_validate({**dict(scenario), **changes}))
        assert self.run.outcome.sentence.startswith("Finished"), self.run.outcome.sentence
        self.names = self.run.model.system.unknowns
        self.soil = self.run.model.scenario.soil
        self.days = float(self.run.trajectory.times[-1]) / 86400
        self.volume = self.run.grid.volumes

    def of(self, name: str) -> Any:
        """[time, cell]"""
        return self.run.trajectory.y[:, self.names.index(name)]

    def mean(self, name: str) -> Any:
        """[time], over the soil"""
        return self.of(name) @ self.volume / self.volume.sum()

    @property
    def guilds(self) -> tuple[str, ...]:
        """Guilds of microbes"""
        return self.run.model.scene.guilds

    def crowding(self) -> float:
        """Microbes at the root over those farthest away, at the end"""
        alive = sum(self.of(g)[-1] for g in self.guilds)
        return float(alive[0] / alive[-1])

    def drift(self, *names: str) -> float:
        """% from the first to the last day, over the soil"""
        found = sum(self.mean(n) for n in names)
        return float(100 * (found[-1] / found[0] - 1))

    def extent(self, chosen: Any, weight: Any = lambda r: 1.0) -> float:
        """mol m⁻³ of soil, over all processes that are chosen"""
        moved = totals(self.run)[-1] / self.volume.sum()
        return float(sum(weight(r) * m for r, m in zip(self.run.model.reactions, moved, strict=True) if chosen(r)))

    def breathed(self) -> float:
        """g C m⁻³ d⁻¹ of microbial carbon dioxide"""
        mine = self.extent(lambda r: r.process.agent == "microbe", lambda r: r.names.get("CO2", 0.0))
        return mine * CARBON / self.days

    def disrupted(self, *mechanisms: str) -> float:
        """mol C m⁻³ of soil, by these mechanisms or all"""
        return self.extent(
            lambda r: r.process.direction == "disruption" and (not mechanisms or r.process.mechanism in mechanisms)
        )

    def formed(self) -> float:
        """mol C m⁻³ of soil"""
        return self.extent(lambda r: r.process.direction == "formation")

    def lost(self) -> float:
        """mol C kg⁻¹ of soil that particulate matter and associations lost"""
        held = [a.name for a in self.run.model.scene.associations]
        return float(sum(self.mean(n)[0] - self.mean(n)[-1] for n in [*held, "particulate"]))

    def acidity(self) -> Any:
        """pH [time, cell]"""
        return -self.of("ln:H+") / np.log(10)

    def carbon_dioxide(self) -> float:
        """kPa at the end, in soil air or, without air, in equilibrium with the water"""
        if "CO2(g)" in self.names:
            return float(self.mean("CO2(g)")[-1] * 8.314462618 * self.run.model.scenario.temperature / 1e3)
        dissolved = float(self.mean("CO3-2")[-1]) / 1e3
        return dissolved / (1 + 10 ** (float(self.acidity()[-1, 0]) - FIRST_PK)) / HENRY * KILOPASCAL

    def efficiency(self) -> float:
        """Carbon built over carbon taken up"""
        built = self.extent(lambda r: r.process.name.startswith(("growth:", "enzyme:")))
        burnt = self.extent(lambda r: r.process.name.startswith("respiration:"))
        return built / (built + burnt)


def table() -> list[Row]:
    """Every comparison."""
    still = {s: Told(s, root=None) for s in SOILS}
    rooted = {s: Told(s) for s in SOILS}
    wet, more = Told("andosol", root=None, waterlogged=True), oxalate_rich()
    return [*bulk(still), *roots(rooted, still), *extremes(still["andosol"], rooted["andosol"], wet, more)]


def oxalate_rich() -> Told:
    """The Andosol's root, releasing five times as much oxalate."""
    usual = Scenario.read(ROOT / "examples" / "andosol_root.yaml")
    from rhizolith.knowledge import tables

    most = 5 * tables.known("root", "exudation_oxalate").value
    return Told("andosol", parameters={**usual.parameters, "root.exudation_oxalate": most})


def bulk(still: dict[str, Told]) -> list[Row]:
    """Without a root."""
    rest = "assumed: a soil that was sampled had come to rest (the model starts from that)"
    area = (
        "Wang2009: 390 and 601 g C m-2 a-1 in grasslands, 36 % (8 to 64) of it from roots; "
        "the death of microbes was lowered to come near"
    )
    litre = "Langeveld2020: annual means of 255 topsoils (median 25)"
    air = "assumed: general knowledge, up to a hundred times the atmosphere"
    return [
        Row(
            "change of dissolved organic matter, no root",
            "% in 30 d",
            -20,
            20,
            rest,
            _all(still, lambda t: t.drift("Dom")),
        ),
        Row("change of microbes, no root", "% in 30 d", -20, 20, rest, _all(still, lambda t: t.drift(*t.guilds))),
        Row(
            "formation over disruption, no root",
            "1",
            0.8,
            1.25,
            rest,
            _all(still, lambda t: t.formed() / t.disrupted()),
        ),
        Row(
            "heterotrophic respiration, no root",
            "g C m-2 d-1",
            0.34,
            1.63,
            area,
            _all(still, lambda t: t.breathed() * DEPTH),
        ),
        Row(
            "dissolved organic carbon, no root",
            "mg L-1",
            1.7,
            88.3,
            litre,
            _all(still, lambda t: t.mean("Dom")[-1] * CARBON),
        ),
        Row("carbon dioxide in soil air, no root", "kPa", 0.04, 5, air, _all(still, Told.carbon_dioxide)),
    ]


def roots(rooted: dict[str, Told], still: dict[str, Told]) -> list[Row]:
    """With a root."""
    nye = "Nye1981: at the root often 1 to 2 units from the pH a few mm away"
    priming = {s: 100 * (rooted[s].lost() / still[s].lost() - 1) for s in SOILS}
    cue = "Qiao2019: 0.5 with a standard deviation of 0.25"
    air = "assumed: general knowledge, up to a hundred times the atmosphere"
    return [
        Row("largest change of pH at the root", "1", -2, 2, nye, _all(rooted, lambda t: _farthest(t.acidity()))),
        Row(
            "microbes at the root over those farthest away",
            "1",
            1,
            10,
            "assumed: more life near roots",
            _all(rooted, Told.crowding),
        ),
        Row(
            "soil carbon lost more with a root",
            "%",
            -50,
            200,
            "Huo2017: +59 % on average; the range is assumed",
            priming,
        ),
        Row("carbon use efficiency", "1", 0.25, 0.75, cue, _all(rooted, Told.efficiency)),
        Row("carbon dioxide in soil air", "kPa", 0.04, 5, air, _all(rooted, Told.carbon_dioxide)),
        Row(
            "oxygen in soil air",
            "kPa",
            15,
            21.2,
            "assumed: a well-aerated topsoil",
            _all(rooted, lambda t: t.mean("O2(g)")[-1] * 8.314462618 * t.run.model.scenario.temperature / 1e3),
        ),
        Row(
            "lowest oxygen at the root",
            "mmol m-3",
            1,
            250,
            "assumed: roots of upland plants breathe oxygen",
            _all(rooted, lambda t: 1e3 * t.of("O2")[:, 0].min()),
        ),
    ]


def extremes(dry: Told, usual: Told, wet: Told, more: Told) -> list[Row]:
    """Waterlogged, and flushed with oxalate."""
    reduced = ("reductive_dissolution_microbial",)
    ligands = ("ligand_dissolution", "ligand_exchange", "ion_exchange", "proton_dissolution")
    anoxic = 100 * (1 - wet.breathed() / dry.breathed())
    kirk = "Kirk2004: flooded soils tend to pH 6.5 to 7 and 5 to 20 kPa"
    one = {"andosol": 0.0}
    return [
        Row(
            "pH after 30 days under water",
            "1",
            5.8,
            7.2,
            f"{kirk}; acid ones rise within weeks",
            _value(one, wet.acidity()[-1, 0]),
        ),
        Row("carbon dioxide after 30 days under water", "kPa", 5, 20, kirk, _value(one, wet.carbon_dioxide())),
        Row(
            "respiration under water less than in air",
            "%",
            60,
            95,
            "Keiluweit2017: under permanent anoxia",
            _value(one, anoxic),
        ),
        Row(
            "dissolved iron(II) under water",
            "mol m-3",
            0.1,
            10,
            "assumed: tens to hundreds of mg per litre in flooded acid soils",
            _value(one, wet.mean("Fe+2")[-1]),
        ),
        Row(
            "iron breathed in air over that under water",
            "%",
            0,
            5,
            "assumed: oxygen stops it but for microsites, which are left out",
            _value(one, 100 * dry.disrupted(*reduced) / wet.disrupted(*reduced)),
        ),
        Row(
            "carbon freed by ligands and acid, oxalate fivefold over usual",
            "1",
            1,
            20,
            "sign only: Keiluweit 2015, as reviewed (Boelscher2025)",
            _value(one, more.disrupted(*ligands) / usual.disrupted(*ligands)),
        ),
    ]


def _all(runs: dict[str, Told], tell: Any) -> dict[str, float]:
    return {name: float(tell(t)) for name, t in runs.items()}


def _value(names: dict[str, float], value: float) -> dict[str, float]:
    return {name: float(value) for name in names}


def _farthest(ph: Any) -> float:
    """The largest difference between root and outer edge, after the first day."""
    gap = (ph[:, 0] - ph[:, -1])[len(ph) // 30 :]
    return float(gap[np.abs(gap).argmax()])


HEAD = """# Is it plausible?

Thirty days in four soils that ship with rhizolith, with and without a root, and two extremes, beside ranges that were
read in the source named, or assumed where it says so. Made by `python -m validation.plausibility`; do not edit.

What starts from rest: a described soil stands still where no root disturbs it. Particulate organic matter (the carbon
that neither minerals nor microbes hold) decays and feeds the solution; the constants of its decay, of the decay of
enzymes, of the availability of dissolved organic matter to each guild of microbes, of the affinity of each adsorbed
pool and of the renewal of soil air follow from that rest. They are listed with every run as *fitted*. So the first
three rows and the carbon dioxide of soil without a root test the numerics of rest, not nature; the others are outcomes.

| what | unit | range | found | source of the range |
| --- | --- | --- | --- | --- |
"""
FOOT = """
Left out, and worth remembering when reading these numbers: anoxic microsites inside aggregates, denitrification,
fermentation and methane, vivianite, sulfides and other minerals of flooded soils, phosphorus sorption, the supply of
fresh litter, moisture that changes. Siderite forms only where a soil lists it (`siderite: 0` is enough), which these
do not: the closed volcanic soil with its root then ends thirty days under water with 1.2 mol m-3 of iron(II) instead of
41, but still at pH 8.3 (8.6 without), beyond what Kirk2004 reports.
"""


def main() -> None:
    """Run, print and write the table."""
    rows = table()
    lines = [row.line() for row in rows]
    PAGE.write_text(HEAD + "\n".join(lines) + "\n" + FOOT, encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
