"""No figure of an analyzed experiment lacks its n, its test or why none, an interval or why none, units and data."""

from __future__ import annotations

import html as entities
import re
from pathlib import Path

import pytest
from matplotlib.ticker import FixedLocator, NullLocator

from rhizolith.analysis.experiment.analyze import analyze
from rhizolith.description.experiment.example import write_example
from rhizolith.reporting.figure import Panel
from rhizolith.reporting.section import sections_for

N = re.compile(r"\bn \d+")
TESTED = re.compile(
    r"F tests|PERMANOVA|moderated t|Mantel's r|OPLS-DA|p by|\bp [<≤]? ?0|q <|[Nn]ot tested|without a test|not tests?\b|"
    r"does not test|told from 0|[Tt]oo few treatments for a test"
)
INTERVAL = re.compile(r"interval|region of the mean|ellipses hold")
BARE = re.compile(r"\b1 [a-z]+(?:ies|ses|[^s']s) (?:were|are|have)\b")


@pytest.fixture(scope="module")
def pieces(tmp_path_factory):
    """Every section of the bundled experiment, with few shuffles; pictures are not rendered."""
    folder = tmp_path_factory.mktemp("pots")
    write_example(folder)
    tree = analyze(folder, permutations=19, draws=20)
    patch = pytest.MonkeyPatch()
    patch.setattr(Panel, "svg", lambda self, drawn=None: "<svg></svg>")
    found = {s.name: piece for s in sections_for("analyze") if (piece := s.body(tree)) is not None}
    patch.undo()
    return found


@pytest.fixture(scope="module")
def panels(pieces) -> list[Panel]:
    return [p for piece in pieces.values() for p in piece.panels]


def test_every_figure_says_n_test_and_interval(panels):
    assert len(panels) > 40
    lacking = {
        what: [p.name for p in panels if not rule.search(p.about)]
        for what, rule in (("n", N), ("test", TESTED), ("interval", INTERVAL))
    }
    assert lacking == {"n": [], "test": [], "interval": []}


def test_every_figure_has_its_data(panels):
    assert [p.name for p in panels if p.table.empty] == []
    names = [p.name for p in panels]
    assert len(names) == len(set(names))


def test_every_axis_has_a_unit_or_names(panels):
    """An axis of numbers has a label with its unit in brackets (`no unit` too); one of words needs none."""
    lacking = []
    for panel in panels:
        for axes in panel.figure().axes:
            if not axes.axison:
                continue
            for axis in (axes.xaxis, axes.yaxis):
                words = isinstance(axis.get_major_locator(), FixedLocator)
                bare = isinstance(axis.get_major_locator(), NullLocator) or not len(axis.get_majorticklocs())
                label = axis.label.get_text()
                known = re.search(r"\([^)]+\)|same unit|NMDS|PCo\d|ρ|R²|standard deviations", label)  # may be wrapped
                inside = axes.get_title() or (axes.get_label() == "<colorbar>")
                if not (words or bare or known or inside):
                    lacking.append((panel.name, axis.axis_name, label))
    assert lacking == []


def test_no_table_names_a_p_without_its_test_or_an_end_without_its_level(pieces):
    odd = []
    for name, piece in pieces.items():
        for head in re.findall(r"<thead>(.*?)</thead>", str(piece.html), flags=re.S):
            cells = [entities.unescape(c) for c in re.findall(r"<th>(.*?)</th>", head)]
            odd += [(name, c) for c in cells if c in ("p", "from", "low", "high", "counts", "η²")]
            if any(re.match(r"Mean($| ±|:| \(| distance)", c) for c in cells):
                odd += [] if any(re.search(r"\bn\b", c) for c in cells) else [(name, cells)]
    assert odd == []


def test_words_are_those_of_a_person(pieces):
    """Names of terms and counts read as sentences: no `plant:amendment`, no `1 quantities were`."""
    for name, piece in pieces.items():
        if name in ("analyze-made", "analyze-definitions", "analyze-problems"):
            continue
        text = entities.unescape(re.sub(r"<[^>]+>", " ", str(piece.html)))
        assert "plant:amendment" not in text, name
        assert not BARE.search(text), (name, BARE.search(text))
        assert not re.search(r"\b(nan|None|not a number)\b", text.replace("None is named", "")), name


def test_every_work_that_is_named_stands_among_the_sources(pieces):
    named = set(re.findall(r"\(([A-Z][a-zà-ÿ]+)(?:,? (?:and )?(?:ter )?[A-Z][\w-]+| et al\.)* (\d{4})", _text(pieces)))
    listed = re.findall(r'<li id="source-(\w+)">', str(pieces["analyze-sources"].html))
    missing = {f"{a}{y}" for a, y in named if not any(k.startswith(_plain(a)[:5]) and k.endswith(y) for k in listed)}
    assert missing == set() and len(named) > 10


def _text(pieces) -> str:
    return entities.unescape(re.sub(r"<[^>]+>", " ", str(pieces["study-methods"].html)))


def _plain(name: str) -> str:
    return name.replace("à", "a").replace("è", "e")


def test_contradictions_are_named_with_a_reason(pieces):
    text = entities.unescape(str(pieces["analyze-disagreements"].html))
    assert "Neither tests limitation" in text  # enzyme vectors against threshold ratios in the bundled experiment
    assert "R²Y" in text and "only Q² says what is predicted" in text


def test_the_first_section_answers_what_is_asked(pieces):
    text = entities.unescape(re.sub(r"<[^>]+>", "", str(pieces["analyze-summary"].html)))
    for about in ("Outcome.", "Acidity.", "Limitation by enzymes.", "Labile organic matter.", "Life strategies."):
        assert about in text, about
    assert Path(__file__).name not in text
