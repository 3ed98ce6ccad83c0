"""Every layout opens, from content and not from the name; what is odd is said, nothing vanishes."""

import gzip
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up_spectrum import SHARED, shared
from validation.fuzz_peak_lists import problem_of

from rhizolith.errors import InputError
from rhizolith.molecules import assign, formula_table, read_peaks

BRUKER = (
    "m/z\tI\tS/N\tRes.\tI %\t\r\n187.097585\t8035810\t58.0\t2555821\t3.8\t\r\n"
    "188.986316\t4197654\t29.3\t2384203\t2.0\t\r\n"
)
PKS = """There were 2 Peaks found from m/z=   126.18    to m/z=  1310.94.
POSITIVE ION MODE
Noise threshold: 0.040000        Peak threshold: 0.050000

Center of Mass for the Assigned Window is   562.4006

  Peak Location    Peak Height      Scaled Abundance          Resolving Power         Frequency            S/N

   187.097585      8.5    1.2   2555821.0   98000.1   58.0
   188.986316      4.5    0.6   2384203.0   97000.1   29.3
"""
LAYOUTS = {
    "tabs with one too many": BRUKER.encode(),
    "UTF-16": BRUKER.encode("utf-16"),
    "UTF-16 without a mark": BRUKER.encode("utf-16-le"),
    "UTF-8 with a mark": b"\xef\xbb\xbf" + BRUKER.encode(),
    "gzip": gzip.compress(BRUKER.encode()),
    "pks": PKS.encode(),
    "blanks": b"m/z  I  Res.  S/N  I %\n187.097585  8035810  2555821  58.0  3.8\n188.986316  4197654  238  29.3  2\n",
    "comma": b'"mass","abundance"\n187.097585,8035810\n188.986316,4197654\n',
    "decimal commas": b"m/z;Intensity\n187,097585;8035810,0\n188,986316;4197654,5\n",
    "no header": b"187.097585 8035810\n188.986316 4197654\n",
    "columns turned round": b"Peak Height,note,m/z\n8035810,a,187.097585\n4197654,b,188.986316\n",
    "Windows letters": "m/z;Intensität;I\n187,097585;x;8035810\n188,986316;y;4197654\n".encode("cp1252"),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts(tmp_path, name):
    file = tmp_path / "a.strange"
    file.write_bytes(LAYOUTS[name])
    peaks = read_peaks(file)
    assert list(peaks.mz) == [187.097585, 188.986316]
    assert (peaks.intensity > 0).all() and peaks.intensity[0] > peaks.intensity[1]
    assert peaks.attrs["samples"] == ["a"]
    assert peaks.attrs["charge"] == (1 if name == "pks" else None)


def test_a_report_with_a_column_a_sample(tmp_path):
    """Formularity: zero means not detected, and not assigned; C13 marks heavy twins; samples without peaks stay."""
    text = (
        "Mass,S1,S2,S3,C,H,O,N,C13,S,P,Na,Error,El_comp,Class,NeutralMass,Candidates\n"
        "169.014,5,0,0,7,6,5,0,0,0,0,0,0.1,CHO,Tannin,170.02,1\n"
        "170.017,1,0,0,6,6,5,0,1,0,0,0,0.1,CHO,Tannin,171.02,1\n"
        "200.1,3,4,0,0,0,0,0,0,0,0,0,0,,None,201.1,0\n"
    )
    file = tmp_path / "report.csv"
    file.write_text(text)
    peaks = read_peaks(file)
    assert peaks.attrs["samples"] == ["S1", "S2", "S3"] and len(peaks) == 4
    assert list(peaks.formula) == ["C7H6O5", "C6H6O5[13C]", "", ""]
    table = formula_table(peaks)
    assert table.formula.tolist() == ["C7H6O5"]
    assert table.loc[0, ["S1", "S2", "S3"]].tolist() == [5, 0, 0]
    assert table.loc[0, list("CHNOSP")].tolist() == [7, 6, 0, 5, 0, 0]


def test_formulas_with_spaces_isotopes_and_sodium_nitride(tmp_path):
    file = tmp_path / "corems.csv"
    file.write_text(
        "m/z,Peak Height,Molecular Formula\n169.01,5,C7 H6 O5\n170.01,1,C6 H6 O5 13C1\n180.0,2,unassigned\n"
        "190.0,2,\n191.0,2,C5 H4 Na1 N1\n"
    )
    peaks = read_peaks(file)
    assert list(peaks.formula) == ["C7H6O5", "C6H6O5[13C]", "", "", "C5H4NNa"]
    assert list(peaks.isotope) == ["", "13C", "", "", ""]


def test_what_is_no_peak_list_is_refused_in_words(tmp_path):
    for text, said in (("", "no table"), ("hello\nworld\n", "no table"), ("a,b\n1,2\n3,4\n", "no m/z")):
        file = tmp_path / "x.csv"
        file.write_text(text)
        with pytest.raises(InputError, match=said):
            read_peaks(file)
    with pytest.raises(InputError, match="no such file"):
        read_peaks(tmp_path / "absent.txt")


FILES = {
    "corems-srfa-esfa/ESFA_15T_3sFID_calibrated.txt": 7082, "corems-srfa-esfa/Auto_SRFA_QC.csv": 9050,
    "corems-srfa-esfa/ESI_NEG_SRFA_UnCal_Unassign.csv": 1936, "corems-srfa-esfa/ESI_NEG_ESFA.ascii": 21507,
    "corems-srfa-esfa/SRFA.pks": 17068, "corems-srfa-esfa/Hawkes_neg.ref": 2030,
    "corems-srfa-esfa/gold_mfassignr1.1.2_esfa15T_unambig.csv": 4797, "mfassignr-raw-neg-ml/raw_neg_ml.csv": 30401,
    "ume-fjord-demo/peaklist_demo.csv.gz": 23801,
}


@pytest.mark.parametrize("name", FILES)
def test_open_files_open_without_options(name):
    peaks = read_peaks(shared(name))
    assert len(peaks) == FILES[name]
    assert peaks.mz.between(50, 2000).all()
    assert name.endswith(".ref") or (peaks.intensity > 0).all()


def test_soil_extracts_give_the_published_richness():
    """6,498 peaks between m/z 200 and 900 in two samples or more; richness as vegan counts it."""
    table = formula_table(read_peaks(shared("ftms12T-soil-plant/example12T_data.csv")), merge=False)
    gold = pd.read_csv(SHARED / "ftms12T-soil-plant/ftms12T_sample_metrics_gold.csv").set_index("SampleID")
    samples = table.attrs["samples"]
    kept = table[table.mz.between(200, 900) & ((table[samples] > 0).sum(axis=1) >= 2)]
    assert len(kept) == 6498
    assert ((kept[samples] > 0).sum() == gold.richness[samples]).all()


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_damaged_files_are_read_or_refused_never_worse(tmp_path_factory, data):
    """Bytes cut, doubled, swapped: either peaks with true positions come out or an error in words."""
    raw = bytearray(data.draw(st.sampled_from(sorted(LAYOUTS.values()))))
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, max(len(raw) - 1, 0)))
        what = data.draw(st.sampled_from(["cut", "byte", "double", "comma", "line"]))
        if what == "cut":
            del raw[at : at + data.draw(st.integers(1, 40))]
        elif what == "byte" and raw:
            raw[min(at, len(raw) - 1)] = data.draw(st.integers(0, 255))
        elif what == "double":
            raw[at:at] = raw[at : at + 30]
        else:
            raw[at:at] = b"," if what == "comma" else b"\n"
    file = tmp_path_factory.mktemp("f") / "p.txt"
    file.write_bytes(bytes(raw))
    try:
        peaks = read_peaks(file)
    except InputError as error:
        assert error.problems and error.problems[0].what
    else:
        assert (peaks.mz > 0).all() and not np.isinf(peaks.mz).any()
        assert peaks.attrs["samples"]


