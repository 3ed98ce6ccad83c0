"""The bibliography: entries of references.bib, and which of them a result cites."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from rhizolith.errors import InputError, Problem

_HEAD = re.compile(r"@\w+\s*\{\s*([^,\s]+)\s*,")
_FIELD = re.compile(r"(\w+)\s*=\s*(?:\{((?:[^{}]|\{[^{}]*\})*)\}|\"([^\"]*)\"|(\d+))")
_KEY = re.compile(r"[A-Z][A-Za-z]*[12]\d{3}[a-z]?(?![A-Za-z])")


@dataclass(frozen=True)
class Reference:
    """One work: its key, fields and the BibTeX it was read from."""

    key: str
    fields: dict[str, str] = field(repr=False)
    bibtex: str = field(repr=False)

    @property
    def doi(self) -> str:
        """The DOI, empty where none is known."""
        return self.fields.get("doi", "").removeprefix("https://doi.org/")

    @property
    def text(self) -> str:
        """Authors (year). Title. Where it appeared."""
        f = self.fields
        people = [p.strip() for p in re.split(r"\s+and\s+", f.get("author", "")) if p.strip()]
        names = "; ".join(people[:3]) + (" et al." if len(people) > 3 else "")
        place = f.get("journal") or f.get("booktitle") or f.get("publisher") or f.get("institution") or ""
        volume = " ".join(x for x in (f.get("volume", ""), f.get("pages", "").replace("--", "–")) if x)
        parts = [f"{names} ({f.get('year', 'no year')})", f.get("title", ""), f"{place} {volume}".strip()]
        return ". ".join(p.strip(". ") for p in parts if p.strip(". ")) + "."


def parse(text: str) -> dict[str, Reference]:
    """Key → reference, from the text of a BibTeX file."""
    found = {}
    for head in _HEAD.finditer(text):
        end, depth = head.end(), 1
        while depth and end < len(text):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        raw = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _FIELD.finditer(text[head.end() : end - 1])}
        fields = {name: " ".join(re.sub("[{}]", "", value).split()) for name, value in raw.items()}
        found[head[1]] = Reference(head[1], fields, text[head.start() : end])
    return found


@cache
def read_bibliography() -> dict[str, Reference]:
    """Every work that rhizolith knows."""
    data = files("rhizolith.knowledge") / "data"
    texts = [path.read_text(encoding="utf-8") for path in data.iterdir() if path.name.endswith(".bib")]
    return parse("\n\n".join(texts))


def _list(value: Any) -> list[Any]:
    if isinstance(value, str) and value.strip().startswith("["):
        return list(json.loads(value))
    return [value] if isinstance(value, str) and value else list(value or [])


def keys_of(result: Any) -> list[str]:
    """The keys that a result cites: those in `sources`, and those that its assumed values name."""
    attrs = result.attrs
    assumed = (row.get("source", "") for row in _list(attrs.get("assumed")))
    named: Iterable[Any] = [*_list(attrs.get("sources")), *assumed]
    known = read_bibliography()
    found = set()
    for name in named:
        first = re.split(r"[:;,\s]", str(name), maxsplit=1)[0]
        if first in known:
            found.add(first)
        elif match := _KEY.match(str(name)):
            found.add(match[0])
    return sorted(found)


def citations(results: Iterable[Any], style: str = "text") -> str:
    """The works that results rest on, sorted by key: `text` to read, `bibtex` to import."""
    from rhizolith.reporting.page import opened

    if style not in ("text", "bibtex"):
        raise InputError(Problem("style", f"{style!r} is no citation style", "use text or bibtex"))
    known = read_bibliography()
    keys = sorted({key for result in results for key in keys_of(opened(result))})
    if style == "bibtex":
        return "\n\n".join(known[k].bibtex for k in keys if k in known)
    return "\n".join(
        f"{k}  {known[k].text}{f' doi:{known[k].doi}' if known[k].doi else ''}" if k in known else f"{k}  (no entry)"
        for k in keys
    )
