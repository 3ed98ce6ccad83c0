"""Files of the Metabolomics Workbench come out as features with a unit, annotation, and factors of their samples."""

import json
import random

import pytest

from rhizolith.description.experiment.experiment import Experiment
from rhizolith.description.experiment.open_file import open_bytes
from rhizolith.errors import InputError

# Made up, in the layout of the files themselves (ST000122_AN000204 and others): keys padded to a tab, factors as
# NAME:VALUE parted by bars, the data between START and END with a line of factors, commas of names written as `_`.
TEXT = """#METABOLOMICS WORKBENCH STUDY_ID:ST000000 ANALYSIS_ID:AN000000 PROJECT_ID:PR000000
VERSION             \t1
#PROJECT
PR:PROJECT_TITLE                 \tOrganic acids of roots, made up
#SUBJECT_SAMPLE_FACTORS:         \tSUBJECT(optional)[tab]SAMPLE[tab]FACTORS(NAME:VALUE pairs separated by |)[tab]More
SUBJECT_SAMPLE_FACTORS           \t-\tP1_ML_1\tPlant:maize | Amendment:none\tRAW_FILE_NAME=p1.raw | Pot=7
SUBJECT_SAMPLE_FACTORS           \t-\tP2_ML_2\tPlant:maize | Amendment:lime\tRAW_FILE_NAME=p2.raw | Pot=8
SUBJECT_SAMPLE_FACTORS           \t-\tB1\tPlant:bare | Amendment:none\t
SUBJECT_SAMPLE_FACTORS           \t-\tB2\tPlant:bare | Amendment:lime\t
#MS_METABOLITE_DATA
MS_METABOLITE_DATA:UNITS         \tnmol/g
MS_METABOLITE_DATA_START
Samples\tP1_ML_1\tP2_ML_2\tB1\tB2
Factors\tPlant:maize | Amendment:none\tPlant:maize | Amendment:lime\tPlant:bare | Amendment:none\tPlant:wheat
citrate\t12.5\t30\t2\t
1_2-benzenediol\t1\t<0.5\tbad\t
MS_METABOLITE_DATA_END
#METABOLITES
METABOLITES_START
metabolite_name\tmoverz_quant\tpubchem_id\tkegg_id
citrate\t191.019\t311\tC00158
1,2-benzenediol\t109.03\t289\tC00090
METABOLITES_END
#END
"""


def test_values_unit_annotation_and_factors():
    features, design = open_bytes(TEXT.encode(), "AN000000.txt")
    assert features.kind == "features" and features.samples == ["P1_ML_1", "P2_ML_2", "B1", "B2"]
    assert features.values.loc["citrate"].tolist()[:2] == [12.5, 30] and features.values["B2"].isna().all()
    assert features.about["metabolite_name"].tolist() == ["citrate", "1,2-benzenediol"]
    assert features.about["kegg_id"].tolist() == ["C00158", "C00090"] and set(features.units.values()) == {"nmol/g"}
    assert design.kind == "design" and list(design.values.columns) == ["Plant", "Amendment", "Pot"]
    assert design.values.loc["P2_ML_2"].tolist() == ["maize", "lime", "8"]
    said = {p.where: p.what for p in features.problems}
    assert "'bad' is no number" in said["AN000000.txt, cell D16"]
    assert "below detection" in said["AN000000.txt, cell C16"]
    assert "Plant of B2 is 'bare' above and 'wheat' here" in said["AN000000.txt, row 14"]
    assert "B2 holds no number" in said["AN000000.txt, column E"]


def test_the_json_of_the_same_says_the_same():
    held = {
        "METABOLOMICS WORKBENCH": {"STUDY_ID": "ST000000"},
        "SUBJECT_SAMPLE_FACTORS": [
            {"Sample ID": "P1", "Factors": {"Plant": "maize"}, "Additional sample data": {"RAW_FILE_NAME": "p1.raw"}},
            {"Sample ID": "B1", "Factors": {"Plant": "bare"}},
        ],
        "MS_METABOLITE_DATA": {
            "Units": "nmol/g",
            "Data": [{"Metabolite": "citrate", "P1": "12.5", "B1": "30"}, {"Metabolite": "malate", "B1": "3"}],
            "Metabolites": [{"Metabolite": "citrate", "kegg_id": "C00158"}],
        },
    }
    features, design = open_bytes(json.dumps(held, indent=1).encode(), "AN000000.json")
    assert (
        features.values.loc["malate"].isna().tolist() == [True, False] and features.values.loc["citrate", "P1"] == 12.5
    )
    assert features.about["kegg_id"].tolist() == ["C00158", ""] and features.units == {"P1": "nmol/g", "B1": "nmol/g"}
    assert design.values["Plant"].tolist() == ["maize", "bare"] and list(design.values.columns) == ["Plant"]
    with pytest.raises(InputError, match="damaged"):
        open_bytes(json.dumps(held).encode()[:200], "AN000000.json")


def test_a_file_that_names_its_values_elsewhere_says_where():
    text = TEXT[: TEXT.index("#MS_METABOLITE_DATA")] + "MS:MS_RESULTS_FILE\tST000000_AN000000_Results.txt\n#END\n"
    empty, design = open_bytes(text.encode(), "AN000000.txt")
    assert empty.kind == "other" and "ST000000_AN000000_Results.txt" in empty.problems[0].what
    assert len(design.values) == 4


def test_an_experiment_takes_its_design_from_the_file(tmp_path):
    (tmp_path / "AN000000.txt").write_text(TEXT)
    experiment = Experiment.read(tmp_path)
    assert experiment.samples == ("P1_ML_1", "P2_ML_2", "B1", "B2")
    assert experiment.design["Amendment"].tolist() == ["none", "lime", "none", "lime"]


@pytest.mark.parametrize("seed", range(60))
def test_changed_bytes_never_crash(seed):
    rng, raw = random.Random(seed), bytearray(TEXT.encode())
    for _ in range(rng.randint(1, 30)):
        k = rng.randrange(80, len(raw))
        raw[k : k + rng.randint(0, 2)] = bytes(rng.choice(b'\t\n|:,;"0a\xff') for _ in range(rng.randint(0, 2)))
    assert open_bytes(bytes(raw), "AN000000.txt")
