"""The shipped table of genes and strategies is that of its source, with its licence beside it."""

import csv
from collections import Counter

import pytest

from rhizolith.knowledge.tables import DATA, strategies


def test_counts_of_orthologs_by_strategy():
    found = Counter(s for held in strategies().values() for s in held)
    assert found == {"resource acquisition": 296, "resource use": 308, "stress tolerance": 148}
    assert sum(len(held) > 1 for held in strategies().values()) == 9


def test_the_table_is_that_of_its_source():
    import os
    from pathlib import Path

    root = Path(os.environ.get("RHIZOLITH_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
    path = root / "data/eco/yas_microtrait/ko_to_strategy_derived.csv"
    if not path.exists():
        pytest.skip("skipped: shared data absent")
    with path.open(encoding="utf-8") as f:
        given = {(row["KO"], row["strategy"].lower()) for row in csv.DictReader(f)}
    assert given == {(ko, s) for ko, held in strategies().items() for s in held}


def test_the_licence_travels_with_it():
    text = (DATA / "NOTICE_microtrait.txt").read_text(encoding="utf-8")
    assert "MIT" in text and "Ulas Karaoz" in text and "Permission is hereby granted" in text
