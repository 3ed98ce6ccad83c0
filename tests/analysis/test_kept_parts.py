"""A study that was stopped goes on where it stopped, with the same result; other tables or code make their own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from rhizolith.analysis.experiment.write_results import write_results
from rhizolith.analysis.guards import Ancestry, Derived
from rhizolith.analysis.study import kept_parts, whole
from rhizolith.analysis.study.whole import Material, study


def material(shift: float = 0.0) -> Material:
    rng = np.random.default_rng(5)
    names = [f"pot{i}" for i in range(16)]
    plant = np.repeat([0, 1], 8)
    design = pd.DataFrame({"plant": np.where(plant, "grass", "bare")}, index=names)
    values = pd.DataFrame(rng.normal(size=(16, 4)), names, ["pH", "SOC", "MBC", "CUE"])
    values["MBC"] += 3 * plant + shift
    counts = pd.DataFrame(rng.poisson(20, (12, 16)), [f"asv{i}" for i in range(12)], names)
    ancestry = Ancestry.of([Derived("CUE", ("SOC", "MBC"), lambda a, b: a / b)])
    groups = dict.fromkeys(values, "soil")
    return Material(design, values, values, groups=groups, counts={"asv": counts}, ancestry=ancestry)


def stopped_at(part: str):
    def tell(name: str) -> None:
        if name == part:
            raise KeyboardInterrupt

    return tell


def test_a_stopped_study_goes_on_where_it_stopped(tmp_path, monkeypatch):
    plain = study(material(), n=19)
    with pytest.raises(KeyboardInterrupt):
        study(material(), n=19, keep=tmp_path, progress=stopped_at("links"))
    assert len(list(tmp_path.glob("*.nc"))) == 4 and not list(tmp_path.glob("**/*.part"))

    def made_again(*args, **options):
        raise AssertionError("a finished part is made again")

    for name in ("treatments", "communities", "strategies", "networks"):
        monkeypatch.setattr(whole, name, made_again)
    again = study(material(), n=19, keep=tmp_path)
    assert list(again.children) == list(plain.children)
    for name in plain.children:
        assert again[name].attrs == plain[name].attrs
        for table in plain[name].children:
            xr.testing.assert_identical(again[name][table].to_dataset(), plain[name][table].to_dataset())
    for changed in (dict(n=39), dict(outcome="SOC")):
        with pytest.raises(AssertionError):
            study(material(), **{"n": 19, **changed}, keep=tmp_path)
    with pytest.raises(AssertionError):
        study(material(shift=1e-9), n=19, keep=tmp_path)
    monkeypatch.setattr(kept_parts, "code", lambda: "other code")
    with pytest.raises(AssertionError):
        study(material(), n=19, keep=tmp_path)


def test_a_spoilt_file_is_made_anew(tmp_path):
    plain = study(material(), n=9, keep=tmp_path)
    for file in tmp_path.glob("*.nc"):
        file.write_bytes(b"half of it")
    again = study(material(), n=9, keep=tmp_path)
    xr.testing.assert_identical(again["treatments/tests"].to_dataset(), plain["treatments/tests"].to_dataset())


def test_tables_of_an_earlier_run_go_and_those_of_others_stay(tmp_path):
    from rhizolith.analysis.experiment.analyze import analyze

    folder = tmp_path / "exp"
    folder.mkdir()
    table = material().values.round(3).reset_index(names="sample").assign(plant=["bare"] * 8 + ["grass"] * 8)
    table.to_csv(folder / "soil.csv", index=False)
    write_results(analyze(folder, permutations=9), tmp_path)
    assert (tmp_path / "tables" / "treatments_tests.csv").is_file()
    (tmp_path / "tables" / "mine.csv").write_text("a\n1\n")
    write_results(analyze(folder, permutations=0), tmp_path)
    left = {p.name for p in (tmp_path / "tables").iterdir()}
    assert "treatments_tests.csv" not in left and {"mine.csv", "indices.csv", "contents.csv"} <= left
    assert not [name for name in left if name.endswith(".part")]
