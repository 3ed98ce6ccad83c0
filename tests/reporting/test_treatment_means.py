"""The table of treatment means opens with what was measured in all treatments."""

import pandas as pd

from rhizolith.reporting.sections.study_treatments import _alike


def test_means_of_most_quantities_stand_before_those_of_few():
    names = [("pH", "a"), ("pH", "b"), ("pH", "c"), ("SOC", "a"), ("SOC", "b"), ("SOC", "c"), ("shoot", "a")]
    parts = _alike(pd.DataFrame(names, columns=["variable", "group"]))
    assert [sorted(set(p["variable"])) for p in parts] == [["SOC", "pH"], ["shoot"]]
