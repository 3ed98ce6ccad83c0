"""Genes are known by KEGG's identifiers and copies by what a genome can hold, whatever the file is called."""

import numpy as np
import pandas as pd
import pytest

from rhizolith.description.experiment.experiment import Experiment
from rhizolith.description.experiment.open_file import open_file

KO = ["K00001", "K00845", "K01190", "K02111", "K03043"]


def _read(tmp_path, text, name="table.txt"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return open_file(tmp_path / name, name)[0]


def _lines(labels, separator="\t", head="function", samples=("s1", "s2", "s3")):
    rows = [[label, *(str(10 * k + j) for j in range(len(samples)))] for k, label in enumerate(labels)]
    return "\n".join(separator.join(row) for row in [[head, *samples], *rows])


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
@pytest.mark.parametrize("head", ["function", "#NAME", "", "whatever", "Sample"])
def test_orthologs_in_rows(tmp_path, separator, head):
    table = _read(tmp_path, _lines(KO, separator, head))
    assert table.kind == "genes"
    assert list(table.values.index) == KO and list(table.values.columns) == ["s1", "s2", "s3"]
    assert table.values.loc["K01190", "s2"] == 21


def test_orthologs_in_columns(tmp_path):
    text = "sample," + ",".join(KO) + "\nA1,1,2,3,4,5\nA2,6,7,8,9,10\n"
    table = _read(tmp_path, text)
    assert table.kind == "genes" and table.samples == ["A1", "A2"]
    assert table.values.loc["K00845", "A2"] == 7


def test_prefixes_and_descriptions_are_taken_off(tmp_path):
    labels = ["ko:K00001", "K00845: glucokinase", "k01190", "K02111 F-type ATPase"]
    assert list(_read(tmp_path, _lines(labels)).values.index) == ["K00001", "K00845", "K01190", "K02111"]


def test_parts_by_taxon_do_not_count_twice_and_unmapped_reads_are_no_gene(tmp_path):
    labels = ["UNMAPPED", "K00001", "K00001|g__Bacillus", "K00001|unclassified", "K00845", "K01190|g__Bacillus",
              "K01190|g__Devosia"]  # fmt: skip
    table = _read(tmp_path, _lines(labels))
    assert table.values["s1"].to_dict() == {"K00001": 10, "K00845": 40, "K01190": 50 + 60}
    assert any("by taxon" in p.what for p in table.problems)


def test_repeated_orthologs_are_added_and_said(tmp_path):
    table = _read(tmp_path, _lines([*KO, "K00001"]))
    assert table.values.loc["K00001", "s1"] == 0 + 50
    assert any("repeat" in p.what for p in table.problems)


def test_pathways_stay_as_they_are(tmp_path):
    table = _read(tmp_path, _lines(["ko00010", "ko00020", "ko00030"], head="pathway"))
    assert table.kind == "genes" and list(table.values.index) == ["ko00010", "ko00020", "ko00030"]


@pytest.mark.parametrize(
    "text",
    [
        "taxon,copies\nBacteroidota,3.5\nAcidobacteriota,1.2\n",
        "Genus\t16S rRNA gene copy number\nBacteroidota\t3.5\nAcidobacteriota\t1.2\n",
        "sequence\t16S_rRNA_Count\tmetadata_NSTI\nBacteroidota\t3.5\t0.1\nAcidobacteriota\t1.2\t0.2\n",
        "taxid\trank\tname\tchildcount\tmin\tmax\tmode\tmedian\tmean\tstddev\tsum16slist\n"
        "1\tphylum\tBacteroidota\t9\t1\t8\t3\t3\t3.5\t1\t1,2,3\n2\tphylum\tAcidobacteriota\t9\t1\t2\t1\t1\t1.2\t1\t1,1\n",
    ],
)
def test_tables_of_copies_in_every_common_form(tmp_path, text):
    table = _read(tmp_path, text)
    assert table.kind == "copies" and table.samples == []
    assert table.values["copies"].to_dict() == {"Bacteroidota": 3.5, "Acidobacteriota": 1.2}


def test_gene_copies_in_a_gram_of_soil_are_measurements(tmp_path):
    assert _read(tmp_path, "sample,16S copies\nA1,2.1e9\nA2,3.4e9\n").kind == "measurements"
    assert _read(tmp_path, "name,16S copies\nA1,2.1e9\nA2,3.4e9\n").kind == "measurements"


def test_a_folder_joins_genes_under_the_names_of_its_samples(tmp_path):
    (tmp_path / "design.csv").write_text("sample,plant\n" + "".join(f"P{k:02d},{'yn'[k % 2]}\n" for k in range(1, 5)))
    (tmp_path / "ko.tsv").write_text(_lines(KO, samples=[f"p-{k}" for k in range(1, 5)]))
    found = Experiment.read(tmp_path)
    genes = found.of("genes")[0]
    assert genes.samples == list(found.samples) == [f"P{k:02d}" for k in range(1, 5)]
    assert pd.notna(genes.values).all(axis=None) and np.asarray(genes.values).sum() > 0
