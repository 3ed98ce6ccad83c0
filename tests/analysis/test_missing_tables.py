"""What is not on the page for want of a table is said, and numbers that no soil has are remarked."""

import json
import shutil

import numpy as np
import pytest

from rhizolith.analysis.experiment.analyze import analyze
from rhizolith.analysis.experiment.sodium import sodium_problems
from rhizolith.description.experiment.example import write_example


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    write_example(folder)
    return folder


def problems(folder):
    tree = analyze(folder, permutations=0, draws=20)
    return [f"{p['where']}: {p['what']} {p['fix']}" for p in json.loads(tree.attrs["problems"])], tree


def test_without_lineages_the_sections_that_rest_on_them_are_named(example, tmp_path):
    folder = shutil.copytree(example, tmp_path / "pots")
    (folder / "taxonomy.tsv").unlink()
    (folder / "LCMS features.txt").unlink()
    said, _ = problems(folder)
    (one,) = [s for s in said if "lineages" in s]
    assert one.startswith("asv.tsv: no table gives the lineages of its 60 taxa") and "copiotroph:oligotroph" in one
    (two,) = [s for s in said if s.startswith("tables: ")]
    assert "no table of features was found; not made: key metabolites" in two


def test_taxa_that_the_lineages_do_not_name_are_counted(example, tmp_path):
    folder = shutil.copytree(example, tmp_path / "pots")
    lines = (folder / "taxonomy.tsv").read_text().splitlines()
    (folder / "taxonomy.tsv").write_text("\n".join(lines[:-5]) + "\n")
    said, _ = problems(folder)
    assert any("asv.tsv: 5 of its 60 taxa have no line in taxonomy.tsv" in s for s in said)


def test_a_sodium_ratio_that_no_soil_has_is_remarked(example):
    said, tree = problems(example)
    (one,) = [s for s in said if s.startswith("soil/SAR")]
    assert "mmol(c) L-1" in one and "(assumed)" in one and float(tree["soil"]["SAR"].median()) > 100
    held = {"SAR": np.array([5.0, 30.0]), "soluble_Ca": np.ones(2), "soluble_Mg": np.ones(2)}
    assert sodium_problems(held) == []
    assert not any(s.startswith(("tables", "asv.tsv: no")) for s in said)
