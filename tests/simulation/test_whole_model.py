"""The modular engine and the plain file beside this one solve the same model."""

import numpy as np
import pytest
from whole_model import GASES, SOLIDS, WholeModel

from rhizolith.description.scenario import Held, Root, Scenario, Soil
from rhizolith.kernels import evaluate
from rhizolith.knowledge import tables
from rhizolith.simulation.run import parameters_of, run, transport_of

HOUR = 3600.0
SOIL = Soil(
    name="made up for tests", pH=5.4, bulk_density=1000, porosity=0.6, water_content=0.35, organic_carbon=2.0, cec=0.08,
    acid_groups=0.1, biomass=0.02, minerals={"ferrihydrite": 0.1, "gibbsite": 0.1},
    associations=(
        Held(mineral="ferrihydrite", carbon=0.3, denticity=2),
        Held(mineral="ferrihydrite", arrangement="coprecipitated", carbon=0.2),
        Held(mineral="gibbsite", bond="outer_sphere", carbon=0.1),
        Held(mineral="gibbsite", bond="hydrophobic", arrangement="outer_layer", carbon=0.05),
    ),
)  # fmt: skip
SCENARIO = Scenario(
    name="whole", soil=SOIL, root=Root(radius=2e-4, length_density=2e5), cells=2, duration=8.5 * HOUR,
    output_every=0.5 * HOUR, organics=("sugar", "oxalate", "catechol"), tolerance=1e-9,
)  # fmt: skip


@pytest.fixture(scope="module")
def done():
    return run(SCENARIO)


@pytest.fixture(scope="module")
def whole(done):
    """The plain model with the numbers of the scenario."""
    model, root = done.model, SCENARIO.root
    water, air = SOIL.water_content, SOIL.porosity - SOIL.water_content
    wet, dry = (x ** (10 / 3) / SOIL.porosity**2 for x in (water, air))
    organics = {row["component"]: name for name, row in tables.organics().items()}
    free = {
        c: tables.known(c if c in ("O2", *GASES) else organics.get(c, "ions"), "diffusion").value
        for c in (*model.speciation.components, *GASES)
    }
    return WholeModel(
        parameters_of(model), model.speciation, model.exchangers, water, air, SOIL.bulk_density, root.radius,
        root.outer, done.grid.faces, {c: d * (dry if c in GASES else wet) for c, d in free.items()},
        tables.known("root", "water_uptake").value * 2 * np.pi * root.radius,
    )  # fmt: skip


def state(done, k):
    return dict(zip(done.model.system.unknowns, done.trajectory.y[k], strict=True))


def test_half_an_hour_of_the_morning_agrees_to_a_millionth(done, whole):
    """From the state of 8 o'clock, when the root is awake, every concentration at half past eight."""
    found, ledger = whole.follow(state(done, -2), 8 * HOUR, 8.5 * HOUR, rtol=1e-9)
    engine = state(done, -1)
    for name in (*whole.components, *GASES, *SOLIDS):
        assert np.allclose(found[name], engine[name], rtol=1e-6, atol=1e-9 * np.abs(engine[name]).max()), name
    assert np.allclose(found["pH"], -engine["ln:H+"] / np.log(10), rtol=0, atol=1e-6)
    moved = (done.trajectory.integrals[-1] - done.trajectory.integrals[-2]) @ done.grid.volumes
    attributed = {}
    for reaction, extent in zip(done.model.reactions, moved, strict=True):
        p = reaction.process
        if p.association:
            entry = (p.association, p.mechanism, 1 if p.direction == "formation" else -1)
            attributed[entry] = attributed.get(entry, 0.0) + extent
    assert set(attributed) == set(ledger)
    largest = max(attributed.values())
    for entry, mine in ledger.items():
        assert mine == pytest.approx(attributed[entry], rel=1e-6, abs=1e-9 * largest), entry


@pytest.mark.parametrize("k", [0, 1, 6, 12, 13, 17])
def test_rates_agree_at_every_hour(done, whole, k):
    """What each pool gains and loses by all reactions and by transport, night and day."""
    begin, t = state(done, k), k * HOUR / 2
    y = whole.start(begin)
    n = len(whole.components) + len(GASES) + len(SOLIDS)
    mine = whole.slope(t, y)[: n * whole.cells].reshape(n, -1)
    system = done.model.system
    values = {**begin, **parameters_of(done.model), **done.cell_data, "t": t}
    extents = evaluate(list(system.quadratures.values()), values)
    flow = float(evaluate([system.flow], values)[0])
    for name, found in zip((*whole.components, *GASES, *SOLIDS), mine, strict=True):
        weight = SOIL.bulk_density if name in SOLIDS else whole.air if name in GASES else 1.0
        parts = [
            r.unknowns[name] * np.broadcast_to(e, whole.cells)
            for r, e in zip(done.model.reactions, extents, strict=True) if name in r.unknowns
        ]  # fmt: skip
        if name in system.mobile:
            parts.append(carried(done, system.mobile.index(name), begin[name], flow))
        size = max((np.abs(p).max() for p in parts), default=0.0)
        # the engine's states keep their equilibria to about 1e-8, the plain file solves them anew: what is dissolved
        # differs by that, and so does diffusion, by as much of what passes both ways
        passing = (
            np.abs(transport_of(done.model, done.grid).still[1][system.mobile.index(name)] * begin[name]).max()
            if name in whole.components
            else 0.0
        )
        assert np.allclose(found * weight, sum(parts), rtol=0, atol=1e-6 * size + 1e-8 * passing + 1e-25), name


def carried(done, j, c, flow):
    """What the engine's transport brings."""
    transport = transport_of(done.model, done.grid)
    below, here, above = (a[j] + flow * b[j] for a, b in zip(transport.still, transport.flowing, strict=True))
    before, after = np.append(0, c[:-1]), np.append(c[1:], 0)
    return below * before + here * c + above * after
