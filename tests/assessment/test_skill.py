"""The inventory against radiocarbon of heavy fractions: at least as strong as oxalate metals alone, untuned."""

import pytest
from validation import assess_skill


def test_protected_carbon_orders_heavy_fractions_by_age_at_least_as_well_as_oxalate_metals():
    if not assess_skill.SHARED.is_dir():
        pytest.skip("skipped: shared data absent")
    case = assess_skill.radiocarbon()
    ours = assess_skill.pooled(case, case.predictors["inventory: protected carbon"])
    theirs = assess_skill.pooled(case, case.predictors["oxalate Fe + Al"])
    assert len(case.target) > 100 and case.study.nunique() >= 6
    assert ours <= theirs and ours <= assess_skill.TARGET


def test_skill_in_studies_left_out_is_one_for_a_perfect_predictor_and_not_for_noise():
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(2)
    x = pd.Series(np.exp(rng.normal(0, 1, 120)))
    given = pd.DataFrame({"depth": rng.uniform(1, 100, 120)})
    study = pd.Series([f"s{i % 6}" for i in range(120)])
    case = assess_skill.Case("made up", "", np.log(x + 0.01), given, study, {}, 1)
    assert assess_skill.left_out(case, x) == pytest.approx(1, abs=1e-9)
    assert assess_skill.left_out(case, pd.Series(np.exp(rng.normal(0, 1, 120)))) < 0.2
    assert assess_skill.pooled(case, x) == pytest.approx(1)
