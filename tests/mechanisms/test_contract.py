"""What every mechanism has to keep, checked for all that are registered; there is no list of exceptions."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from bench import Bench, everything

from rhizolith import mechanisms as folder
from rhizolith.chemistry.formula import elements
from rhizolith.kernels import evaluate, jacobian
from rhizolith.kernels.derivative import reachable
from rhizolith.kernels.expression import _NUMPY
from rhizolith.knowledge import tables
from rhizolith.mechanisms.interface import Family
from rhizolith.mechanisms.registry import all_mechanisms
from rhizolith.reporting.bibliography import parse

FOLDER = Path(folder.__path__[0])
SOURCES = set(parse((tables.DATA / "references.bib").read_text(encoding="utf-8")))
SIGNED = ("renewal:", "dissolving:", "proton_release")
"""Processes whose rate is net of both directions, exchange with air and with the root."""
PART = r"(mol|m\^?-?\d*|m|kg|s|d|min|J|V|K|atm)\^?-?\d*"
ORGANIC = {row["component"]: elements(row["formula"]) for row in tables.organics().values()}


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(everything())


def states(bench: Bench, count: int = 40) -> list[dict[str, float]]:
    """Random waters and amounts, from nothing to a lot, acid to alkaline, aerated to anoxic."""
    random = np.random.default_rng(7)
    found = []
    for _ in range(count):
        state = {}
        for name in bench.model.system.unknowns:
            if name.startswith("ln:"):
                state[name] = -np.log(10) * random.uniform(2, 40)
            else:
                state[name] = bench.values[name] * random.choice([0.0, 1e-6, 1e-3, 1.0, 5.0])
        state |= {"ln:H+": -np.log(10) * random.uniform(3, 10), "ionic_strength": 10 ** random.uniform(-4, 0)}
        state |= {"t": random.uniform(0, 30) * 86400.0, "H+": random.uniform(-5, 5)}
        found.append(state)
    return found


@pytest.mark.parametrize("mechanism", all_mechanisms().values(), ids=lambda m: m.name)
def test_a_mechanism_tells_what_it_is(mechanism):
    assert (FOLDER / f"{mechanism.name}.py").exists(), "one file, named as its mechanism"
    text = " ".join((type(mechanism).__doc__ or "").split())
    assert len(text.split(". ")[0]) > 40, "the first sentence says what happens in nature"
    assert "leaves out" in text.lower(), "what it leaves out is said"
    assert mechanism.family in Family.__args__


def estimates():
    own = {f"{m.name}.{k}": e for m in all_mechanisms().values() for k, e in m.parameters.items()}
    return own | {f"{i}.{q}": e for (i, q), e in tables.parameters().items()}


@pytest.mark.parametrize("name", estimates())
def test_a_number_has_unit_range_grade_and_source(name):
    e = estimates()[name]
    assert e.low <= e.value <= e.high
    assert all(re.fullmatch(PART, p) for p in e.unit.split("/")) or e.unit in ("", "1/s", "1/min"), e.unit
    if e.source.startswith("assumed:"):
        assert e.grade == "assumed" and len(e.source) > len("assumed: why")
    else:
        assert e.source.split(":")[0] in SOURCES, f"{e.source!r} is no key of references.bib"
    assert e.low < e.high or e.low == e.value == 0, "a range, or an exact nothing"


def test_no_number_without_a_story_in_the_rate_laws():
    """Numbers in code other than 0, 1, 2 and powers of ten that convert units stand in named constants."""
    for file in FOLDER.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        tree = ast.parse(text if "from rhizolith.kernels import" in text else "")
        inside = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)]
        for function in inside:
            for node in ast.walk(function):
                if isinstance(node, ast.Constant) and isinstance(node.value, float):
                    allowed = {0.0, 0.5, 0.25, 1.0, 2.0, 60.0, 1000.0, 1e-12, 1e-8, 1e-14}
                    assert node.value in allowed, f"{file.name}: {node.value} in {function.name}"


@pytest.mark.parametrize("mechanism", all_mechanisms())
def test_every_mechanism_finds_something_to_do(bench, mechanism):
    assert any(r.process.mechanism == mechanism for r in bench.model.reactions)


def atoms(bench: Bench, name: str) -> dict[str, float]:
    """Composition by this test's own bookkeeping."""
    pools = bench.model.words.pools
    letters = {"Ox": "C2O4", "Cit": "C6H5O7", "Cat": "C6H4O2", "Sid": "C25H45N6O8"}
    if name in ORGANIC:
        return dict(ORGANIC[name])
    formula = pools.get(name, re.sub(r"[+-]\d*$", "", name))
    total: dict[str, float] = {}
    for symbol, n in elements(formula).items():
        inner = ORGANIC.get(symbol) if symbol in ("Glc", "Ala", "Dom", "Qui") else elements(letters.get(symbol, symbol))
        for element, m in (inner or {}).items():
            total[element] = total.get(element, 0.0) + n * m
    sign = re.search(r"([+-])(\d*)$", name) if name not in pools else None
    total["charge"] = (1 if sign[1] == "+" else -1) * float(sign[2] or 1) if sign else 0.0
    return total


