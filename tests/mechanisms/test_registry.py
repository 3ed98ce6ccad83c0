"""Mechanisms are found by being there; one more takes one file."""

from pathlib import Path

import pytest

from rhizolith.description.scenario import Scenario
from rhizolith.errors import InputError, ModelError
from rhizolith.mechanisms import registry
from rhizolith.simulation import simulate
from rhizolith.simulation.assemble import assemble

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def own(monkeypatch):
    """Loads a file for one test only."""
    monkeypatch.setattr(registry, "_loaded", {})
    return registry.load


def test_the_example_takes_part_in_a_run(own):
    assert [m.name for m in own(EXAMPLES / "my_mechanism.py")] == ["bicarbonate_exchange"]
    scenario = Scenario.read(EXAMPLES / "calcareous_root.yaml")
    run = simulate(scenario, cells=2, duration=43200.0, output_every=21600.0)
    freed = run.disrupted.sel(mechanism="bicarbonate_exchange").isel(time=-1)
    assert float(freed.sum()) > 0
    touched = {str(a) for a in run.association.values if float(freed.sel(association=a)) > 0}
    assert touched and all("/outer_sphere/" in a for a in touched)
    assert abs(run.balance).max() < 1e-10


def test_a_scenario_can_leave_it_out(own):
    own(EXAMPLES / "my_mechanism.py")
    scenario = Scenario.read(EXAMPLES / "calcareous_root.yaml").model_copy(
        update={"exclude": ("bicarbonate_exchange",)}
    )
    assert not [r for r in assemble(scenario).reactions if r.process.mechanism == "bicarbonate_exchange"]


def test_an_equation_that_does_not_balance_is_refused_by_name(own, tmp_path):
    text = (EXAMPLES / "my_mechanism.py").read_text(encoding="utf-8")
    text = text.replace(
        'yield freeing(scene, association, rate, self.name, "none")',
        'yield Process(f"{association.name} = 2 Dom", rate, self.name, "wrong")',
    )
    (tmp_path / "wrong.py").write_text(text, encoding="utf-8")
    own(tmp_path / "wrong.py")
    with pytest.raises(ModelError, match=r"bicarbonate_exchange.*does not balance \(.*C: left 1, right 2"):
        assemble(Scenario.read(EXAMPLES / "calcareous_root.yaml"))


def test_a_file_without_a_mechanism_is_refused(own, tmp_path):
    (tmp_path / "empty.py").write_text("x = 1\n")
    with pytest.raises(InputError, match="defines no mechanism"):
        own(tmp_path / "empty.py")
    with pytest.raises(InputError, match="is no Python file"):
        own(tmp_path / "missing.py")


def test_an_unknown_name_comes_with_the_closest():
    with pytest.raises(InputError, match="proton_dissolution"):
        registry.select(include=["proton_disolution"])


def test_a_kept_mechanism_is_named_as_its_file():
    folder = Path(registry.__file__).parent
    for mechanism in registry.all_mechanisms().values():
        assert (folder / f"{mechanism.name}.py").exists()
