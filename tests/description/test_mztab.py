"""mzTab-M comes out as molecules × samples, with m/z and time of their features, and study variables as the design."""

import random

import pytest

from rhizolith.description.experiment.experiment import Experiment
from rhizolith.description.experiment.open_file import open_bytes

# Made up, reduced from the layout of the official examples of HUPO-PSI (MTBLS263, gcxgc-ms, MouseLiver): molecule 1 has
# two adducts, feature 4 belongs to no molecule of the summary, means of study variables stand beside the assays.
META = """COM~Meta data section
MTD~mzTab-version~2.0.0-M
MTD~mzTab-ID~made-up
MTD~sample[1]~P1
MTD~sample[1]-species[1]~[NCBITaxon, NCBITaxon:4577, Zea mays, ]
MTD~sample[1]-custom[1]~[,,Amendment, none]
MTD~sample[2]~P2
MTD~sample[2]-species[1]~[NCBITaxon, NCBITaxon:4577, Zea mays, ]
MTD~sample[2]-custom[1]~[,,Amendment, lime]
MTD~sample[3]~B1
MTD~sample[3]-species[1]~[,,none, ]
MTD~ms_run[1]-location~file:///data/run%201.mzML
MTD~ms_run[2]-location~file:///data/run%202.mzML
MTD~ms_run[3]-location~file:///data/run%203.mzML
MTD~assay[1]~first
MTD~assay[1]-sample_ref~sample[1]
MTD~assay[1]-ms_run_ref~ms_run[1]
MTD~assay[2]~second
MTD~assay[2]-sample_ref~sample[2]
MTD~assay[2]-ms_run_ref~ms_run[2]
MTD~assay[3]~third
MTD~assay[3]-sample_ref~sample[3]
MTD~assay[3]-ms_run_ref~ms_run[3]
MTD~study_variable[1]~planted
MTD~study_variable[1]-assay_refs~assay[1] | assay[2]
MTD~study_variable[1]-factors~[,,root,yes]
MTD~study_variable[2]~bare
MTD~study_variable[2]-assay_refs~assay[3]
MTD~study_variable[2]-factors~[,,root,no]
MTD~small_molecule-quantification_unit~[MS, MS:1001844, MS1 feature area, ]

""".replace("~", "\t")
SMALL = """SMH~SML_ID~SMF_ID_REFS~database_identifier~chemical_formula~smiles~inchi~chemical_name~uri~\
theoretical_neutral_mass~adduct_ions~reliability~best_id_confidence_value~abundance_assay[1]~abundance_assay[2]~\
abundance_assay[3]~abundance_study_variable[1]~abundance_variation_study_variable[1]~abundance_study_variable[2]
SML~1~1 | 2~CHEBI:30769~C6H8O7~null~null~citric acid~null~192.027~[M-H]1- | [M+Cl]1-~2~0.9~110~220~null~165~5~null
SML~2~3~null|null~null~null~null~malate|fumarate hydrate~null~134.02~[M-H]1-~3~0.5~7~0~9~3.5~1~9

""".replace("~", "\t")
FEATURES = """SFH~SMF_ID~SME_ID_REFS~exp_mass_to_charge~charge~retention_time_in_seconds~adduct_ion~abundance_assay[1]~\
abundance_assay[2]~abundance_assay[3]~opt_global_area
SMF~1~1~191.0197~1~91.5~[M-H]1-~10~20~null~5
SMF~2~2~226.9964~1~91.7~[M+Cl]1-~100~200~null~5
SMF~3~null~133.0142~1~80~[M-H]1-~7~0~9~5
SMF~4~3 | 4~145.0506~1~60~[M-H]1-~1~2~3~5

SEH~SME_ID~chemical_name~chemical_formula~rank
SME~3~glutaric acid~C5H8O4~1
SME~4~another~C5H8O4~2
""".replace("~", "\t")


def test_molecules_samples_and_design():
    table, design = open_bytes((META + SMALL + FEATURES).encode(), "out.mzTab")
    assert table.kind == "features" and table.samples == ["P1", "P2", "B1"]
    assert table.values.iloc[0].tolist()[:2] == [110, 220] and table.values.iloc[0].isna().tolist() == [
        False,
        False,
        True,
    ]
    assert table.values.iloc[1].tolist() == [7, 0, 9]
    assert table.about["mz"].tolist() == [226.9964, 133.0142, 145.0506]  # of the strongest adduct
    assert table.about["rt"].tolist() == [91.7, 80, 60]
    assert table.about["chemical_name"].tolist() == ["citric acid", "malate or another", "glutaric acid"]
    assert set(table.units.values()) == {"MS1 feature area"}
    assert design.values.loc["P2"].to_dict() == {
        "root": "yes", "study variable": "planted", "species": "Zea mays", "Amendment": "lime",
    }  # fmt: skip
    assert design.values.loc["B1", "root"] == "no" and not table.problems


def test_features_without_a_summary():
    text = META + SMALL.replace("110\t220\tnull\t165\t5\tnull", "null\t" * 5 + "null") + FEATURES
    text = text.replace("7\t0\t9\t3.5\t1\t9", "null\t" * 5 + "null")
    table = open_bytes(text.encode(), "out.mzTab")[0]
    assert len(table.values) == 4 and table.values.iloc[3].tolist() == [1, 2, 3]
    assert table.about["chemical_name"].tolist() == ["", "", "", "glutaric acid"]


def test_means_of_study_variables_are_taken_only_where_nothing_else_is_there():
    text = META + SMALL.replace("abundance_assay", "opt_assay")
    (table,) = open_bytes(text.encode(), "out.mzTab")
    assert table.samples == ["planted", "bare"] and table.values["planted"].tolist() == [165, 3.5]
    assert "only means" in table.problems[0].what


def test_assays_of_one_sample_are_kept_apart_and_said():
    text = (META + SMALL + FEATURES).replace("assay[2]-sample_ref\tsample[2]", "assay[2]-sample_ref\tsample[1]")
    table, design = open_bytes(text.encode(), "out.mzTab")
    assert table.samples == ["first", "second", "third"]
    assert "first, second are assays of one sample, P1" in table.problems[0].what
    assert design.values["assayed sample"].tolist() == ["P1", "P1", "B1"]


def test_names_of_runs_where_nothing_else_names_a_sample(tmp_path):
    lines = [x for x in META.splitlines() if "sample[" not in x and not x.startswith("MTD\tassay[1]\t")]
    (tmp_path / "out.mztab").write_text("\n".join(lines) + "\n\n" + SMALL)
    experiment = Experiment.read(tmp_path)
    assert experiment.samples == ("run 1", "run 2", "run 3")
    assert experiment.design["study variable"].tolist() == ["planted", "planted", "bare"]


@pytest.mark.parametrize("seed", range(60))
def test_changed_bytes_never_crash(seed):
    rng, raw = random.Random(seed), bytearray((META + SMALL + FEATURES).encode())
    for _ in range(rng.randint(1, 30)):
        k = rng.randrange(60, len(raw))
        raw[k : k + rng.randint(0, 3)] = bytes(rng.choice(b'\t\n|[],"0a\xff') for _ in range(rng.randint(0, 2)))
    assert open_bytes(bytes(raw), "out.mzTab")