def test_every_reaction_conserves_elements_and_charge(bench):
    assert len(bench.model.reactions) > 300
    for reaction in bench.model.reactions:
        total: dict[str, float] = {}
        size = 0.0
        for name, n in reaction.names.items():
            for element, m in atoms(bench, name).items():
                total[element] = total.get(element, 0.0) + n * m
                size = max(size, abs(n * m))
        kept = {"charge"} if reaction.process.boundary else set(total)
        for element in kept:
            assert abs(total.get(element, 0.0)) <= 1e-9 * max(size, 1), f"{reaction}: {element}"


def test_rates_are_finite_and_never_run_backwards(bench):
    for state in states(bench):
        for name, value in bench.rates(state).items():
            assert np.isfinite(value), name
            assert value >= 0 or name.startswith(SIGNED), f"{name} = {value}"


def test_nothing_is_taken_from_what_is_not_there(bench):
    pools = set(bench.model.words.pools) - {"O2(g)", "CO2(g)"}
    components = {row["component"] for row in tables.organics().values()} | {"O2", "NH4+"}
    for reaction in bench.model.reactions:
        name = reaction.process.name
        for unknown, n in reaction.unknowns.items():
            if n >= 0 or (unknown not in pools and unknown not in components) or name.startswith(SIGNED):
                continue
            if unknown == "NH4+" and reaction.process.mechanism == "microbial_life":
                continue  # the nitrogen of the food is set free by breathing: see the test below
            before, without = bench.rate(name), bench.rate(name, {unknown: 0.0})
            assert without == 0 or abs(without) < 1e-9 * abs(before), f"{name} goes on without {unknown}"


def test_microbes_without_ammonium_build_only_from_the_nitrogen_of_their_food(bench):
    rates = bench.rates({"NH4+": 0.0})
    for organic in (o for o in bench.model.scene.organics if o.substrate):
        eaten = [r for n, r in bench.reactions.items() if n.endswith(f":resource_acquisition:{organic.name}")]
        net = sum(float(rates[r.process.name]) * r.unknowns.get("NH4+", 0.0) for r in eaten if ":" in r.process.name)
        assert net >= -1e-20, organic.name


def complex_values(outputs, values):
    """The outputs in complex numbers."""
    result = {}
    for i in reachable(outputs):
        op, *args = outputs[0].graph.nodes[i]
        if op == "const":
            result[i] = args[0]
        else:
            result[i] = np.asarray(values[args[0]]) if op == "sym" else _NUMPY[op](*(result[a] for a in args))
    return [result[o.index] for o in outputs]


def test_slopes_agree_with_a_complex_step(bench):
    """The traced derivatives of a sum of all rates of each mechanism against df/dx = Im f(x + ih)/h."""
    graph = bench.model.system.graph
    unknowns = [u for u in bench.model.system.unknowns if "@" not in u and not u.startswith("ln:site")]
    totals = {}
    for r in bench.model.reactions:
        totals[r.process.mechanism] = totals.get(r.process.mechanism, graph.constant(0)) + graph.lift(r.process.rate)
    outputs = list(totals.values())
    exact = jacobian(outputs, [graph.symbol(u) for u in unknowns])
    keys = list(exact)
    values = [float(v) for v in evaluate(outputs, bench.values)]
    slopes = dict(zip(keys, evaluate([exact[k] for k in keys], bench.values), strict=True))
    for j, unknown in enumerate(unknowns):
        x = bench.values[unknown]
        h = 1e-30
        moved = complex_values(outputs, {**bench.values, unknown: x + 1j * h})
        for i, (mechanism, value) in enumerate(zip(totals, moved, strict=True)):
            step, slope = np.imag(value) / h, float(slopes.get((i, j), 0.0))
            size = max(abs(step), abs(slope), 1e-3 * abs(values[i]) / abs(x))  # what cancels is known less well
            assert abs(step - slope) <= 1e-9 * size, f"{mechanism} by {unknown}"
