"""The chain claimed for alkaline residue: bound to what was measured, its claims judged by what is known to hold."""

import numpy as np
import pandas as pd
import pytest

from rhizolith.analysis.guards.ancestry import Ancestry
from rhizolith.analysis.paths.template import read
from rhizolith.analysis.study.claimed_chain import beside_claims, bound, claimed_chain, first_axis, with_stand_ins
from rhizolith.analysis.study.factors import choose_factors


def pots(seed: int = 1):
    """48 pots where claims are planted: pH falls by both, growth follows pH, limitation follows metabolites."""
    rng = np.random.default_rng(seed)
    n = 48
    plant, amended = np.tile([0, 1, 0, 1], n // 4), np.tile([0, 0, 1, 1], n // 4)
    names = [f"p{i}" for i in range(n)]
    design = pd.DataFrame({"plant": np.where(plant, "grass", "none"), "amendment": np.where(amended, "humus", "none")},
                          index=names)  # fmt: skip
    ph = 10 - 0.8 * plant - 0.8 * amended + rng.normal(0, 0.3, n)
    growth = -ph + rng.normal(0, 0.3, n)
    metabolites = growth + rng.normal(0, 0.4, n)
    labile = 2 * plant - amended + rng.normal(0, 0.4, n)
    length = 0.4 * labile + 0.4 * metabolites + rng.normal(0, 0.3, n)
    cue = 0.3 - 0.02 * length + rng.normal(0, 0.02, n)  # relief lowers it here: against the claim
    values = pd.DataFrame(
        {"pH": ph, "MBC": np.exp(-0.5 * ph) + rng.normal(0, 1e-3, n), "YAS_S_to_AY (genes)": -growth,
         "MLB_wL (DOM)": labile, "rao_NOSC (DOM)": plant + amended + rng.normal(0, 0.3, n), "vector_length": length,
         "CUE_growth": cue, "shoot": np.where(plant, 2 + 0 * ph + rng.normal(0, 0.2, n), np.nan)}, index=names,
    )  # fmt: skip
    areas = 2.0 ** (12 + rng.normal(0, 0.3, (40, n)) + 1.5 * metabolites * (np.arange(40) < 12)[:, None])
    return values, choose_factors(design), {"LCMS": pd.DataFrame(areas, columns=names)}, metabolites


@pytest.fixture(scope="module")
def found():
    values, factors, features, _ = pots()
    return claimed_chain(values, factors, features, Ancestry({}), n=400)


def test_planted_claims_are_found_and_a_planted_contradiction_too(found):
    told = found.tables["claims"].set_index(["cause", "effect"])["found"]
    for arrow in [("Plant", "Environment"), ("Amendment", "Environment"), ("Environment", "Strategy"),
                  ("Strategy", "Metabolites"), ("Metabolites", "Limitation")]:  # fmt: skip
        assert told[arrow] == "as claimed", arrow
    assert told["Limitation", "CUE"] == "against the claim"
    assert len(told) == 15


def test_the_loop_is_cut_in_rival_ways_and_said_to_be_no_cause(found):
    rivals = found.tables["rivals"].set_index("rival")
    assert len(rivals) == 5 and rivals["twins"].nunique() == 5
    assert rivals["bic_difference"].min() == 0 and "as drawn" in rivals.index
    words = " ".join(found.notes)
    assert "loops" in words and "No drawing shows causes" in words
    assert "pots without plants count as 0" in words


def test_the_axis_of_metabolites_is_found_without_a_look_at_treatments():
    _, _, features, metabolites = pots()
    axis = first_axis(features["LCMS"])
    assert np.corrcoef(axis, metabolites)[0, 1] > 0.95
    mixed = features["LCMS"].iloc[::-1]
    assert np.allclose(first_axis(mixed), axis)
    assert first_axis(features["LCMS"].iloc[:2]) is None


def test_blocks_that_were_not_measured_leave_with_their_arrows():
    values, factors, _, _ = pots()
    model = bound(read("residue"), with_stand_ins(values, factors, {}), factors)
    assert "Metabolites" not in model.blocks and "Metabolites" not in model.inner
    assert "Plant growth ~ Plant" in model.inner
    assert model.inner not in model.rivals.values()
    few = claimed_chain(values[["pH", "CUE_growth", "vector_length"]], factors, {}, Ancestry({}), n=50)
    assert "lacking" in few.skipped and "Metabolites" in few.skipped


def test_efficiency_from_the_same_enzymes_is_told_to_be_arithmetic():
    from rhizolith.analysis.guards.ancestry import Derived

    values, factors, features, _ = pots()
    made = Ancestry.of([Derived("vector_length", ("BG", "NAG")), Derived("CUE_enzymes", ("BG", "NAG"))])
    part = claimed_chain(values.rename(columns={"CUE_growth": "CUE_enzymes"}), factors, features, made, n=50)
    assert "Limitation and CUE (BG, NAG)" in " ".join(part.notes)


def test_too_few_pots_are_refused():
    values, factors, features, _ = pots()
    some = list(values.index[:12])
    few = claimed_chain(values.loc[some], choose_factors(factors.design.loc[some]), features, Ancestry({}), n=50)
    assert "hopeless" in few.skipped


def test_a_claim_beside_an_interval_that_holds_zero_is_not_told():
    paths = pd.DataFrame({"cause": ["a"], "effect": ["b"], "estimate": [0.3], "low": [-0.1], "high": [0.6]})
    assert beside_claims(paths, {("a", "b"): "+ grows"})["found"].tolist() == ["not told from 0"]
    assert beside_claims(paths, {("b", "a"): "+ grows"}).empty


def test_what_a_block_gives_two_quantities_alike_is_no_path():
    values, factors, features, _ = pots()
    rng = np.random.default_rng(3)
    block = pd.Series(np.repeat(np.arange(12), 4), values.index, name="block")
    gift = rng.normal(0, 3, 12)[block.to_numpy()]
    shifted = values.assign(vector_length=values["vector_length"] + gift, CUE_growth=values["CUE_growth"] + 0.1 * gift)
    plain = claimed_chain(shifted, factors, features, Ancestry({}), n=400).tables["paths"]
    taken = claimed_chain(shifted, factors, features, Ancestry({}), n=400, blocks=block)
    wide = plain.set_index(["cause", "effect"])["estimate"]
    own = taken.tables["paths"].set_index(["cause", "effect"])["estimate"]
    assert wide["Limitation", "CUE"] < -0.9 and own["Limitation", "CUE"] > -0.9
    again = claimed_chain(values, factors, features, Ancestry({}), n=400, blocks=block).tables["paths"]
    assert np.allclose(again["estimate"], taken.tables["paths"]["estimate"])
    assert "mean of each block taken out" in taken.said[0]
