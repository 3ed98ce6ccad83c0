"""What a laboratory gave for one soil or for many, in the units of `evidence_inputs.csv`; what is missing is nan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from rhizolith.description.document import Document, read_document
from rhizolith.description.soil_fields import KNOWN
from rhizolith.errors import InputError, Problem
from rhizolith.knowledge import tables
from rhizolith.knowledge.estimate import Estimate

NINETY = 3.29
"""standard errors in the width of a range of about 90 %"""
TREATMENTS = {"magnetite": ("present", "absent"), "pyrophosphate_clearing": ("ultracentrifuged", "filtered", "none")}
"""words about the laboratory's procedure that matter for the inventory"""

READ_CATIONS = ("Ca+2", "Na+")
"""exchangeable cations that rules read; sodium as a share of the exchange capacity"""


@cache
def inputs() -> Mapping[str, dict[str, str]]:
    """Key → unit, possible range, error of measurement and names in databases."""
    return {row["key"]: row for row in tables.rows("evidence_inputs")}


@cache
def settings() -> Mapping[str, tuple[str, ...]]:
    """Setting → the words it may take; `reaction` follows from the pH."""
    found: dict[str, list[str]] = {}
    for row in tables.rows("evidence_settings"):
        if row["setting"] != "reaction" and row["value"] not in found.setdefault(row["setting"], []):
            found[row["setting"]].append(row["value"])
    return {key: tuple(words) for key, words in found.items()}


@cache
def crystals() -> Mapping[str, str]:
    """Mineral that diffraction may have quantified → the association that it stands for, empty for none."""
    return {row["mineral"]: row["association"] for row in tables.rows("evidence_diffraction")}


@dataclass(frozen=True)
class Measured:
    """Soils as numbers: `values` key → (soils,), nan where not measured; `setting` key → one word for each soil."""

    names: tuple[str, ...]
    values: Mapping[str, np.ndarray]
    setting: Mapping[str, np.ndarray] = field(default_factory=dict)
    minerals: Mapping[str, np.ndarray] = field(default_factory=dict)
    """mineral → g per kg of soil, by diffraction"""
    title: str = ""
    errors: Mapping[str, np.ndarray] = field(default_factory=dict)
    """key → (soils,) standard error (relative ones of the logarithm) where a spread was given, nan else"""
    unread: tuple[str, ...] = ()
    """what was given of one soil and no rule reads"""
    root: Mapping[str, str] = field(default_factory=dict)
    """node of the network of causes → level, as a described root says it"""

    def __len__(self) -> int:
        return len(self.names)

    def part(self, chosen: slice) -> Measured:
        """Some of the soils."""
        values, setting, minerals, errors = (
            {k: v[chosen] for k, v in group.items()}
            for group in (self.values, self.setting, self.minerals, self.errors)
        )
        return Measured(self.names[chosen], values, setting, minerals, self.title, errors, self.unread, self.root)

    def given(self, key: str) -> np.ndarray:
        """(soils,) true where this was measured."""
        return np.isfinite(self.values[key]) if key in self.values else np.zeros(len(self), dtype=bool)


def from_mapping(numbers: Mapping[str, Any], setting: Mapping[str, Any] | None = None, name: str = "soil") -> Measured:
    """One soil from numbers in the units of `evidence_inputs.csv`; InputError names every problem at once."""
    values = {k: _written(k, v, name) for k, v in numbers.items()}
    if setting:
        values["setting"] = Document(name, dict(setting), {}, prefix="setting.")
    return from_document(Document(name, values, {}), name)


def _written(key: str, value: Any, name: str) -> Any:
    """A bare number of a mapping is in the unit of the table of inputs; nan is a gap."""
    if isinstance(value, Mapping):
        return Document(name, {k: _written("minerals", v, name) for k, v in value.items()}, {}, prefix=f"{key}.")
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        return value
    unit = inputs()[key]["unit"] if key in inputs() else "g/kg"
    return None if np.isnan(value) else f"{float(value)!r} {unit}".strip()


def read(path: str | Path, setting: Mapping[str, Any] | None = None) -> Measured:
    """One soil from a YAML file, or one that ships with rhizolith by name; InputError with every problem."""
    shipped = tables.DATA / "soils" / f"{path}.yaml"
    if not shipped.exists() and not Path(path).exists():
        raise InputError(_no_soil(str(path)))
    document = read_document(shipped if shipped.exists() else path)
    if setting:
        held = document.values.get("setting")
        merged = {**(held.values if isinstance(held, Document) else {}), **setting}
        document.values["setting"] = Document(document.path, merged, getattr(held, "lines", {}))
    return from_document(document, Path(path).stem)


def _no_soil(name: str) -> Problem:
    names = sorted(p.stem for p in (tables.DATA / "soils").glob("*.yaml"))
    near = get_close_matches(name, names, 3, 0.5)
    shipped = f"did you mean {' or '.join(near)}? " if near else ""
    fix = f"{shipped}`rhizolith show soils` lists those that ship; `rhizolith new soil` writes a file to fill in"
    return Problem(name, "there is no such file, and no soil of this name ships with rhizolith", fix)


