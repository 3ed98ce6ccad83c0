"""Everything that registers: named, with a unit, a meaning, a source that exists and a grade."""

import inspect

import pytest

from rhizolith.indices.registry import GRADES, Index, index, indices
from rhizolith.reporting.bibliography import read_bibliography

ALL = list(indices().values())


@pytest.mark.parametrize("one", ALL, ids=lambda i: i.name)
def test_an_index_tells_its_whole_story(one: Index):
    assert one.unit and one.meaning and one.definition and one.source
    assert one.grade in GRADES
    for source in one.source:
        known = any(source.startswith(key) for key in read_bibliography())
        assert known or source.startswith("assumed: "), source
    if any(s.startswith("assumed:") for s in one.source):
        assert one.grade == "assumed"


@pytest.mark.parametrize("one", ALL, ids=lambda i: i.name)
def test_an_index_is_a_pure_function_of_arrays(one: Index):
    assert inspect.isfunction(one.function)
    assert one.function.__module__ == f"rhizolith.indices.{one.field}"
    assert inspect.signature(one.function).parameters


def test_cautions_cite_works_that_exist():
    import re

    cited = {key for one in ALL for text in one.caution for key in re.findall(r"\b[A-Z][A-Za-z]+\d{4}\b", text)}
    assert cited <= set(read_bibliography())
    assert cited


def test_enzyme_indices_carry_the_criticism():
    for one in ALL:
        if one.field == "enzymes" and one.name != "SMA regression":
            assert any("Mori2020" in text for text in one.caution), one.name


def test_two_indices_cannot_share_a_name():
    with pytest.raises(ValueError, match="NOSC"):

        @index("NOSC", "1", "another", "Koch2006")
        def other(x):
            """Nothing."""
