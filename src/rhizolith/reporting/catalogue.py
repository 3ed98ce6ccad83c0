"""What rhizolith knows, as rows to list: mechanisms, minerals, indices, soils, parameters, sources."""

from __future__ import annotations

import csv
import inspect
from collections.abc import Callable
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from rhizolith.errors import InputError, Problem
from rhizolith.reporting.bibliography import read_bibliography

Row = dict[str, str]
GRAMS_CARBON = 12.011
"""g mol⁻¹"""


def _data() -> Path:
    return Path(str(files("rhizolith.knowledge"))) / "data"


def _table(path: Path) -> Callable[[], list[Row]]:
    def rows() -> list[Row]:
        with path.open(newline="", encoding="utf-8") as file:
            return [dict(row) for row in csv.DictReader(file)]

    return rows


def _first_sentence(thing: object) -> str:
    text = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
    return text.split(". ")[0].rstrip(".")


def mechanisms() -> list[Row]:
    """Every mechanism with its family and what it does."""
    from rhizolith.mechanisms.registry import all_mechanisms

    return [
        {"mechanism": name, "family": m.family, "what happens": _first_sentence(type(m))}
        for name, m in all_mechanisms().items()
    ]


def soils() -> list[Row]:
    """Every soil that comes with rhizolith: acidity, carbon, minerals, and where it was measured."""
    from rhizolith.description.read_soil import read_soil, shipped_soils

    out = []
    for name in shipped_soils():
        soil = read_soil(name)
        carbon = f"{soil.organic_carbon * GRAMS_CARBON:.3g}"
        about = {"soil": name, "name": soil.name, "pH": f"{soil.pH:g}", "organic C (g/kg)": carbon}
        out.append({**about, "minerals": ", ".join(soil.minerals), "source": soil.source})
    return out


def indices() -> list[Row]:
    """Every index with its unit, definition, meaning, grade and sources."""
    from rhizolith.indices.registry import indices as registered

    return [
        {
            "index": i.name,
            "unit": i.unit,
            "definition": i.definition,
            "meaning": i.meaning,
            "grade": i.grade,
            "source": "; ".join(i.source),
            "call": i.call,
        }
        for i in registered().values()
    ]


def quantities() -> list[Row]:
    """Every quantity that tables of an experiment are searched for, with the unit it is kept in."""
    from rhizolith.description.experiment.quantity import quantities as known

    return [
        {
            "quantity": q.name,
            "unit": q.unit,
            "group": q.group,
            "plausible": f"{q.low:g} to {q.high:g}",
            "about": q.about,
        }
        for q in known().values()
    ]


def sources() -> list[Row]:
    """The bibliography."""
    return [
        {"key": r.key, "source": r.text, "doi": r.doi, "note": r.fields.get("note", "")}
        for _, r in sorted(read_bibliography().items())
    ]


def _kinds() -> dict[str, Callable[[], list[Row]]]:
    paths = sorted(_data().glob("*.csv"))
    tables = {"claims" if p.stem == "evidence" else p.stem.removeprefix("evidence_"): _table(p) for p in paths}
    return {
        **tables,
        "indices": indices,
        "mechanisms": mechanisms,
        "quantities": quantities,
        "soils": soils,
        "sources": sources,
    }


def kinds() -> list[str]:
    """All that can be listed."""
    return sorted(_kinds())


def listed(kind: str) -> list[Row]:
    """All rows of one kind; InputError names the closest kinds where it is unknown."""
    known = _kinds()
    if kind not in known:
        near = get_close_matches(kind, known, 3, 0.4)
        fix = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(sorted(known))}"
        raise InputError(Problem("show", f"{kind!r} is nothing that can be listed", fix))
    return known[kind]()
