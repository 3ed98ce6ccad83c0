"""The 12 T soil extracts and the sacurine set, the whole way and to the digits that their READMEs give."""

import numpy as np
import pandas as pd
import pytest
from shared_data import SHARED, here

from rhizolith.analysis import metabolites
from rhizolith.analysis.community.dissimilarity import distances
from rhizolith.analysis.community.permanova_test import permanova
from rhizolith.analysis.compare.factorial_model import factorial
from rhizolith.analysis.experiment.analyze import analyze
from rhizolith.analysis.experiment.formula_indices import mixture
from rhizolith.description.experiment.experiment import Experiment

SOIL = SHARED / "ms" / "ftms12T-soil-plant"
SACURINE = SHARED / "ms" / "ropls-sacurine"
NUMBERS = {
    "richness": "formulas", "shannon": "shannon", "simpson": "simpson", "NOSC_w": "NOSC_w", "AImod_w": "AImod_w",
    "DBE_w": "DBE_w", "HC_w": "HC_w", "OC_w": "OC_w", "GFE_w": "GFE_w", "MLBL_n": "MLB_L", "MLBL_w": "MLB_wL",
    "RaoVar_NOSC": "rao_variance_NOSC", "Rao_absdiff_NOSC": "rao_NOSC",
}  # fmt: skip


@pytest.fixture(scope="module")
def soil(tmp_path_factory):
    """The report and its metadata in a folder of their own, read and computed; and the reference by sample."""
    folder = tmp_path_factory.mktemp("extracts")
    for name in ("example12T_data.csv", "example12T_metadata.csv"):
        (folder / name).symlink_to(SOIL / name)
    read = Experiment.read(folder)
    tree = analyze(read, mz=(200, 900), at_least=2, permutations=0)
    gold = pd.read_csv(SOIL / "ftms12T_sample_metrics_gold.csv", index_col=0, dtype={"Block": str})
    return read, tree, gold.loc[list(read.samples)]


@here
def test_every_column_of_the_soil_reference_comes_out(soil):
    read, tree, gold = soil
    node = next(n for name, n in tree.children.items() if name.startswith("formulas"))
    for column, variable in NUMBERS.items():
        assert np.abs(node[variable].to_series() / gold[column] - 1).max() < 1e-12, column
    table = read.of("formulas")[0]
    found, _ = mixture(table, (200, 900), 2)
    kept = table.about[table.about["mz"].isin(found.mz)]
    assert len(kept) == len(found.mz) == 6498
    mass = found.intensity.T @ kept["NeutralMass"].to_numpy() / found.intensity.sum(axis=0)
    assert np.abs(mass / gold.loc[list(found.samples), "MW_w"] - 1).max() < 1e-12
    for ours, theirs in {"Location": "Location", "Crop/Flora": "Flora", "Block": "Block"}.items():
        assert (read.design[ours] == gold[theirs]).all()
    assert set(gold.columns) == {*NUMBERS, "MW_w", "Location", "Flora", "Block"}


@here
def test_tests_of_the_soil_reference_are_those_of_vegan_and_r(soil):
    read, _, gold = soil
    found, _ = mixture(read.of("formulas")[0], (200, 900), 2)
    design = gold.loc[list(found.samples)]
    table = pd.DataFrame(found.intensity.T, index=list(found.samples))
    bray = permanova(distances(table), design, "Location*Flora", n=9)
    assert bray["r2"].iloc[:3].round(5).tolist() == [0.14032, 0.09768, 0.0803]
    assert bray["f"].iloc[:3].round(4).tolist() == [3.2933, 2.2926, 1.8847]
    jaccard = permanova(distances((table > 0).astype(float), "jaccard"), design, "Location*Flora", n=9)
    assert jaccard["r2"].iloc[:3].round(5).tolist() == [0.12079, 0.0885, 0.04797]
    anova = factorial(design["MLBL_n"], design, "Block + Location*Flora", n=9).table
    assert anova.loc[["Flora", "Location"], "f"].round(3).tolist() == [10.078, 1.481]
    assert anova.loc[["Flora", "Location"], "p"].round(3).tolist() == [0.008, 0.247]


@here
@pytest.mark.parametrize(
    ("method", "components", "r2x", "r2y", "q2", "error"),
    [
        ("pls", 3, 0.275, 0.730, 0.584, 0.262),
        ("pls", 2, 0.185, 0.668, 0.555, 0.289),
        ("opls", 2, 0.275, 0.730, 0.602, 0.262),
        ("opls", 1, 0.185, 0.668, 0.554, 0.289),
    ],
)
def test_sacurine_is_that_of_its_readme(method, components, r2x, r2y, q2, error):
    (table,) = Experiment.read(SACURINE / "sacurine_dataMatrix.csv").of("features")
    gender = pd.read_csv(SACURINE / "sacurine_sampleMetadata.csv", index_col=0)["gender"]
    values = table.values.T.loc[list(gender.index)]
    got = metabolites.discriminate(values, gender, method=method, components=components, n=1)
    assert [round(x, 3) for x in (got.r2x, got.r2y, got.q2_usual)] == [r2x, r2y, q2]
    share = (gender == gender.iloc[0]).mean()  # of samples in one class; y is 0 and 1
    left = (1 - got.r2y) * len(gender) * share * (1 - share)
    assert np.sqrt(left / (len(gender) - 1 - sum(got.components))) == pytest.approx(error, abs=5e-4)
