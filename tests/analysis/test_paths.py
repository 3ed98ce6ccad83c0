"""PLS path models: R plspm's numbers, what algebra guarantees, and refusals."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rhizolith.analysis import paths
from rhizolith.analysis.paths.design import draw, parse_arrows
from rhizolith.analysis.paths.rivals import twin_classes
from rhizolith.errors import InputError

SHARED = Path(os.environ.get("RHIZOLITH_SHARED") or Path(__file__).parents[3] / "shared") / "data" / "stats" / "plspm"
here = pytest.mark.skipif(not SHARED.exists(), reason="skipped: shared data absent")
BLOCKS = {"Soil": ["s1", "s2", "s3"], "Microbes": ["m1", "m2"], "Plant": ["p1", "p2"]}
CHAIN = "Microbes ~ Soil; Plant ~ Soil + Microbes"


def chain(n: int = 80, seed: int = 1) -> pd.DataFrame:
    """Three blocks with known paths: soil → microbes 0.7, microbes → plant 0.6."""
    rng = np.random.default_rng(seed)
    soil = rng.normal(size=n)
    microbes = 0.7 * soil + np.sqrt(1 - 0.49) * rng.normal(size=n)
    plant = 0.6 * microbes + 0.8 * rng.normal(size=n)
    columns = {}
    for letter, size, latent in (("s", 3, soil), ("m", 2, microbes), ("p", 2, plant)):
        for k in range(size):
            columns[f"{letter}{k + 1}"] = latent + 0.4 * rng.normal(size=n)
    return pd.DataFrame(columns)


def references() -> dict:
    found: dict = {}
    for name in ("reference_r_plspm.json", "reference_r_plspm_eco.json"):
        if SHARED.exists():
            found |= json.loads((SHARED / name).read_text())
    return found


def fitted(v: dict, **options):
    data = pd.read_csv(SHARED / "data" / f"{v['data']}.csv", index_col=0)
    blocks = {k: [b] if isinstance(b, str) else b for k, b in v["blocks"].items()}
    levels = {c: "num" for b in blocks.values() for c in b} if v.get("scaling") else None
    common = {"scheme": v["scheme"], "scaled": v["scaled"], "force": True, "levels": levels}
    return data, np.array(v["path_matrix"]), blocks, v["modes"], common | options


@here
@pytest.mark.parametrize("name", list(references()) or ["absent"])
def test_a_fit_is_that_of_r_plspm(name):
    v = references()[name]
    data, inner, blocks, modes, options = fitted(v)
    got = paths.fit(data, inner, blocks, modes, **options)
    outer, unidim = v["outer_model"], v["unidim"]
    expected = np.array([v["path_coefs"][n] for n in v["lvs"]]).T
    assert np.abs(got.paths.to_numpy() - expected).max() < 1e-8
    assert np.abs(got.weights - outer["weight"]).max() < 1e-8
    assert np.abs(got.loadings - outer["loading"]).max() < 1e-8
    assert np.abs(got.r2 - v["inner_summary"]["R2"]).max() < 1e-8
    assert abs(got.gof - v["gof"]) < 1e-8
    assert got.rounds == v["iterations"]
    assert np.abs(got.blocks["first_eigenvalue"] - unidim["eig.1st"]).max() < 1e-8
    scores = pd.read_csv(SHARED / "scores" / f"{name}.csv", index_col=0)
    assert np.abs(got.scores.to_numpy() - scores.to_numpy()).max() < 1e-8
    ours = {f"{c} -> {e}": (d, i, t) for c, e, d, i, t in got.effects.itertuples(index=False)}
    e = v["effects"]
    for label, *theirs in zip(e["relationships"], e["direct"], e["indirect"], e["total"]):
        assert np.allclose(ours.get(label, (0, 0, 0)), theirs, atol=1e-8)
    for end, table in v["inner_model"].items():
        for start, error, p in zip(table["row"][1:], table["Std. Error"][1:], table["Pr(>|t|)"][1:]):
            row = got.slopes[(got.slopes["cause"] == start) & (got.slopes["effect"] == end)].iloc[0]
            assert abs(row["se"] - error) < 1e-8 and abs(row["p"] - p) < 1e-8


BOOT = ["mean", "se", "low", "high"]
SETTLED = {
    "Plant -> SoilChem": (-0.0151569189643328, 0.15612517666118, -0.3172174775642, 0.3316169018616),
    "Plant -> Nutrients": (-0.0500898673372196, 0.14384570512500, -0.2826381987033, 0.2051494028609),
    "Plant -> Community": (0.0467791458508975, 0.49323253678182, -0.6238365184639, 0.7573084449391),
    "Fertilization -> SoilChem": (0.6507059713556234, 0.33623219238746, -0.6741693649007, 0.8259779074519),
    "Fertilization -> Nutrients": (0.8262261745193755, 0.08555546453699, 0.6704160821781, 0.9962734421463),
    "Fertilization -> Community": (-0.5924099786416684, 0.70060432800775, -1.3717404537308, 1.1850076140020),
    "SoilChem -> Nutrients": (-0.0006192788520695, 0.09810449176428, -0.1777224055345, 0.1727291995776),
    "SoilChem -> Community": (0.1088954856520720, 0.24322289472469, -0.3916425069737, 0.4880579072392),
    "SoilChem -> Activity": (-0.0718354677932670, 0.20954389327025, -0.4546957288651, 0.3173852894186),
    "Nutrients -> Community": (0.1106848570240698, 0.24625669546381, -0.3270260250036, 0.6012061387560),
    "Nutrients -> Activity": (0.6176935911517377, 0.14500874150827, 0.3444057308015, 0.8418194212065),
    "Community -> Activity": (-0.0522619017965635, 0.35863596167690, -0.5741073878435, 0.5907040871012),
}
"""Mean, standard deviation and quantiles of the paths of eco_maize over the 199 resamples of 200 that settle: each row
of its index file fitted by `plspm(d[i + 1, ], M, blocks, modes, scheme = "centroid")` of R plspm 0.4.9"""


@here
@pytest.mark.parametrize("path", sorted((SHARED / "boot").glob("*.csv")) or [Path("absent")], ids=lambda p: p.stem)
def test_equal_resamples_give_equal_intervals(path):
    name = path.stem.removesuffix("_index0")
    tables: dict = {}
    for file in ("reference_r_plspm_boot.json", "reference_r_plspm_eco_boot.json"):
        tables |= json.loads((SHARED / file).read_text())
    b = tables[name]
    data, inner, blocks, modes, options = fitted(references()[b["id"]])
    rows = np.loadtxt(path, delimiter=",", dtype=int)
    got = paths.bootstrap(data, inner, blocks, modes, indices=rows, signs="r", **options)
    if name.startswith("eco_maize"):  # there R drew another resample in place of one that did not settle
        assert got.failed == 1
        assert np.abs(got.paths[BOOT].to_numpy() - list(SETTLED.values())).max() < 1e-8
        return
    assert got.failed == 0
    tables = {"weights": got.weights, "loadings": got.loadings, "rsq": got.r2, "paths": got.paths, "total": got.total}
    for key, table in tables.items():
        t = pd.DataFrame(b[key]).set_index("row")
        if key in ("paths", "total"):
            table = table.set_axis([f"{i[0]} -> {i[1]}" for i in table.index])
            assert set(table.index) <= set(t.index) and not t.drop(index=table.index)["Mean.Boot"].any()
            t = t.loc[table.index]
        for ours, theirs in zip(BOOT, ("Mean.Boot", "Std.Error", "perc.025", "perc.975")):
            assert np.abs(table[ours].to_numpy() - t[theirs].to_numpy()).max() < 1e-8, (key, ours)


@here
def test_aligning_signs_saves_the_interval_of_a_block_with_mixed_signs():
    v = references()["russett_A_centroid"]
    data, inner, blocks, modes, options = fitted(v)
    rows = np.loadtxt(SHARED / "boot" / "russett_A_centroid_B200_index0.csv", delimiter=",", dtype=int)
    loose = paths.bootstrap(data, inner, blocks, modes, indices=rows, signs="r", **options)
    tight = paths.bootstrap(data, inner, blocks, modes, indices=rows, **options)
    key = ("INDEV", "POLINS")
    assert loose.paths.loc[key, "se"] > 0.6
    assert tight.paths.loc[key, "se"] == pytest.approx(0.075, abs=0.01)
    assert tight.flips["INDEV"] > 0.05


def test_scores_have_variance_one_and_effects_add_up():
    got = paths.fit(chain(), CHAIN, BLOCKS)
    assert np.allclose(got.scores.std(ddof=0), 1) and np.allclose(got.scores.mean(), 0)
    e = got.effects.set_index(["cause", "effect"])
    via = got.paths.loc["Microbes", "Soil"] * got.paths.loc["Plant", "Microbes"]
    assert e.loc[("Soil", "Plant"), "indirect"] == pytest.approx(via)
    assert np.allclose(e["direct"] + e["indirect"], e["total"])
    assert got.paths.loc["Microbes", "Soil"] == pytest.approx(0.7, abs=0.15)


def test_order_of_samples_unit_and_sign_of_a_column_do_not_matter():
    data = chain()
    got = paths.fit(data, CHAIN, BLOCKS)
    other = data.sample(frac=1, random_state=0)
    other["s1"] = 1000 * other["s1"] + 5
    again = paths.fit(other, CHAIN, BLOCKS)
    assert np.allclose(got.paths, again.paths) and np.allclose(got.loadings, again.loadings)
    turned = paths.fit(data.assign(s1=-data["s1"]), CHAIN, BLOCKS)
    assert np.allclose(got.paths, turned.paths)
    assert turned.loadings["Soil", "s1"] == pytest.approx(-got.loadings["Soil", "s1"])


def test_an_anchor_decides_which_way_is_up():
    data = chain()
    up = paths.fit(data, CHAIN, BLOCKS)
    down = paths.fit(data.assign(s1=-data["s1"]), CHAIN, BLOCKS, anchors={"Soil": "s1"})
    assert down.paths.loc["Microbes", "Soil"] == pytest.approx(-up.paths.loc["Microbes", "Soil"])


def test_ordered_categories_are_quantified_and_gaps_left_out():
    data = chain(200)
    data["s1"] = pd.qcut(data["s1"], 5, labels=False) ** 3  # any monotone recoding must do
    linear = paths.fit(data, CHAIN, BLOCKS, levels={c: "num" for c in ("s1",)})
    ordered = paths.fit(data, CHAIN, BLOCKS, levels={"s1": "ord"})
    assert ordered.loadings["Soil", "s1"] > linear.loadings["Soil", "s1"]
    again = paths.fit(data.assign(s1=np.exp(data["s1"] / 64)), CHAIN, BLOCKS, levels={"s1": "ord"})
    assert np.allclose(ordered.paths, again.paths)
    gappy = chain(200)
    full = paths.fit(gappy, CHAIN, BLOCKS)
    gappy.loc[gappy.index[::9], "s2"] = np.nan
    assert paths.fit(gappy, CHAIN, BLOCKS).paths.loc["Plant", "Microbes"] == pytest.approx(
        full.paths.loc["Plant", "Microbes"], abs=0.05
    )


def test_intervals_cover_and_null_paths_stay_quiet():
    null = 0
    for seed in range(40):
        got = paths.bootstrap(chain(60, seed), CHAIN, BLOCKS, n=300, seed=seed)
        null += got.paths.loc[("Soil", "Plant"), "p"] < 0.05
        assert (got.paths["low"] <= got.paths["high"]).all()
    assert null <= 6  # binomial(40, 0.05) exceeds 6 once in 300


def test_rivals_that_imply_the_same_are_called_twins_and_a_false_one_loses():
    data = chain(200)
    drawings = {
        "forward": "Microbes ~ Soil; Plant ~ Microbes",
        "backward": "Microbes ~ Plant; Soil ~ Microbes",
        "wrong": "Soil ~ Plant + Microbes",
    }
    got = paths.compare(data, drawings, BLOCKS, n=200)
    t = got.table
    assert t.loc["forward", "twins"] == t.loc["backward", "twins"] != t.loc["wrong", "twins"]
    assert t.loc["forward", "bic"] < t.loc["wrong", "bic"] - 5
    assert t["wins"].sum() == pytest.approx(1)


def test_twins_need_the_same_meeting_arrows():
    blocks = {k: [k] for k in "abc"}
    designs = {
        "chain": draw("b ~ a; c ~ b", blocks),
        "fork": draw("a ~ b; c ~ b", blocks),
        "meeting": draw("b ~ a + c", blocks),
    }
    classes = twin_classes(designs)
    assert classes["chain"] == classes["fork"] != classes["meeting"]


def test_groups_that_differ_are_told_apart_and_equal_ones_are_not():
    a, b = chain(120, 3), chain(120, 4)
    flipped = b.assign(p1=-b["p1"], p2=-b["p2"])
    same = paths.groups(pd.concat([a, b]), ["a"] * 120 + ["b"] * 120, CHAIN, BLOCKS, n=199)
    assert same["p"].min() > 0.01
    options = {"anchors": {"Plant": "p1"}}
    other = paths.groups(pd.concat([a, flipped]), ["a"] * 120 + ["b"] * 120, CHAIN, BLOCKS, n=199, **options)
    row = other.query("cause == 'Microbes' and effect == 'Plant'").iloc[0]
    assert row["p"] <= 0.01


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"inner": "Microbes ~ Soil; Soil ~ Plant; Plant ~ Microbes"}, "loop"),
        ({"inner": "Microbes ~ Sand"}, "Sand is not a block"),
        ({"inner": "Microbes = Soil"}, "not an equation"),
        ({"inner": np.zeros((2, 2))}, "path matrix is 2 × 2"),
        ({"blocks": {**BLOCKS, "Plant": ["p1", "p9"]}}, "p9"),
        ({"blocks": {**BLOCKS, "Plant": []}}, "has no indicators"),
        ({"modes": "C"}, "A or B"),
        ({"scheme": "circle"}, "circle"),
        ({"anchors": {"Plant": "s1"}}, "no indicator"),
        ({"levels": {"s1": "interval"}}, "interval"),
    ],
)
def test_wrong_models_are_refused_in_words(change, words):
    given = {"inner": CHAIN, "blocks": BLOCKS} | change
    with pytest.raises(InputError, match=words):
        paths.fit(chain(), **given)


def test_wrong_columns_are_named_all_at_once():
    data = chain().assign(s1=1.0, m1="wet", p1=np.inf)
    with pytest.raises(InputError) as caught:
        paths.fit(data, CHAIN, BLOCKS)
    assert len(caught.value.problems) == 3


def test_hopeless_numbers_are_refused_unless_forced():
    data = chain(8)
    with pytest.raises(InputError, match="hopeless"):
        paths.fit(data, CHAIN, BLOCKS)
    assert "fewer than" in " ".join(paths.fit(data, CHAIN, BLOCKS, force=True).cautions)


def test_the_residue_template_and_its_rivals_are_drawable():
    model = paths.read("residue")
    assert len(model.rivals) == 4
    twins = twin_classes({k: draw(v, model.blocks) for k, v in {"inner": model.inner, **model.rivals}.items()})
    assert len(set(twins.values())) == 5
    arrows = parse_arrows(model.inner)
    assert set(model.claims) <= {(c, e) for e, causes in arrows.items() for c in causes}
    assert {w[0] for w in model.claims.values()} == {"+", "-"}


def test_a_claim_on_no_arrow_is_told(tmp_path):
    file = tmp_path / "paths.yaml"
    file.write_text("blocks: {A: [a], B: [b]}\ninner: B ~ A\nclaims:\n  A > C: + more\n  A > B: perhaps\n")
    with pytest.raises(InputError, match="A > B") as told:
        paths.read(file)
    assert len(told.value.problems) == 2


def test_a_collinear_forming_block_fails_in_words_and_spoils_no_bootstrap():
    from rhizolith.errors import RunError

    data = chain()
    data["s3"] = data["s1"] + data["s2"]
    with pytest.raises(RunError, match="collinear"):
        paths.fit(data, CHAIN, BLOCKS, {"Soil": "B"})


def noisy(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Soil → microbes → plant and nothing else, each measured with noise."""
    soil = rng.normal(size=n)
    microbes = 0.6 * soil + 0.8 * rng.normal(size=n)
    plant = 0.5 * microbes + np.sqrt(0.75) * rng.normal(size=n)
    latents = (("s", soil), ("m", microbes), ("p", plant))
    return pd.DataFrame({f"{k}{i}": v + 0.7 * rng.normal(size=n) for k, v in latents for i in range(3)})


