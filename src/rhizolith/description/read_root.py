"""The root of a scenario file."""

from __future__ import annotations

from typing import Any

from rhizolith.description.document import Document, closest
from rhizolith.description.number import Number
from rhizolith.description.root import Root, misfit
from rhizolith.description.scenario_fields import EXUDATION, ROOT_KNOWN, ROOT_NUMBERS, UPTAKE
from rhizolith.knowledge import tables
from rhizolith.knowledge.estimate import Estimate

USUAL = {
    "radius": Estimate(1.8e-4, "m", 5e-5, 6e-4, "assumed", "assumed: a fine root"),
    "length_density": Estimate(5e4, "m/m^3", 5e3, 3e5, "assumed", "assumed: an ordinary topsoil under grass or crops"),
}


def build_root(d: Document) -> Root | None:
    """The root of a `root:` section; None, with problems in the document, when it cannot be made."""
    evidence: dict[str, Estimate] = {}
    filled: dict[str, Estimate] = {}

    def take(section: Document, key: str, name: str, n: Number) -> float | None:
        found = section.measure(key, n.unit, n.low, n.high, example=n.example)
        if found is None:
            return None
        (filled if found[1] else evidence)[name] = found[0]
        return found[0].value

    fields: dict[str, Any] = {"name": d.word("name", default="root")}
    for key, number in ROOT_NUMBERS.items():
        value = take(d, key, key, number)
        if value is not None:
            fields[key] = value
    for key, usual in USUAL.items():
        if not d.has(key):
            fields[key], filled[key] = usual.value, usual
    nutrients = [q.removeprefix("uptake_") for item, q in tables.parameters() if item == "root" and "uptake_" in q]
    for key, known, number in (("exudation", list(tables.organics()), EXUDATION), ("uptake", nutrients, UPTAKE)):
        section = d.section(key)
        fields[key] = {}
        for name in section.values if section else ():
            assert section is not None
            if name not in known:
                section.get(name)
                section.bad(name, f"is nothing that rhizolith knows the {key} of", closest(name, known))
            elif (rate := take(section, name, f"{key}.{name}", number)) is not None:
                fields[key][name] = rate
    d.finish(ROOT_KNOWN)
    if d.all_problems():
        return None
    root = Root.model_construct(**fields, evidence=evidence, filled=filled)
    for key, what, fix in misfit(root):
        d.bad(key, what, fix)
    return None if d.all_problems() else Root(**fields, evidence=evidence, filled=filled)
