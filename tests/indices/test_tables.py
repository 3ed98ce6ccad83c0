"""Peak tables made comparable, isotopologues, and life strategies."""

import csv

import numpy as np
import pytest

from rhizolith.errors import InputError
from rhizolith.indices import intensities, isotopologues, strategies


def test_pqn_undoes_dilution_where_a_sum_does_not():
    rng = np.random.default_rng(3)
    base = rng.lognormal(3, 1, 60)
    table = np.vstack([base, base * 3, base / 7])
    table[1, 0] *= 500  # one huge peak
    fixed = intensities.normalize_pqn(table)
    assert fixed[0, 1:] == pytest.approx(fixed[1, 1:]) and fixed[0] == pytest.approx(fixed[2])
    shares = intensities.normalize_sum(table)
    assert abs(shares[1, 5] / shares[0, 5] - 1) > 0.5
    assert shares.sum(axis=1) == pytest.approx(1)


def test_internal_standards():
    table = np.array([[10.0, 5, 2], [20.0, 10, 4]])
    assert intensities.normalize_standard(table, 0)[1] == pytest.approx([1, 0.5, 0.2])
    with pytest.raises(InputError, match="sample 2"):
        intensities.normalize_standard([[1.0, 2], [np.nan, 2]], 0)


def test_missing_values_are_filled_from_below():
    table = np.array([[4.0, np.nan, 8], [6, 0, np.nan]])
    assert intensities.impute_half_minimum(table)[1, 2] == 4
    assert np.isnan(intensities.impute_half_minimum(table)[:, 1]).all()
    rng = np.random.default_rng(5)
    full = rng.normal(10, 2, (1, 4000))
    censored = np.where(full < 8.5, np.nan, full)
    drawn = intensities.impute_left_censored(censored)
    assert drawn[np.isnan(censored)].max() < 8.8
    assert drawn.mean() == pytest.approx(full.mean(), abs=0.1) and drawn.std() == pytest.approx(2, abs=0.1)
    assert np.isnan(censored).any()  # nothing changes in place


def test_scales():
    table = np.array([[1.0, 10, 5], [3, 30, 5], [5, 50, 5]])
    auto = intensities.autoscale(table)
    assert auto[:, :2].std(axis=0, ddof=1) == pytest.approx([1, 1]) and (auto[:, 2] == 0).all()
    assert intensities.pareto(table)[2, 1] == pytest.approx(20 / np.sqrt(20))
    assert np.isnan(intensities.log10([[0.0, 100]])[0, 0]) and intensities.log10([[0.0, 100]])[0, 1] == 2
    assert intensities.relative_deviation([[9.0], [10], [11]]) == pytest.approx([10])


def test_isotopologues_of_glucose_and_methionine():
    assert isotopologues.isotopologue_ratio(6) == pytest.approx(6 * 0.0107 / 0.9893)
    shift = [float(isotopologues.isotopologue_mz(0, i)) for i in ("13C", "34S", "18O")]
    assert shift == pytest.approx([1.0033548, 1.9957958, 2.0042450], abs=1e-7)
    assert isotopologues.isotopologue_mz(200.0, "13C", charge=-2) == pytest.approx(200 + 1.0033548 / 2, abs=1e-7)
    ratio = float(isotopologues.isotopologue_ratio(20))
    assert isotopologues.carbon_from_13c(1e6, 1e6 * ratio) == pytest.approx(20)
    assert isotopologues.carbon_agrees(20, 1e6, 1e6 * ratio) == 1
    assert isotopologues.carbon_agrees(40, 1e6, 1e6 * ratio) == 0
    assert np.isnan(isotopologues.carbon_agrees(40, 1e6, 0))


def test_an_absent_34s_speaks_against_sulfur_only_where_it_should_show():
    assert isotopologues.sulfur_refuted(1, 1e7, 0, threshold=1e5) == 1
    assert isotopologues.sulfur_refuted(1, 1e6, 0, threshold=1e5) == 0
    assert isotopologues.sulfur_refuted(1, 1e7, 4e5, threshold=1e5) == 0
    assert isotopologues.sulfur_refuted(0, 1e7, 0, threshold=1e5) == 0


def test_copies_are_counted_per_cell():
    # 10 reads with 1 copy are 10 cells, 10 reads with 10 copies are 1 cell: 20 reads in 11 cells
    assert strategies.rrn_copies([10, 10, 5], [1, 10, np.nan]) == pytest.approx(20 / 11)
    assert strategies.coverage([10, 10, 5], [True, True, False]) == pytest.approx(0.8)


def test_guilds_come_from_the_most_specific_rank():
    named = strategies.guilds(
        [
            "k__Bacteria; p__Proteobacteria; c__Betaproteobacteria",
            "d__Bacteria;p__Acidobacteriota;c__Vicinamibacteria",
            "D_0__Bacteria;D_1__Firmicutes",
            "Bacteria|Bacteroidota",
        ]
    )
    assert named == ["copiotroph", "oligotroph", "", "copiotroph"]
    assert strategies.copiotroph_ratio([30, 20, 100, 10], named) == pytest.approx(2)
    assert np.isnan(strategies.copiotroph_ratio([30], ["copiotroph"]))


def test_strategies_from_genes_are_shares_with_their_coverage(shared):
    table: dict[str, list[str]] = {}
    with (shared / "eco/yas_microtrait/ko_to_strategy_derived.csv").open() as f:
        for row in csv.DictReader(f):
            if row["strategy"] not in table.setdefault(row["KO"], []):
                table[row["KO"]].append(row["strategy"])
    assert sorted(sum(s in v for v in table.values()) for s in {s for v in table.values() for s in v}) == [
        148,
        296,
        308,
    ]
    genes = [*table, "K99999"]
    counts = np.ones((len(genes), 2))
    counts[[g in table and "Stress Tolerance" in table[g] for g in genes], 1] = 5
    shares = strategies.yas_shares(counts, genes, table)
    assert sum(shares.values()) == pytest.approx(1)
    assert [shares[s][0] for s in shares] == pytest.approx([1 / 3] * 3)
    logs = strategies.yas_log_ratios(counts, genes, table)
    assert logs["Stress Tolerance"][1] > 0 > logs["Resource Use"][1] and sum(logs.values()) == pytest.approx(
        0, abs=1e-9
    )
    covered = strategies.yas_coverage(counts, genes, table)
    assert covered["abundance"][0] == pytest.approx(len(table) / len(genes)) and covered["genes"][0] == 1


def test_balances_hold_the_three_shares_once():
    shares = {"Y": np.array([0.2, 1 / 3]), "A": np.array([0.5, 1 / 3]), "S": np.array([0.3, 1 / 3])}
    found = strategies.yas_balances(shares)
    assert found["A|Y"] == pytest.approx([np.log(2.5) / np.sqrt(2), 0], abs=1e-12)
    # an isometry: the two balances are as long as the three centred log-ratios (Egozcue2003)
    logs = np.log([shares[s] for s in "YAS"])
    centred = logs - logs.mean(axis=0)
    assert found["A|Y"] ** 2 + found["S|AY"] ** 2 == pytest.approx((centred**2).sum(axis=0), abs=1e-12)
    assert np.isnan(strategies.yas_balances({"Y": [0.0], "A": [0.5], "S": [0.5]})["A|Y"]).all()


def test_copies_from_genes_are_a_ratio_and_unknown_without_either_gene():
    genes = ["K01977", "K03043", "K00001"]
    found = strategies.rrn_from_genes(np.array([[6.0, 0, 4], [2, 2, 0], [1, 1, 1]]), genes)
    assert found[0] == 3 and np.isnan(found[1:]).all()
