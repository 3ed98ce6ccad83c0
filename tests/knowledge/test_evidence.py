"""The knowledge base against the checklist, item by item, and against itself."""

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from rhizolith.errors import ModelError
from rhizolith.knowledge import evidence
from rhizolith.reporting.bibliography import parse, read_bibliography

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("RHIZOLITH_SHARED", ROOT.parent / "shared"))
DATA = ROOT / "src" / "rhizolith" / "knowledge" / "data"
ITEMS = {
    "A": 11, "B": 15, "C": 10, "D": 13, "E": 11, "F": 16, "G": 14, "H": 8, "I": 5, "J": 37, "K": 10, "L": 18,
    "M": 32, "N": 6, "O": 7, "X": 8, "P": 11, "R": 7, "S": 9, "U": 14, "V": 6, "W": 6,
}  # fmt: skip


def _cited(text: str) -> list[int]:
    """The numbers of references in brackets."""
    found: list[int] = []
    for group in re.findall(r"\(([^()]*)\)", text):
        inside = re.sub(r"; Fig\. 4| as printed.*|MOA traits reviewed at length in ", "", group)
        if re.fullmatch(r"[\d,–\- ]+", inside):
            for part in inside.split(","):
                low, _, high = part.strip().replace("-", "–").partition("–")
                found += range(int(low), int(high or low) + 1)
    return found


def _checklist() -> dict[str, tuple[str, str]]:
    path = SHARED / "design" / "checklist.md"
    if not path.is_file():
        pytest.skip("skipped: shared data absent")
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("- [ ]"):
            parts = re.split(r"\*\*([A-X]-\d{3})\*\*", line)
            for key, body in zip(parts[1::2], parts[2::2], strict=True):
                status = re.match(r"\s*\[([^\]]+)\]", body)
                found[key] = (status[1] if status else "", body[status.end() if status else 0 :].strip())
    return found


def test_every_item_of_the_checklist_is_held_word_for_word():
    listed = _checklist()
    assert len(listed) == 274
    held = evidence.claims()
    assert set(held) == set(listed)
    rows = {row["id"]: row for row in evidence.rows("evidence")}
    for key, (status, body) in listed.items():
        assert held[key].body == " ".join(body.split()), key
        assert not status or rows[key]["status"] == status, key


def test_the_sections_have_their_items():
    assert Counter(key[0] for key in evidence.claims()) == ITEMS
    assert sum(ITEMS.values()) == 274


def test_every_item_has_a_status_evidence_scale_and_a_source():
    for key, item in evidence.claims().items():
        assert item.status and item.evidence_type and item.scale and item.refs_resolved, key
        assert item.strength in evidence.STRENGTH


def test_references_are_resolved_by_position_and_the_slip_is_the_only_difference():
    works = parse((DATA / "evidence_references.bib").read_text(encoding="utf-8"))
    place = {int(re.match(r"reference (\d+) of", w.fields["note"])[1]): k for k, w in works.items()}
    assert sorted(place) == list(range(1, 171))
    known = set(read_bibliography())
    moved = []
    for key, item in evidence.claims().items():
        if key[0] in "ABCDEFGHIJKLMN" or (key[0] == "O" and key < "O-005"):
            assert list(item.refs_printed) == _cited(item.body), key
        assert set(item.refs_resolved) <= known, key
        straight = [place[n] for n in dict.fromkeys(item.refs_printed)]
        if [k for k in item.refs_resolved if k in works] != straight:
            moved.append(key)
    assert moved == ["H-003", "X-001"]
    assert evidence.claim("H-003").refs_printed == (23,) and "Wang2020" in evidence.claim("H-003").refs_resolved