def from_document(d: Document, name: str) -> Measured:
    """The numbers, minerals and setting of one soil document."""
    values, errors = {}, {}
    for key, row in inputs().items():
        found = None if key == "depth" else d.measure(key, row["unit"], float(row["low"]), float(row["high"]))
        values[key] = np.array([np.nan if found is None else found[0].value])
        errors[key] = np.array([np.nan if found is None else _error(found[0], row["error_kind"])])
    ratio = d.number("c_to_n", "", 3, 200)
    if ratio is not None and not np.isfinite(values["total_nitrogen"][0]):
        values["total_nitrogen"] = values["organic_carbon"] / ratio
    layer = d.measure("depth", "m", 0, 30)
    if layer is not None:
        values["depth"] = np.array([50 * (layer[0].low + layer[0].high)])
    _exchangeable(d, values)
    words = {k: np.array([d.word(k, list(w)) if k in d.values else ""], dtype=object) for k, w in TREATMENTS.items()}
    setting, minerals = _setting(d), _minerals(d)
    if not words["magnetite"][0] and float(minerals.get("magnetite", [0])[0]) > 0:
        words["magnetite"] = np.array(["present"], dtype=object)
    title = d.word("name") or name
    _unknown(d)
    _together(d, values, minerals)
    problems = d.all_problems()
    if not problems and not any(np.isfinite(v[0]) for v in (*values.values(), *minerals.values())):
        problems = [Problem(d.path, "nothing was measured in this soil", "give at least one number, like `pH: 5.2`")]
    if problems:
        raise InputError(problems)
    return Measured((name,), values, {**setting, **words}, minerals, title, errors, _unread(d, minerals))


def _error(told: Estimate, kind: str) -> float:
    """Standard error that a stated range stands for (of the logarithm, where errors are relative); nan without one."""
    if told.high <= told.low:
        return float("nan")
    if kind == "absolute":
        return (told.high - told.low) / NINETY
    return float(np.log(told.high / max(told.low, 0.01 * told.high)) / NINETY)


def _exchangeable(d: Document, values: dict[str, np.ndarray]) -> None:
    group = d.section("exchangeable") if isinstance(d.values.get("exchangeable"), Document) else None
    held = {k: group.number(k, "cmol/kg", 0, 300) for k in READ_CATIONS if k in group.values} if group else {}
    if (calcium := held.get("Ca+2")) is not None:
        values["exchangeable_calcium"] = np.array([calcium])
    capacity = values["cec"][0]
    if (sodium := held.get("Na+")) is not None and capacity > 0 and not np.isfinite(values["ESP"][0]):
        values["ESP"] = np.array([min(100 * sodium / capacity, 100.0)])


def _setting(d: Document) -> dict[str, np.ndarray]:
    group = d.section("setting")
    found = {}
    for key, choices in settings().items():
        word = group.word(key, list(choices)) if group is not None and key in group.values else ""
        found[key] = np.array([word], dtype=object)
    if group is not None:
        group.finish(list(settings()))
    return found


def _minerals(d: Document) -> dict[str, np.ndarray]:
    group = d.section("minerals")
    found = {}
    for mineral in group.values if group is not None else ():
        if mineral not in crystals():
            near = get_close_matches(mineral, crystals(), 3, 0.3) or list(crystals())[:8]
            group.bad(mineral, "is no mineral rhizolith knows", f"did you mean {', '.join(near)}?")  # type: ignore[union-attr]
            continue
        number = group.number(mineral, "g/kg", 0, 1000)  # type: ignore[union-attr]
        found[mineral] = np.array([np.nan if number is None else number])
    return found


def _unread(d: Document, minerals: Mapping[str, np.ndarray]) -> tuple[str, ...]:
    """Measurements that a user may expect to count and that no rule reads."""
    group = d.values.get("exchangeable")
    cations = [
        f"exchangeable {k}" for k in (group.values if isinstance(group, Document) else ()) if k not in READ_CATIONS
    ]
    return (*cations, *(m for m in minerals if not crystals()[m] and m != "magnetite"))


def _unknown(d: Document) -> None:
    """Refuse keys that neither an assessment nor a description of a soil knows."""
    known = {*KNOWN, "setting", *TREATMENTS, *inputs()}
    for key in d.values:
        if key not in known:
            near = get_close_matches(key, known, 3, 0.5)
            d.bad(key, "is nothing that is known of a soil", f"did you mean {' or '.join(near)}?" if near else "")


def _together(d: Document, values: dict[str, np.ndarray], minerals: dict[str, np.ndarray]) -> None:
    """What is possible alone and not together."""
    v = {k: float(x[0]) for k, x in values.items() if np.isfinite(x[0])}
    texture = [v[k] for k in ("clay", "silt", "sand") if k in v]
    if sum(texture) > 1050:
        d.bad("clay", f"clay, silt and sand add up to {sum(texture):g} g/kg", "they are shares of 1000 g/kg")
    if v.get("mineral_held_carbon", 0) > 1.1 * v.get("organic_carbon", np.inf):
        d.bad("mineral_held_carbon", "is more than all organic carbon", "check the units of both")
    if v.get("total_nitrogen", 0) > 0.5 * v.get("organic_carbon", np.inf):
        d.bad("total_nitrogen", "is more than half of the organic carbon", "check the units of both")
    solid = sum(float(x[0]) for x in minerals.values() if np.isfinite(x[0]))
    if solid > 1050:
        d.bad("minerals", f"add up to {solid:g} g/kg", "they are shares of 1000 g/kg")
    metal = sum(v.get(f"dithionite_{m}", 0) for m in ("iron", "aluminium"))
    if metal > 700:
        d.bad("dithionite_iron", f"extracted iron and aluminium add up to {metal:g} g/kg", "check the units")