def test_consistent_paths_are_those_between_the_causes_themselves():
    blocks = {"Soil": ["s0", "s1", "s2"], "Microbes": ["m0", "m1", "m2"], "Plant": ["p0", "p1", "p2"]}
    n = 40_000
    full = paths.fit(noisy(np.random.default_rng(0), n), "Microbes ~ Soil; Plant ~ Soil + Microbes", blocks)
    got = paths.consistent(full, n=50)
    truth = {("Soil", "Microbes"): 0.6, ("Soil", "Plant"): 0.0, ("Microbes", "Plant"): 0.5}
    for arrow, value in truth.items():  # four of its own standard errors
        assert abs(got.paths.loc[arrow, "estimate"] - value) < 4 * got.paths.loc[arrow, "se"], arrow
    # three indicators of variance 1 + 0.49: the reliability of their mean is r, correlations of means are r times those
    # of the causes, and that leaves a path where there is none
    r = 1 / (1 + 0.49 / 3)
    assert got.reliability["Soil"] == pytest.approx(r, abs=0.01)
    left = 0.3 * r * (1 - r) / (1 - 0.36 * r**2)
    assert full.paths.loc["Plant", "Soil"] == pytest.approx(left, abs=4 / np.sqrt(n))


def test_blocks_that_form_their_variable_or_stand_alone_are_not_corrected():
    blocks = {"Soil": ["s0"], "Microbes": ["m0", "m1", "m2"], "Plant": ["p0"]}
    data = noisy(np.random.default_rng(1), 200)
    full = paths.fit(data, "Microbes ~ Soil; Plant ~ Microbes", blocks, {"Microbes": "B"})
    got = paths.consistent(full, n=50)
    assert (got.reliability == 1).all()
    for cause, effect in got.paths.index:
        assert got.paths.loc[(cause, effect), "estimate"] == pytest.approx(full.paths.loc[effect, cause])


def test_no_p_of_resamples_is_below_the_least_they_can_give():
    rng = np.random.default_rng(3)
    cause = rng.normal(size=24)
    data = pd.DataFrame({"a": cause, "b": cause + rng.normal(size=24) / 9, "c": rng.normal(size=24)})
    got = paths.bootstrap(data, {"B": ["A"], "C": ["B"]}, {"A": "a", "B": "b", "C": "c"}, n=400, expand=True).paths
    sure, loose = got.loc[("A", "B")], got.loc[("B", "C")]
    assert sure["p"] == pytest.approx(sure["least_p"], rel=1e-12)  # no resample lies beyond zero
    assert 2 / 401 < sure["least_p"] < 0.05 < loose["p"] and loose["least_p"] == pytest.approx(sure["least_p"])