def test_a_work_without_a_doi_says_so_and_few_are_without():
    works = parse((DATA / "evidence_references.bib").read_text(encoding="utf-8"))
    without = {k for k, w in works.items() if not w.doi}
    says = {k for k, w in works.items() if "no DOI was seen" in w.fields["note"]}
    assert says == without
    # a floor, not a count: a DOI once read must not get lost
    assert len(works) - len(without) >= 98
    dois = [w.doi.lower() for w in works.values() if w.doi]
    assert len(set(dois)) == len(dois)
    assert all(re.fullmatch(r"10\.\d{4,9}/\S+", d) for d in dois)
    for key, work in works.items():
        assert all(work.fields.get(part) for part in ("author", "title", "year")), key


def test_no_key_names_two_works():
    ours = parse((DATA / "evidence_references.bib").read_text(encoding="utf-8"))
    others = parse((DATA / "references.bib").read_text(encoding="utf-8"))
    for key in set(ours) & set(others):
        assert ours[key].fields["year"] == others[key].fields["year"], key
        assert ours[key].fields["author"].split(",")[0] == others[key].fields["author"].split(",")[0], key


def test_what_rests_on_an_unseen_figure_says_so():
    for key, item in evidence.claims().items():
        assert (item.figure_seen is False) == bool(item.figure), key
        if key[0] in "CDEIJ":
            assert item.figure_seen is False, key


def test_every_arrow_of_the_checklist_is_in_the_network():
    arrows = evidence.network()
    assert {a.claim for a in arrows} == {k for k in evidence.claims() if k[0] == "J"}
    names = set(evidence.nodes()) | set(evidence.mechanism_table())
    for arrow in arrows:
        assert {arrow.source, arrow.target} <= names, arrow.edge
        assert arrow.sign in ("+", "-", "?", "x", "&") and arrow.agent in ("root", "microbe", "both", "unknown", "none")
        assert arrow.status in evidence.claim(arrow.claim).status, arrow.edge
    reached = {a.target for a in arrows if a.sign == "+"}
    assert set(evidence.mechanism_table()) <= reached


def test_every_trigger_reaches_several_mechanisms():
    arrows = [a for a in evidence.network() if a.sign in "+x"]
    for trigger in (node for node, row in evidence.nodes().items() if row["kind"] == "trigger"):
        reached, before = {trigger}, 0
        while len(reached) > before:
            before = len(reached)
            reached |= {a.target for a in arrows if a.source in reached}
        assert len(reached & set(evidence.mechanism_table())) > 1, trigger


def test_the_nine_mechanisms_of_the_review_and_their_variants():
    table = evidence.mechanism_table()
    assert Counter(row["family"] for row in {r["abbreviation"]: r for r in table.values()}.values()) == {
        "dissolution": 3, "desorption": 3, "depolymerization": 3,
    }  # fmt: skip
    assert {m for m, row in table.items() if row["abbreviation"] == "LX"} == {"ligand_exchange", "ion_exchange"}
    assert sum(row["abbreviation"] == "RD" for row in table.values()) == 2


def test_ecosystems_priorities_and_anomalies_are_complete():
    stated = {c for row in evidence.ecosystems() for c in row["claims"].split(";")}
    assert {f"L-{n:03d}" for n in (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17)} <= stated
    expected = {m.lstrip("-") for row in evidence.ecosystems() for m in row["expected"].split(";")}
    assert expected <= set(evidence.mechanism_table())
    asked = [c for row in evidence.priorities() for c in row["claims"].split(";")]
    assert [row["question"] for row in evidence.priorities()] == [f"Q{n}" for n in range(1, 8)]
    assert {k for k in evidence.claims() if k[0] == "M"} <= set(asked)
    assert [row["id"] for row in evidence.anomalies()] == [f"X-{n:03d}" for n in range(1, 9)]


def test_a_conclusion_is_as_strong_as_its_weakest_claim():
    assert evidence.weakest(("F-008", "G-009")) == "limited"
    assert evidence.weakest(("F-008", "L-013")) == "hypothesis"
    assert evidence.weakest(()) == "hypothesis"
    with pytest.raises(ModelError, match="Z-001"):
        evidence.claim("Z-001")
