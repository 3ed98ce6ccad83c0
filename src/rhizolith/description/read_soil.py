"""A soil from a laboratory's numbers: what was measured is kept, what was not is filled and remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rhizolith.description import gaps
from rhizolith.description.association_gaps import associations as share_out
from rhizolith.description.dissolution_gaps import minerals as from_extracts
from rhizolith.description.document import Document, closest, parse_document, read_document
from rhizolith.description.number import Number
from rhizolith.description.soil import ARRANGEMENTS, BONDS, Held, Soil, impossible
from rhizolith.description.soil_fields import (
    ASSESSED,
    ASSOCIATION,
    EXCHANGEABLE,
    HELD,
    KNOWN,
    MINERAL,
    NUMBERS,
    SOLUTE,
    WORDS,
)
from rhizolith.errors import InputError
from rhizolith.knowledge import tables
from rhizolith.knowledge.estimate import Estimate
from rhizolith.knowledge.masses import ATOMIC_MASS, molar_mass


def soil_path(name: str) -> Path:
    """Where a soil that ships with rhizolith is kept."""
    return tables.DATA / "soils" / f"{name}.yaml"


def shipped_soils() -> list[str]:
    """Names of the soils that ship with rhizolith."""
    return sorted(p.stem for p in (tables.DATA / "soils").glob("*.yaml"))


def read_soil(path: str | Path) -> Soil:
    """A soil from a YAML file, or a shipped one by name; InputError with every problem."""
    shipped = str(path) in shipped_soils()
    document = read_document(soil_path(str(path)) if shipped else path)
    soil = build_soil(document)
    problems = document.all_problems()
    if problems or soil is None:
        raise InputError(problems)
    return soil


def soil_settings(name: str) -> dict[str, Any]:
    """The settings of a shipped soil as its file has them, to be changed and given to `soil_from`."""
    import yaml

    found: dict[str, Any] = yaml.safe_load(soil_path(name).read_text("utf-8"))
    return found


def soil_from(settings: Mapping[str, Any], name: str) -> Soil:
    """A soil from the settings of a soil file, gaps filled; InputError with every problem, said of `name`."""
    import yaml

    document = parse_document(yaml.safe_dump(dict(settings), sort_keys=False, allow_unicode=True), name)
    soil = build_soil(document)
    problems = document.all_problems()
    if problems or soil is None:
        raise InputError(problems)
    return soil


def build_soil(d: Document) -> Soil | None:
    """The soil of a document; None, with problems in the document, when it cannot be made."""
    draft = _Draft(d)
    draft.words_and_numbers()
    draft.chemistry()
    draft.held()
    for key in ASSESSED:  # read and checked by an assessment; a simulation has no use for them
        d.get(key)
    d.finish(KNOWN)
    if d.all_problems():
        return None
    draft.fill()
    return draft.soil()


def _ion_mass(component: str) -> float | None:
    """kg mol⁻¹ of an ion of one atom, so that mg/l can be given; None where a mass would be ambiguous (NO3-: as N?)."""
    symbol = component.rstrip("+-0123456789")
    return ATOMIC_MASS[symbol] / 1e3 if symbol in ATOMIC_MASS else None


class _Draft:
    """Collects the fields of one soil from its document."""

    def __init__(self, d: Document) -> None:
        self.d = d
        self.fields: dict[str, Any] = {}
        self.evidence: dict[str, Estimate] = {}
        self.filled: dict[str, Estimate] = {}

    def take(self, d: Document, key: str, name: str, n: Number, mass: float | None = None) -> float | None:
        """One number, its story remembered under `name`."""
        found = d.measure(key, n.unit, n.low, n.high, mass or n.molar_mass, n.example)
        if found is None:
            return None
        told, filled = found
        (self.filled if filled else self.evidence)[name] = told
        return told.value

    def words_and_numbers(self) -> None:
        """Plain fields."""
        d = self.d
        for key in WORDS:
            choices = ("kaolinite", "smectite") if key == "clay_mineral" else None
            self.fields[key] = d.word(key, choices)
        self.fields["name"] = self.fields["name"] or Path(d.path).stem
        if not d.has("pH"):
            d.bad("pH", "a soil needs its pH", "add a line like `pH: 5.2`")
        for key, n in NUMBERS.items():
            value = self.take(d, key, key, n)
            if value is not None:
                self.fields[key] = value
        self._related()

    def _related(self) -> None:
        """Saturation, C:N and depth, which stand for other fields."""
        d, f = self.d, self.fields
        saturation = d.number("saturation", "", 0.01, 1)
        if saturation is not None:
            if "water_content" in f:
                d.bad("saturation", "stands beside water_content", "keep one of them")
            f["saturation"] = saturation
        ratio = d.number("c_to_n", "", 3, 200)
        if ratio is not None and "organic_carbon" in f:
            f.setdefault("total_nitrogen", f["organic_carbon"] * gaps.CARBON / ratio / 14.007e-3)
        layer = d.measure("depth", "m", 0, 30)
        if layer is not None:
            f["depth"] = (layer[0].low, layer[0].high)

    def chemistry(self) -> None:
        """Minerals, solution and exchangeable cations."""
        self.fields["minerals"] = self._amounts("minerals", tables.minerals(), self._mineral)
        self.fields["solution"] = self._amounts(
            "solution", tables.components(), lambda s, n: self.take(s, n, f"solution.{n}", SOLUTE, _ion_mass(n))
        )
        cations = ("Ca+2", "Mg+2", "K+", "Na+", "NH4+", "Al+3", "H+", "Fe+2", "Mn+2")
        self.fields["exchangeable"] = self._amounts(
            "exchangeable", cations, lambda s, n: self.take(s, n, f"exchangeable.{n}", EXCHANGEABLE)
        )
        closing = self.fields["closing"]
        if closing and closing not in tables.components():
            self.d.bad("closing", f"{closing!r} is no component of the water", closest(closing, tables.components()))
        elif closing and tables.components()[closing] == 0:
            self.d.bad("closing", f"{closing} carries no charge", "name an ion, such as Cl- or Na+")

    def _mineral(self, section: Document, name: str) -> float | None:
        mass = molar_mass(tables.minerals()[name]["formula"])
        return self.take(section, name, f"minerals.{name}", MINERAL, mass)

    def _amounts(self, key: str, known: Any, read: Callable[[Document, str], float | None]) -> dict[str, float]:
        section = self.d.section(key)
        found: dict[str, float] = {}
        for name in section.values if section else ():
            assert section is not None
            if name not in known:
                section.get(name)
                section.bad(name, f"is none of the {key} rhizolith knows", closest(name, known))
                continue
            value = read(section, name)
            if value is not None:
                found[name] = value
        return found

    def held(self) -> None:
        """Associations as listed."""
        if not self.d.has("associations"):
            return
        entries = self.d.items("associations")
        found = [h for n, entry in enumerate(entries, 1) if (h := self._one(entry, n)) is not None]
        self.fields["associations"] = tuple(found)

    def _one(self, entry: Any, n: int) -> Held | None:
        if not isinstance(entry, Document):
            self.d.bad(
                "associations", f"entry {n} is no group of settings", "write `- mineral: goethite` and more below it"
            )
            return None
        entry.prefix = f"associations.{n}."

        made: dict[str, Any] = {
            "mineral": entry.word("mineral", tables.minerals()),
            "organic": entry.word("organic", tables.organics(), "dissolved_organic_matter"),
            "bond": entry.word("bond", BONDS, "inner_sphere"),
            "arrangement": entry.word("arrangement", ARRANGEMENTS, "monolayer"),
        }
        name = "associations." + "/".join(made.values())
        carbon = self.take(entry, "carbon", name, HELD)
        contacts = entry.number("denticity", "", 1, 100, 1.0) or 1.0
        for key in ("mineral", "carbon"):
            if not entry.has(key):
                entry.bad(key, "is missing", f"add `{key}: …` to this association")
        entry.finish(ASSOCIATION)
        if entry.all_problems() or carbon is None:
            return None
        return Held(**made, carbon=carbon, denticity=contacts)

    def _fill(self, key: str, rule: Callable[[], Estimate]) -> None:
        if key not in self.fields:
            told = rule()
            self.fields[key], self.filled[key] = told.value, told

    def fill(self) -> None:
        """Gaps, in the order in which one rule needs another's result."""
        f = self.fields
        self._fill("organic_carbon", gaps.organic_carbon)
        self._fill("total_nitrogen", lambda: gaps.nitrogen(f["organic_carbon"]))
        self._fill("bulk_density", lambda: gaps.bulk_density(f["organic_carbon"]))
        self._fill("porosity", lambda: gaps.porosity(f["bulk_density"], f["organic_carbon"]))
        if "saturation" in f:
            f.setdefault("water_content", f["saturation"] * f["porosity"])
        self._fill("water_content", lambda: gaps.water_content(f["porosity"]))
        f["extracts"] = {
            k: f.pop(k) for k in list(f) if "_" in k and k.split("_")[0] in ("oxalate", "dithionite", "pyrophosphate")
        }
        told = (
            {}
            if self._complete()
            else from_extracts(f["extracts"], f.get("clay"), f["clay_mineral"] or "kaolinite", f["pH"], f["minerals"])
        )
        f["minerals"] |= {m: e.value for m, e in told.items()}
        self.filled |= {f"minerals.{m}": e for m, e in told.items()}
        self._fill(
            "cec", lambda: gaps.exchange_capacity(f.get("clay"), f["organic_carbon"], f["minerals"], f["exchangeable"])
        )
        self._fill("acid_groups", lambda: gaps.acid_groups(f["organic_carbon"]))
        self._fill("biomass_carbon", lambda: gaps.biomass(f["organic_carbon"]))
        if "associations" not in f:
            f["associations"], held = share_out(f["minerals"], f["organic_carbon"])
            self.filled |= held
        if not self._complete():
            water = gaps.solution(f["minerals"], f["solution"])
            f["solution"] |= {c: e.value for c, e in water.items()}
            self.filled |= {f"solution.{c}": e for c, e in water.items()}

    def _complete(self) -> bool:
        """A file that rhizolith wrote has its gaps filled already."""
        return (
            any(isinstance(v, Document) and v.values.get("filled") is True for v in self.d.values.values())
            and "saturation" not in self.fields
        )

    def soil(self) -> Soil | None:
        """The soil, or None and problems for numbers that are impossible together."""
        f = dict(self.fields)
        for key in ("saturation", "clay_mineral"):
            f.pop(key, None)
        f["biomass"] = f.pop("biomass_carbon")
        f["evidence"], f["filled"] = self.evidence, self.filled
        found = impossible(Soil.model_construct(**f))
        for key, what, fix in found:
            section = next((s for s in ("minerals", "solution") if key in f[s]), None)
            self.d.bad(key if section is None else section, what if section is None else f"{key}: {what}", fix)
        return None if found else Soil(**f)
