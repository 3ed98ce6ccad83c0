"""The layouts that programs for LC-MS and sequences write, and replicates in columns, come out with their samples."""

import pytest

from rhizolith.description.experiment.names import tokens
from rhizolith.description.experiment.open_file import open_bytes

LAYOUTS = {
    "MetaboAnalyst, samples in columns": (
        "features",
        "Sample,S1,S2,S3,S4\nLabel,ctrl,ctrl,trt,trt\nalanine,1.2,2.2,3.1,4\nglycine,5,6,7,8\nserine,4,3,,2\n",
    ),
    "mzmine 2": (
        "features",
        "row ID,row m/z,row retention time,S1.mzML Peak area,S2.mzML Peak area,\n"
        "1,100.1,1.2,1000,2000,\n2,200.2,2.3,0,3000,\n",
    ),
    "mzmine 4": (
        "features",
        "id,mz,rt,area,datafile:S1.mzML:area,datafile:S2.mzML:area\n1,100.1,1.2,1000,2000,1500\n2,200.2,2.3,0,3000,1400\n",
    ),
    "xcms": ("features", '"","S1","S2"\n"FT0001",1000.5,2000\n"FT0002",NA,100\n"FT0003",1,100\n'),
    "asari": (
        "features",
        "id_number\tmz\trtime\tparent_masstrack_id\tpeak_area\tcSelectivity\tsnr\tdetection_counts\tS1\tS2\n"
        "F1\t100.1\t20.1\t5\t1e5\t0.9\t100\t2\t12000\t13000\nF2\t110.1\t20.1\t5\t1e5\t0.9\t100\t2\t12000\t13000\n",
    ),
    "Compound Discoverer": (
        "features",
        '"Name","Formula","Calc. MW","RT [min]","Area (Max.)","Area: S1.raw (F1)","Area: S2.raw (F2)"\n'
        '"citrate","C6 H8 O7",192.0270,1.234,1e6,1e5,1e6\n"malate","C4 H6 O5",134.0215,1.1,1e6,1e5,2e5\n',
    ),
    "MS-DIAL": (
        "features",
        "\t\t\tClass\tA\tB\n\t\t\tFile type\tSample\tSample\n"
        "Alignment ID\tAverage Rt(min)\tAverage Mz\tMetabolite name\tS1\tS2\n"
        "0\t1.2\t100.1\tUnknown\t1000\t2000\n1\t1.3\t101.1\talanine\t1000\t2000\n",
    ),
    "mzTab-M": (
        "features",
        "MTD\tmzTab-version\t2.0.0-M\nMTD\tassay[1]\tS1\nMTD\tassay[2]\tS2\n\n"
        "SMH\tSML_ID\tchemical_formula\tchemical_name\texp_mass_to_charge\tabundance_assay[1]\tabundance_assay[2]\n"
        "SML\t1\tC6H8O7\tcitric acid\t191.02\t1000\t2000\nSML\t2\tnull\tnull\t133.01\tnull\t500\n",
    ),
    "formulas": ("formulas", "Formula,S1,S2\nC6H12O6,1,2\nC7H6O5,3,0\nC16H32O2,1,1\n"),
    "lineages beside counts": (
        "counts",
        "ASV,Taxonomy,S1,S2\nA1,D_0__Bacteria;D_1__Firmicutes,1,2\nA2,D_0__Bacteria;D_1__Bacteroidetes,3,0\n",
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_comes_out_with_its_samples(name):
    kind, text = LAYOUTS[name]
    table, *rest = open_bytes(text.encode(), "export.txt")
    assert table.kind == kind
    assert [tokens(s) for s in table.samples] == [("s", str(k + 1)) for k in range(len(table.samples))]
    assert len(table.samples) >= 2 and not [p for p in table.problems if "no number" in p.what]
    assert all(t.kind == "design" for t in rest)


def test_labels_above_the_samples_become_the_design():
    design = open_bytes(LAYOUTS["MetaboAnalyst, samples in columns"][1].encode(), "x.csv")[1]
    assert design.values["Label"].tolist() == ["ctrl", "ctrl", "trt", "trt"]
    design = open_bytes(LAYOUTS["MS-DIAL"][1].encode(), "x.csv")[1]
    assert design.values.loc["S2", "Class"] == "B"


def test_replicates_in_columns_are_lines_of_one_quantity():
    text = "Sample\tBG_1\tBG_2\tBG_3\tNAG_1\tNAG_2\tpH\nA\t1\t2\t3\t4\t5\t7\nB\t1\t2\t3\t4\t5\t8\n"
    (table,) = open_bytes(text.encode(), "plate.tsv")
    assert list(table.values.columns) == ["pH", "BG", "NAG"] and len(table.values) == 6
    assert table.values.loc["A", "BG"].tolist() == [1, 2, 3]
    assert table.values.loc["A", "pH"].tolist()[0] == 7 and table.values.loc["A", "NAG"].isna().sum() == 1


def test_treatments_called_n_p_and_k_are_samples_not_atoms():
    for text in ("m/z,rt,N,P,K,CK\n100.1,1,5,6,7,8\n", "Formula,N,P,K,C\nC6H12O6,1,2,3,4\nC2H4O2,1,2,3,4\n"):
        (table,) = open_bytes(text.encode(), "x.csv")
        assert {"N", "P", "K"} <= set(table.samples)
