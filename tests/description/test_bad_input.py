"""Every wrong input is refused in words, with file, line and fix; all problems at once; never a crash."""

from __future__ import annotations

import random

import pytest
from nonsense import BAD_SCENARIOS, BAD_SOILS

from rhizolith.description.scenario import Held, Root, Scenario, Soil
from rhizolith.errors import InputError


def _said(read, path):
    with pytest.raises(InputError) as caught:
        read(path)
    return caught.value.problems


@pytest.mark.parametrize("name", BAD_SOILS)
def test_a_wrong_soil_is_refused_where_it_is_wrong(name, tmp_path):
    _check(Soil.read, tmp_path, *BAD_SOILS[name])


@pytest.mark.parametrize("name", BAD_SCENARIOS)
def test_a_wrong_scenario_is_refused_where_it_is_wrong(name, tmp_path):
    _check(Scenario.read, tmp_path, *BAD_SCENARIOS[name])


def _check(read, folder, text, line, what, fix):
    path = folder / "input.yaml"
    path.write_text(text, encoding="utf-8")
    problems = _said(read, path)
    assert any(p.where == f"{path}:{line}" and what in p.what and fix in p.fix for p in problems), problems
    assert all(p.fix for p in problems), problems


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path):
    path = tmp_path / "soil.yaml"
    path.write_text("pH: 55\nclay: lots\nporosity: 3\nminerals:\n  unobtainium: 1 g/kg\nphh: 4\n", encoding="utf-8")
    problems = _said(Soil.read, path)
    assert [p.where.rpartition(":")[2] for p in problems] == ["1", "2", "3", "5", "6"]


def test_problems_of_the_soil_file_come_with_those_of_the_scenario(tmp_path):
    (tmp_path / "soil.yaml").write_text("pH: 55\n", encoding="utf-8")
    (tmp_path / "run.yaml").write_text("soil: soil.yaml\nduration: -1 days\n", encoding="utf-8")
    places = [p.where for p in _said(Scenario.read, tmp_path / "run.yaml")]
    assert places == [f"{tmp_path / 'run.yaml'}:2", f"{tmp_path / 'soil.yaml'}:1"]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"# only a remark\n", "is empty"),
        (bytes(range(256)), "UTF-8"),
        ("pH: 5\nname: Böden".encode("latin-1"), "UTF-8"),
        ("pH: 5\n".encode("utf-16"), "UTF-8"),
        (b"pH: 5\x00\n", "no text file has"),
        (b"pH: " + b"[" * 5000, "nested too deeply"),
        (b"x" * 2_100_000, "longer than"),
        (b"a: [" + b"1," * 60_000 + b"]", "more than 50000"),
    ],
)
def test_a_file_that_is_no_description_is_refused(content, what, tmp_path):
    path = tmp_path / "input.yaml"
    path.write_bytes(content)
    for read in (Soil.read, Scenario.read):
        assert any(what in p.what for p in _said(read, path))


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    assert "cannot be read" in _said(Soil.read, tmp_path / "nowhere.yaml")[0].what
    assert "is a folder" in _said(Scenario.read, tmp_path)[0].what
    assert "cannot be read" in _said(Soil.read, "nul\0byte")[0].what


@pytest.mark.parametrize(
    "make",
    [
        lambda: Soil(name="x", pH=55, bulk_density=1000, porosity=0.5, water_content=0.2),
        lambda: Soil(name="x", pH=5, bulk_density=1000, porosity=1.5, water_content=0.2),
        lambda: Soil(name="x", pH=5, bulk_density=1000, porosity=0.5, water_content=0.2, minerals={"goethite": -1}),
        lambda: Soil(name="x", pH=5, bulk_density=1000, porosity=0.5, water_content=0.2, minerals={"gold": 1}),
        lambda: Soil(name="x", pH=float("nan"), bulk_density=1000, porosity=0.5, water_content=0.2),
        lambda: Held(mineral="goethite", carbon=-1),
        lambda: Root(radius=0.01, length_density=1e5),
        lambda: Root(radius=-1, length_density=1e4),
    ],
)
def test_what_is_impossible_in_a_file_is_impossible_in_python(make):
    with pytest.raises(InputError) as caught:
        make()
    assert caught.value.problems[0].what


NOISE = [
    "\t",
    ":",
    "- ",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    "#",
    "&a ",
    "*a",
    "!!set ",
    "|\n",
    "-",
    "e9",
    "±",
    "NaN",
    "\x07",
]


def _mutated(text: str, dice: random.Random) -> str:
    """One to four cuts, doublings, swaps or insertions."""
    for _ in range(dice.randint(1, 4)):
        at, end = sorted((dice.randrange(len(text) + 1), dice.randrange(len(text) + 1)))
        end = min(end, at + 30)
        way = dice.randrange(5)
        if way == 0:
            text = text[:at] + text[end:]
        elif way == 1:
            text = text[:end] + text[at:end] + text[end:]
        elif way == 2:
            text = text[:at] + dice.choice(NOISE) + text[at:]
        elif way == 3:
            lines = text.splitlines(keepends=True)
            dice.shuffle(lines)
            text = "".join(lines)
        else:
            text = text[:at] + chr(dice.randrange(1, 0x2500)) + text[at:]
    return text


@pytest.mark.parametrize("name", ["demo", "scenario", "soil"])
def test_a_mutilated_template_is_read_or_refused_never_a_crash(name, tmp_path):
    from importlib.resources import files

    text = (files("rhizolith.description") / "templates" / f"{name}.yaml").read_text(encoding="utf-8")
    read = Soil.read if name == "soil" else Scenario.read
    path, dice, refused = tmp_path / "mutant.yaml", random.Random(20), 0
    for _ in range(400):
        mutant = _mutated(text, dice)
        path.write_text(mutant, encoding="utf-8")
        try:
            read(path)
        except InputError as error:
            refused += 1
            assert error.problems and all(str(path) in p.where for p in error.problems), mutant
    assert 50 < refused < 400
