"""The LC-MS side: ropls' and limma's numbers, planted changes, error rates, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from shared_data import SHARED, here

from rhizolith.analysis import metabolites
from rhizolith.analysis.metabolites.latent_structures import importance, opls, pls
from rhizolith.errors import InputError

SACURINE = SHARED / "ms" / "ropls-sacurine"


def sacurine() -> tuple[pd.DataFrame, pd.Series]:
    return (
        pd.read_csv(SACURINE / "sacurine_dataMatrix.csv", index_col=0),
        pd.read_csv(SACURINE / "sacurine_sampleMetadata.csv", index_col=0)["gender"],
    )


@here
@pytest.mark.parametrize(
    ("name", "method", "components", "q2"),
    [
        ("plsda_2", "pls", 2, 0.555),
        ("plsda_auto", "pls", 3, 0.584),
        ("oplsda_1_1", "opls", 1, 0.554),
        ("oplsda_auto", "opls", 2, 0.602),
    ],
)
def test_discrimination_is_that_of_ropls(name, method, components, q2):
    table, gender = sacurine()
    got = metabolites.discriminate(table, gender, method=method, components=components, n=1)
    reference = pd.read_csv(SACURINE / f"{name}_variables.csv", index_col=0)
    assert np.abs(got.features["vip"].to_numpy() - reference["VIP"]).max() < 1e-10
    if method == "opls":
        assert np.abs(got.features["vip_orthogonal"].to_numpy() - reference["orthoVIP"]).max() < 1e-10
    turn = np.sign(got.features["loading"].iloc[0] * reference["p1"].iloc[0])
    assert np.abs(turn * got.features["loading"].to_numpy() - reference["p1"]).max() < 1e-10
    scores = pd.read_csv(SACURINE / f"{name}_scores.csv", index_col=0)
    assert np.abs(turn * got.scores["predictive_1"] - scores["t1"]).max() < 1e-10
    summary = pd.read_csv(SACURINE / f"{name}_summary.csv").iloc[0]
    assert got.r2x == pytest.approx(summary["R2X(cum)"], abs=5e-4)
    assert got.r2y == pytest.approx(summary["R2Y(cum)"], abs=5e-4)
    assert got.q2_usual == pytest.approx(q2, abs=5e-4)


@here
def test_leak_free_q2_is_a_little_lower_and_components_are_chosen():
    table, gender = sacurine()
    got = metabolites.discriminate(table, gender, n=19)
    assert got.components == (1, 2)
    assert got.q2 == pytest.approx(0.5912, abs=5e-4) and got.q2 < got.q2_usual
    assert got.p == pytest.approx(1 / 20)


@here
def test_univariate_tests_are_those_of_r():
    table, gender = sacurine()
    got = metabolites.univariate(table, np.where(gender == "F", "F", "M"), base=10.0)
    reference = pd.read_csv(SACURINE / "gold_univariate_gender.csv", index_col=0).loc[got.index]
    turn = np.sign(got["log2_change"].iloc[0] * reference["log2FC"].iloc[0])
    assert np.abs(turn * got["log2_change"] - reference["log2FC"]).max() < 1e-9
    for ours, theirs in (
        ("p_welch", "p_welch"),
        ("p_moderated", "limma_p"),
        ("q_moderated", "limma_q"),
        ("p_rank", "p_wilcox"),
    ):
        limit = 1e-3 if ours == "p_rank" else 1e-8
        assert np.abs(got[ours] - reference[theirs]).max() < limit, ours
    for name, count in (("welch", 42), ("rank", 45), ("moderated", 42)):
        assert (got[f"q_{name}"] < 0.05).sum() == count
    vip = metabolites.discriminate(table, gender, components=2, n=1).features["vip"]
    assert (vip > 1).sum() == 35
    both = (vip > 1) & (got["q_welch"] < 0.05)
    assert both.sum() == 34
    assert (both & (got["log2_change"].abs() > 1)).sum() == 5


def planted(n: int = 16, seed: int = 0, change: float = 3.0) -> tuple[pd.DataFrame, list[str]]:
    """Areas of 40 features in two groups; the first five change, samples are diluted at random."""
    rng = np.random.default_rng(seed)
    logs = rng.normal(16, 2, 40) + 0.6 * rng.normal(size=(n, 40))
    logs[n // 2 :, :5] += change
    dilution = rng.uniform(0.5, 2.0, n)
    areas = pd.DataFrame(2**logs * dilution[:, None], columns=[f"m{i}" for i in range(40)])
    return areas, ["control"] * (n // 2) + ["plant"] * (n // 2)


def test_dilution_is_taken_out_and_planted_metabolites_are_key():
    areas, groups = planted()
    logs = metabolites.impute(np.log2(metabolites.normalize(areas)))
    found = metabolites.key(logs, groups, n=40)
    assert set(found.index[found["passes"]]) == {f"m{i}" for i in range(5)}
    assert (found.loc[found["passes"], "stability"] > 0.8).all()
    assert "level not given" in found["identification"].iloc[0]
    diluted = metabolites.normalize(areas.mul(np.arange(1, 17), axis=0))
    assert np.allclose(
        diluted.div(diluted.iloc[0]), metabolites.normalize(areas).div(metabolites.normalize(areas).iloc[0])
    )


def test_chance_is_called_chance():
    p = []
    for seed in range(20):
        areas, groups = planted(seed=seed, change=0.0)
        p.append(metabolites.discriminate(np.log2(areas), groups, components=1, n=19, seed=seed).p)
    assert np.mean(np.array(p) <= 0.05) <= 0.2
    areas, groups = planted(change=0.0)
    assert not metabolites.key(np.log2(areas), groups, n=5)["passes"].any()


def test_vip_has_mean_square_one_and_opls_predicts_as_pls():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 8))
    x = (x - x.mean(0)) / x.std(0)
    y = x[:, 0] + 0.3 * rng.normal(size=30)
    y = y - y.mean()
    one, two = opls(x, y, 2), pls(x, y, 3)
    assert np.allclose(one.predict(x), two.predict(x))
    for vip in (*importance(one), importance(two)[0]):
        assert (vip**2).mean() == pytest.approx(1)
    assert np.allclose(one.orthogonal_scores.T @ y, 0, atol=1e-9)


@pytest.mark.parametrize("method", ["half_minimum", "left_tail"])
def test_gaps_are_filled_below_what_was_seen(method):
    areas, _ = planted()
    logs = np.log2(areas)
    hidden = logs.mask(logs < logs.quantile(0.25))
    filled = metabolites.impute(hidden, method)
    gaps = hidden.isna()
    assert not filled.isna().to_numpy().any() and filled.attrs["filled"] == gaps.to_numpy().sum()
    assert (filled.where(gaps) <= hidden.min() + 1e-9).where(gaps, True).to_numpy().all()


def test_drift_seen_in_quality_controls_is_taken_out():
    rng = np.random.default_rng(1)
    order = pd.Series(np.arange(40.0))
    control = order % 4 == 0
    truth = pd.DataFrame(10 + 0.05 * rng.normal(size=(40, 3)), columns=list("abc"))
    drifting = truth.add(0.05 * order, axis=0)
    got = metabolites.remove_drift(drifting, order, control)
    assert (got.attrs["rsd"]["after"] < got.attrs["rsd"]["before"] / 3).all()
    assert np.abs(got - got.mean() - (truth - truth.mean())).to_numpy().max() < 0.2


def test_nonsense_is_refused_all_at_once():
    areas, groups = planted()
    bad = areas.astype(object)
    bad.iloc[0, 0], bad.iloc[1, 1] = "n.a.", -5
    with pytest.raises(InputError) as caught:
        metabolites.normalize(bad)
    assert len(caught.value.problems) == 2
    with pytest.raises(InputError, match="compare two at a time"):
        metabolites.discriminate(np.log2(areas), [*groups[:-1], "third"])
    with pytest.raises(InputError, match="impute first"):
        metabolites.discriminate(np.log2(areas).mask(areas < areas.median()), groups)
    with pytest.raises(InputError, match="no feature"):
        metabolites.normalize(areas, "standard", "ribitol")
