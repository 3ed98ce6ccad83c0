"""experiment.yaml and sample_names.csv: every choice that cannot be followed is named with its line, all at once."""

import pytest

from rhizolith.description.experiment.experiment import Experiment
from rhizolith.errors import InputError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "soil.csv").write_text("sample,pH,SOC\nP1,6.1,12\nP2,6.4,13\nP3,6.0,11\n")
    return tmp_path


def refused(folder):
    with pytest.raises(InputError) as caught:
        Experiment.read(folder)
    return [str(p) for p in caught.value.problems]


def test_wrong_keys_are_named_with_line_and_the_closest_right_one(folder):
    (folder / "experiment.yaml").write_text(
        "# mine\nunit:\n  SOC: g/kg\ntables:\n  soil.csv:\n    kinds: design\n    replicates: perhaps\nbelow: 3\n"
    )
    (folder / "sample_names.csv").write_text("from;to\nP1;P2\n")
    found = "\n".join(refused(folder))
    assert "experiment.yaml:2: unit: is no setting here" in found and "units" in found
    assert "experiment.yaml:6" in found and "kinds: is no setting here" in found and "did you mean kind" in found
    assert "experiment.yaml:7" in found and "yes or no" in found
    assert "experiment.yaml:8" in found and "3 is not possible" in found
    assert "sample_names.csv:1" in found and "written,sample" in found


def test_a_table_that_is_not_there_is_said(folder):
    (folder / "experiment.yaml").write_text("tables:\n  soils.csv: {kind: measurements}\n")
    (told,) = [p for p in Experiment.read(folder).problems if "is no table of this folder" in p.what]
    assert told.where == "experiment.yaml:2" and "soil.csv" in told.fix


def test_names_may_come_from_a_spreadsheet(folder):
    (folder / "sample_names.csv").write_bytes("﻿written;sample\r\nP3;Pot é\r\n".encode())
    assert "Pot é" in Experiment.read(folder).samples


def test_two_answers_for_one_name_are_refused(folder):
    (folder / "sample_names.csv").write_text("written,sample\nP3,P1\nP3,P2\nP2,\n")
    found = refused(folder)
    assert len(found) == 2 and "sample_names.csv:3" in found[0] and "sample_names.csv:4" in found[1]


def test_an_empty_file_of_choices_is_none(folder):
    (folder / "experiment.yaml").write_text("# nothing yet\n")
    assert len(Experiment.read(folder).samples) == 3
