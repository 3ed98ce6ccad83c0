"""What depends on a unit that is written nowhere is named, not computed; what does not, is computed; Iberian soils."""

import json

import numpy as np
import pandas as pd
import pytest
from shared_data import SHARED, here

from rhizolith.analysis.experiment.analyze import analyze

IBERIA = SHARED / "eco" / "iberian_aridity_enzymes"


def plates(folder, scale=1.0, header="{}"):
    rng = np.random.default_rng(3)
    base = rng.lognormal(0, 0.5, (12, 4)) * [80, 30, 25, 300]
    head = ",".join(header.format(n) for n in ("BG", "NAG", "LAP", "ACP"))
    lines = [f"p{k},{'ab'[k % 2]}," + ",".join(f"{v * scale:.9g}" for v in row) for k, row in enumerate(base)]
    folder.mkdir(exist_ok=True)
    (folder / "plates.csv").write_text(f"sample,treatment,{head}\n" + "\n".join(lines))
    return folder


def test_what_depends_on_the_unit_is_named_and_the_rest_is_right(tmp_path):
    blind = analyze(plates(tmp_path / "blind", 1e-3), permutations=0, draws=4)
    known = analyze(plates(tmp_path / "known", 1e-3, "{} (umol g-1 h-1)"), permutations=0, draws=4)
    told = analyze(tmp_path / "blind", units=dict.fromkeys(("BG", "NAG", "LAP", "ACP"), "umol g-1 h-1"), permutations=0)
    nano = analyze(plates(tmp_path / "nano", 1.0, "{} (nmol g-1 h-1)"), permutations=0, draws=4)
    for v in ("vector_length", "vector_angle"):
        np.testing.assert_allclose(blind["enzymes"][v], nano["enzymes"][v], rtol=1e-8)
        assert "is not written" in blind["enzymes"][v].attrs["note"]
    assert not {"TER_CN", "TER_CP"} & set(blind["enzymes"].data_vars)
    for one in (known, told):
        for v in ("TER_CN", "TER_CP", "vector_angle"):
            np.testing.assert_allclose(one["enzymes"][v], nano["enzymes"][v], rtol=1e-7)
    said = [p for p in json.loads(blind.attrs["problems"]) if p["what"].startswith("not computed")]
    assert {p["what"].rpartition(": ")[2] for p in said} == {"TER_CN", "TER_CP"}
    assert all("BG: umol g-1 h-1" in p["fix"] and "--unit" in p["fix"] for p in said)


def test_one_unit_missing_among_activities_stops_every_ratio_with_it(tmp_path):
    folder = plates(tmp_path / "mixed", 1.0, "{} (nmol g-1 h-1)")
    path = folder / "plates.csv"
    path.write_text(path.read_text().replace("ACP (nmol g-1 h-1)", "ACP"))
    held = analyze(folder, permutations=0, draws=4)["enzymes"].data_vars
    assert "TER_CN" in held and not {"TER_CP", "vector_angle", "limitation"} & set(held)


def soils(folder, carbon, nitrogen, ratio=12.0):
    rows = [f"s{k},{'ab'[k % 2]},{(1 + k / 9) * ratio:.6g},{1 + k / 8:.6g}" for k in range(8)]
    folder.mkdir()
    (folder / "soil.csv").write_text(f"sample,treatment,{carbon},{nitrogen}\n" + "\n".join(rows))
    tree = analyze(folder, permutations=0, draws=4)
    return tree["soil"].data_vars if "soil" in tree.children else {}


def test_carbon_and_nitrogen_without_units_give_their_ratio_where_it_is_one_of_soils(tmp_path):
    blind = soils(tmp_path / "blind", "SOC", "TN")
    known = soils(tmp_path / "known", "SOC (g/kg)", "TN (g/kg)")
    np.testing.assert_allclose(blind["soil_CN"], known["soil_CN"], rtol=1e-12)
    assert "assumed" in blind["soil_CN"].attrs["note"] and "by mass" in blind["soil_CN"].attrs["note"]
    assert "assumed" not in known["soil_CN"].attrs["note"]
    for k, ratio in enumerate((1.2, 1200.0)):  # g/kg over %, and the other way round: not one unit
        assert "soil_CN" not in soils(tmp_path / f"odd{k}", "SOC", "TN", ratio)
    assert "soil_CN" not in soils(tmp_path / "one", "SOC (g/kg)", "TN")


@here
@pytest.mark.parametrize("with_readme", [True, False])
def test_iberian_soils_come_out_right_with_no_option(with_readme, tmp_path):
    """reference_R of the set: proportions, TER and CUE by an R implementation, from nmol g-1 h-1."""
    for name in ("my_data_models.csv", "legend.csv", *(["README.md"] if with_readme else [])):
        (tmp_path / name).write_bytes((IBERIA / name).read_bytes())
    tree = analyze(tmp_path, permutations=0, draws=4)
    ours = tree["enzymes"].to_dataset().to_dataframe()
    reference = pd.read_csv(IBERIA / "reference_R" / "ecoenzymatic_stoichiometry.csv", index_col="Name").loc[ours.index]
    assert len(ours) == 60 and tree["measured"]["BG"].attrs["units"] == "nmol g-1 h-1"
    # the reference takes C from beta-glucosidase alone: samples without cellobiohydrolase are the same in both
    cbh = tree["measured"]["CBH"].to_series()
    alone = (cbh == 0).to_numpy()
    pairs = {"vector_length": "prop_length", "vector_angle": "prop_angle"}
    for mine, theirs in pairs.items():
        np.testing.assert_allclose(ours[mine][alone], reference[theirs][alone], rtol=1e-12)
    bg = pd.read_csv(IBERIA / "my_data_models.csv", sep=";", index_col="Name")["beta"].loc[ours.index]
    np.testing.assert_allclose(tree["measured"]["BG"], 1000 * bg, rtol=1e-12)
    assert {"TER_CN", "TER_CP", "CUE_enzymes_N"} <= set(ours)
