"""Writes the reference page of the indices from the list that the functions make themselves."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from rhizolith.indices.registry import GRADES, Index, indices

HEAD = """# Indices

One function, one index: `rhizolith.indices.<field>.<index>`. All take arrays and return arrays, change nothing in place
and raise `InputError` where a value cannot mean what it says. `rhizolith show indices` lists the same in a terminal;
`rhizolith show sources` has the works behind the keys.

This page is made from the code: `python -m rhizolith.indices.reference docs/reference/indices.md`.

"""


def _entry(one: Index) -> str:
    lines = [
        f"### {one.name}",
        "",
        f"`{one.call}` · unit: {one.unit} · grade: {one.grade} · source: {'; '.join(one.source)}",
        "",
        f"{one.definition}",
        "",
        f"Reading it: {one.meaning}.",
    ]
    if one.caution:
        lines += ["", *(f"- Caution: {text}" for text in one.caution)]
    return "\n".join(lines)


def page() -> str:
    """The reference of all indices as Markdown, by field."""
    from importlib import import_module

    grades = "\n".join(f"- **{name}**: {about}" for name, about in GRADES.items())
    text = HEAD + f"Grades:\n\n{grades}\n"
    by_field = sorted(indices().values(), key=lambda i: (i.field, i.name))
    for field, group in groupby(by_field, key=lambda i: i.field):
        words = (import_module(f"{__package__}.{field}").__doc__ or "").strip()
        text += f"\n## {field}\n\n{words}\n\n" + "\n\n".join(_entry(i) for i in group) + "\n"
    return text


if __name__ == "__main__":
    import sys

    to = Path(sys.argv[1])
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(page(), encoding="utf-8")
