"""What the literature claims: every item with its status, evidence, references and scale; and the network of causes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rhizolith.errors import ModelError
from rhizolith.knowledge.tables import rows

STRENGTH = ("hypothesis", "limited", "established")
"""from weak to strong; a conclusion is as strong as the weakest claim that it rests on"""
CAVEAT = (
    "The vulnerability spectrum is a hypothesis to guide research, not a prediction: most of its evidence comes "
    "from batch tests of pure minerals with simple compounds, without plants or microbes."
)
"""of claims I-002 and I-003; shown wherever a spectrum is shown"""


@dataclass(frozen=True)
class Claim:
    """One checkable item of the sources, in other words than theirs.

    `status` is one or two of D (definition), E (established), L (limited evidence), H (the authors' hypothesis),
    Q1..Q7 (open question), N (number), X (anomaly of the source). `figure_seen` is None where no figure is
    involved and False where the item rests on a figure that was read only through its caption.
    """

    id: str
    section: str
    status: tuple[str, ...]
    statement: str
    use: str
    evidence_type: str
    refs_printed: tuple[int, ...]
    refs_resolved: tuple[str, ...]
    figure: str
    figure_seen: bool | None
    scale: str
    note: str

    @property
    def strength(self) -> str:
        """hypothesis, limited or established: the weakest word among the claim's statuses."""
        if any(s[0] in "HQX" for s in self.status) or self.evidence_type == "abstract":
            return "hypothesis"
        return "limited" if "L" in self.status or self.evidence_type == "model only" else "established"

    @property
    def body(self) -> str:
        """The statement and what follows from it."""
        return f"{self.statement} → {self.use}" if self.use else self.statement


@dataclass(frozen=True)
class Edge:
    """One arrow of the network trigger → change → mechanism.

    `sign` is + or -, ? (unknown), x (an interaction) or & (a condition: no more than its source allows).
    """

    edge: str
    source: str
    target: str
    means: str
    sign: str
    agent: str
    claim: str
    status: str
    evidence_type: str
    note: str


@cache
def claims() -> Mapping[str, Claim]:
    """Id → claim, in the order of the sources."""
    return _claims("evidence")


@cache
def beyond() -> Mapping[str, Claim]:
    """Id → claim of works that the two sources do not cite, read since; rules may rest on them."""
    return _claims("evidence_beyond")


def _claims(table: str) -> Mapping[str, Claim]:
    found = {}
    for row in rows(table):
        status = tuple(re.findall(r"Q\d?|[DELHNX]", row["status"]))
        found[row["id"]] = Claim(
            row["id"], row["section"], status, row["statement"], row["use"], row["evidence_type"],
            tuple(int(n) for n in row["refs_printed"].split()), tuple(filter(None, row["refs_resolved"].split(";"))),
            row["figure"], False if row["figure_seen"] == "false" else None, row["scale"], row["note"],
        )  # fmt: skip
    return found


def claim(key: str) -> Claim:
    """One claim, of the sources or beyond; ModelError where the tables hold none of that id."""
    found = claims().get(key) or beyond().get(key)
    if found is None:
        raise ModelError(f"there is no claim {key!r} in evidence.csv or evidence_beyond.csv")
    return found


def weakest(keys: tuple[str, ...]) -> str:
    """The strength of a conclusion that rests on all these claims; a hypothesis when it rests on none."""
    return min((claim(k).strength for k in keys), key=STRENGTH.index, default=STRENGTH[0])


@cache
def network() -> tuple[Edge, ...]:
    """Every arrow from triggers over changes to mechanisms."""
    return tuple(Edge(**row) for row in rows("evidence_network"))


@cache
def nodes() -> Mapping[str, dict[str, str]]:
    """Node of the network → its kind (trigger, change, …), group of the review and label."""
    return {row["node"]: row for row in rows("evidence_nodes")}


@cache
def mechanism_table() -> Mapping[str, dict[str, str]]:
    """Mechanism → the review's label, family, target and claims."""
    return {row["mechanism"]: row for row in rows("evidence_mechanisms")}


def ecosystems() -> list[dict[str, str]]:
    """The ecosystems that the review postulates a prevailing mechanism for; every one a hypothesis."""
    return rows("evidence_ecosystems")


def priorities() -> list[dict[str, str]]:
    """The seven research questions and what here answers each."""
    return rows("evidence_priorities")


def anomalies() -> list[dict[str, str]]:
    """Slips of the source: what is printed and what it is treated as."""
    return rows("evidence_anomalies")
