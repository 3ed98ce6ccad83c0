"""The reference page and the terminal list say what the code says."""

from pathlib import Path

from rhizolith.indices.reference import page
from rhizolith.indices.registry import indices
from rhizolith.reporting.catalogue import listed

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_the_one_that_the_code_makes():
    written = (ROOT / "docs/reference/indices.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m rhizolith.indices.reference docs/reference/indices.md"


def test_every_index_is_on_the_page_and_in_the_list():
    text, rows = page(), {r["index"]: r for r in listed("indices")}
    assert set(rows) == set(indices())
    for one in indices().values():
        assert f"### {one.name}\n" in text and one.call in text
        assert rows[one.name]["unit"] == one.unit and rows[one.name]["definition"]