def test_a_cell_that_only_looks_like_a_formula_is_none(tmp_path):
    file = tmp_path / "p.csv"
    file.write_text("m/z,I,Formula\n200.1,5,C999999999H\n201.1,6,C" + "9" * 40 + "\n202.1,7,C6H12O6\n")
    assert list(read_peaks(file).formula) == ["", "", "C6H12O6"]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32 - 1))
def test_mutated_lists_are_assigned_or_refused_in_words(tmp_path_factory, seed):
    """A sample of what `python -m validation.fuzz_peak_lists 10000` does."""
    assert problem_of(seed, tmp_path_factory.mktemp("f")) == ""


def test_what_no_instrument_measures_is_left_out_and_said():
    got = assign([1e-300, 200.0, 1e300, 255.23295, 300.1], [1.0, 1e200, 5.0, 1e6, 1e-200])
    assert (got.reason[[0, 1, 2, 4]] == "its m/z or intensity is beyond what instruments measure").all()


def test_the_terminal_writes_one_row_a_peak(tmp_path):
    (tmp_path / "peaks.txt").write_bytes(LAYOUTS["UTF-16"])
    verb = [sys.executable, "-m", "rhizolith.cli", "assign"]
    words = [*verb, str(tmp_path / "peaks.txt"), "-o", str(tmp_path / "f.csv")]
    done = subprocess.run([*words, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(tmp_path / "f.csv")
    assert len(table) == 2 and {"formula", "kind", "error_ppm", "confidence", "q_value"} <= set(table.columns)
    assert json.loads(done.stdout)["polarity"] == "negative ions (assumed)"
    itself = subprocess.run([*words[:-1], str(tmp_path / "peaks.txt")], capture_output=True, text=True, check=False)
    assert itself.returncode == 2 and "the peak list itself" in itself.stderr
