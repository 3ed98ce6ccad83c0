"""The benchmark measures what it says: peers get the same equations, and the table does not flatter."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import forests, peers
from benchmarks.formula_programs import formulas
from benchmarks.formulas import agreement, score
from benchmarks.matched import error_of
from benchmarks.rhizosphere import DAY, problem
from benchmarks.solvers import FLOOR, Missing
from benchmarks.table import Row, text


def test_the_standard_problem_agrees_with_another_solver_on_its_written_out_equations():
    """SciPy's Radau, on the equations as NumPy source with pH by a scalar Newton; one cell, three days."""
    from benchmarks.equations import NUMPY, lines, reduced
    from scipy.integrate import solve_ivp

    from rhizolith.kernels.compiled import compile_system
    from rhizolith.kernels.rodas import integrate

    p = problem(cells=2, days=2)
    system, n = p.system, len(p.system.unknowns) - 1
    model = reduced(system)
    symbols = {u: f"y[{k}]" for k, u in enumerate(system.unknowns[:n])} | {system.unknowns[n]: "h", "t": "t"}
    symbols |= {k: repr(v) for k, v in p.parameters.items()} | {k: repr(float(v[0])) for k, v in p.cell_data.items()}
    space = {"np": np}
    body = [*lines({"r": model.constraint, "s": model.slope}, symbols, NUMPY), "return r, s"]
    exec("def constraint(y, h):\n" + "".join(f"    {s}\n" for s in body), space)
    rates = lines({f"out[{i}]": r for i, r in enumerate(model.rates)}, symbols, NUMPY)
    exec("def rates(t, y, h, out):\n" + "".join(f"    {s}\n" for s in rates), space)
    ph = [p.y0[n, 0]]

    def rhs(t, y):
        for _ in range(50):
            r, s = space["constraint"](y, ph[0])
            ph[0] -= r / s
            if abs(r / s) < 1e-13:
                break
        out = np.empty(n)
        space["rates"](t, y, ph[0], out)
        return out

    absolute = 1e-9 * np.array(system.scales[:n])
    times = np.array([0.0, 1.0, 2.0]) * DAY
    other = solve_ivp(rhs, (0, times[-1]), p.y0[:n, 0], "Radau", times, rtol=1e-6, atol=absolute, max_step=DAY / 10)
    data = {k: np.full(1, v[0]) for k, v in p.cell_data.items()}
    mine = integrate(
        compile_system(system), p.y0[:, :1], times, p.parameters, data, rtol=1e-6, atol=1e-9, breakpoints=p.bends
    )
    assert error_of(mine.y[:, :n], other.y.T[:, :, None]) < 1e-4
    assert FLOOR > 0


def test_the_error_is_the_worst_unknown_and_leaves_the_start_out():
    reference = np.ones((3, 2, 4))
    y = reference.copy()
    y[0] = 5.0
    y[1:, 1] += 0.01
    assert error_of(y, reference) == pytest.approx(0.01)


def test_a_bar_that_is_missed_is_said_to_be_short():
    shown = text([Row("fast", 3.0, "x", 4.0), Row("small", 3.0, "MB", 4.0, False), Row("unknown", None, "x", 4.0)])
    fast, small, unknown = shown.splitlines()[1:]
    assert "SHORT" in fast and "holds" in small
    assert "SHORT" not in unknown and "holds" not in unknown and "-" in unknown


def test_a_step_that_ended_too_far_from_the_charge_balance_is_taken_back():
    """At a loose tolerance this parameter set steps where no step leads on; alone at half its way it would fail."""
    from benchmarks.many import parameter_sets

    from rhizolith.kernels.compiled import compile_system
    from rhizolith.kernels.rodas import integrate

    p = problem()
    sets = parameter_sets(p, 28)[27]
    loose, tight = (
        integrate(
            compile_system(p.system), p.y0, p.times, sets, p.cell_data, p.transport,
            rtol=tolerance, atol=1e-2 * tolerance, breakpoints=p.bends,
        )
        for tolerance in (1e-2, 1e-5)
    )  # fmt: skip
    assert loose.finished
    assert error_of(loose.y[:, :-1], tight.y[:, :-1]) < 1e-2


def told(*rows: tuple[int, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["peak", "C", "H", "O", "N", "S", "best"])


def test_agreement_counts_what_both_answer_and_every_candidate():
    mine = told((0, 6, 12, 6, 0, 0, 0), (0, 6, 12, 6, 0, 0, 1), (1, 2, 4, 2, 0, 0, 0), (2, 7, 8, 3, 0, 0, 1))
    theirs = told((0, 6, 12, 6, 0, 0, 0), (0, 5, 8, 3, 4, 0, 1), (2, 7, 8, 3, 0, 0, 1))
    same, said = agreement(mine, theirs)
    assert same == 0.5 and said == "same formula on 50.00% of 2 peaks"
    assert agreement(mine, theirs[theirs.best == 1])[0] is None


def test_only_the_right_formula_counts_as_found_and_any_formula_on_noise_as_wrong():
    rows = [
        ("mono", "dom", 6, 12, 6),
        ("mono", "dom", 7, 8, 3),
        ("mono", "metabolite", 2, 4, 2),
        ("noise", "noise", 0, 0, 0),
    ]
    peaks = pd.DataFrame(rows, columns=["kind", "source", *"CHO"]).assign(N=0, S=0)
    found = told((0, 6, 12, 6, 0, 0, 1), (1, 5, 8, 3, 4, 0, 1), (2, 2, 4, 2, 0, 0, 1), (3, 9, 9, 9, 0, 0, 1))
    assert score(found, peaks) == (0.5, 1.0, 1.0)


def test_the_list_given_to_peers_holds_the_formulas_of_the_ranges_once():
    table = formulas(heaviest=200)
    light = table[table["13C"] + table["34S"] == 0]
    glucose = light[(light.C == 6) & (light.H == 12) & (light.O == 6) & (light.N + light.S == 0)]
    assert glucose.mass.item() == pytest.approx(180.06338810, abs=1e-6) and glucose.mf.item() == "C6H12O6"
    assert not light.duplicated(list("CHONS")).any() and ((light.H + light.N) % 2 == 0).all()
    assert (table["34S"] <= table.S).all() and table.mass.is_monotonic_increasing


def test_a_peer_that_cannot_be_had_is_said_to_be_missing(monkeypatch):
    monkeypatch.setattr(peers, "which", lambda name: None)
    with pytest.raises(Missing, match="R"):
        peers.has_r("a package nobody wrote")
    said: list[str] = []
    assert forests._r("rfPermute", "", *forests.made_up(), said.append) is None
    assert said == ["rfPermute: skipped, R is not installed"]


def test_two_p_of_one_rule_are_a_few_standard_errors_apart_and_those_of_two_rules_many():
    """A p of one forest among `n` shuffles, importances normal: of the same rule the differences have a spread of 1."""
    rng = np.random.default_rng(0)
    forests_, null, n = rng.normal(0.5, 0.3, (40, 1)), rng.normal(size=(300, 1)), 99

    def p(runs: int, shift: float) -> np.ndarray:
        one = rng.normal(0.5 + shift, 0.3, (runs, 1, 1))
        return (1 + (rng.normal(size=(runs, n, 1)) >= one).sum(axis=1)) / (1 + n)

    same = [forests.p_apart(p(3, 0), p(3, 0), forests_, null, n).item() for _ in range(400)]
    assert abs(np.mean(same)) < 4 / np.sqrt(400) and 0.8 < np.std(same) < 1.25
    assert forests.p_apart(p(3, 0), p(3, 1.5), forests_, null, n).item() > 3
