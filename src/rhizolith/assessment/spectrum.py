"""The vulnerability spectrum of one soil: association × mechanism, with bands, intervals, reasons and grade."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from rhizolith.assessment.exposure import unstated, upstream
from rhizolith.assessment.inventory import Inventory, associations
from rhizolith.assessment.measured import Measured
from rhizolith.assessment.molecular import measured_keys
from rhizolith.assessment.molecular import traits as molecular_traits
from rhizolith.assessment.susceptibility import Rule, mechanisms, never, rules_for, trait_range
from rhizolith.errors import InputError, Problem
from rhizolith.knowledge import evidence

BANDS = ("lowest", "low", "middle", "high", "highest")
"""fifths of this soil's own cells, by rank: an order within the soil, not an amount"""
NEEDS = {
    "coverage": (
        "organic_carbon",
        "mineral_held_carbon",
        "oxalate_iron",
        "oxalate_aluminium",
        "dithionite_iron",
        "clay",
    ),
    "charge": ("pH",),
}
"""what a trait of the soil follows from"""
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Why:
    """The grounds of one cell: what spoke, what did not, what was lacking, and how strong it is."""

    association: str
    mechanism: str
    fired: tuple[tuple[Rule, str], ...]
    silent: tuple[tuple[str, str], ...]
    lacked: tuple[str, ...]
    arrows: tuple[evidence.Edge, ...]
    strength: str

    @property
    def claims(self) -> tuple[str, ...]:
        """Ids of the claims it rests on."""
        found = [c for rule, _ in self.fired for c in rule.claims] + [a.claim for a in self.arrows if a.sign in "+-&"]
        return tuple(dict.fromkeys(found))

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of the works behind the claims."""
        return tuple(sorted({s for c in self.claims for s in evidence.claim(c).refs_resolved}))

    def __str__(self) -> str:
        lines = [f"{self.association} × {self.mechanism}: {self.strength}", "rules that fired:"]
        lines += [f"  {r.rule} {r.words} ({how}; {r.strength}; {', '.join(r.claims)})" for r, how in self.fired] or [
            "  none"
        ]
        lines += ["rules that did not:", *(f"  {what}: {why}" for what, why in self.silent)]
        lines += ["lacking: " + (", ".join(self.lacked) or "nothing")]
        lines += [
            "set off by:",
            *(f"  {a.source} → {a.target} ({a.means}; {a.claim})" for a in self.arrows if a.sign in "+-"),
            *(f"  only with {a.source} ({a.means}; {a.claim})" for a in self.arrows if a.sign == "&"),
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class Spectrum:
    """What one soil holds, how susceptible and how exposed it is, and so how vulnerable.

    Arrays are sampled: `susceptibility` and `vulnerability` (samples, associations, mechanisms), `exposure` (samples,
    mechanisms), `formation` (samples, associations); all on 0..1 and ordinal. The spectrum is a hypothesis.
    """

    soil: Measured
    inventory: Inventory
    susceptibility: np.ndarray
    exposure: np.ndarray
    formation: np.ndarray
    nodes: dict[str, np.ndarray]
    columns: dict[str, np.ndarray]
    seed: int = 1

    @property
    def associations(self) -> list[str]:
        """Kinds of association, in the order of the table of associations."""
        return list(associations())

    @property
    def mechanisms(self) -> list[str]:
        """Mechanisms, variants apart."""
        return mechanisms()

    @cached_property
    def vulnerability(self) -> np.ndarray:
        """Susceptibility × exposure: both are needed, both are shown."""
        return self.susceptibility * self.exposure[:, None, :]

    @cached_property
    def ranks(self) -> np.ndarray:
        """(samples, associations, mechanisms) percentile of each cell among the soil's cells that are not excluded."""
        v = self.vulnerability.reshape(len(self.vulnerability), -1)
        free = ~np.concatenate([never(m)[:, None] for m in self.mechanisms], axis=1).ravel()
        order = np.argsort(np.argsort(v[:, free], axis=1), axis=1)
        out = np.zeros_like(v)
        out[:, free] = (order + 0.5) / free.sum()
        return out.reshape(self.vulnerability.shape)

    @cached_property
    def by_mechanism(self) -> np.ndarray:
        """(samples, mechanisms) vulnerability weighted by the carbon that associations hold (could hold, if none)."""
        carbon = self.inventory.carbon[0] + 1e-6 * self.inventory.capacity[0]
        share = carbon / np.maximum(carbon.sum(axis=1, keepdims=True), 1e-9)
        return np.einsum("sa,sam->sm", share, self.vulnerability)

    @cached_property
    def prevailing(self) -> dict[str, float]:
        """Mechanism → share of the samples in which it comes first for the soil as a whole."""
        first = np.bincount(self.by_mechanism.argmax(axis=1), minlength=len(self.mechanisms)) / len(self.by_mechanism)
        return dict(sorted(zip(self.mechanisms, first.tolist(), strict=True), key=lambda kv: -kv[1]))

    @cached_property
    def table(self) -> Any:
        """One row a cell: band, interval of the rank, the two factors, stability, strength of evidence, formation."""
        from rhizolith.assessment.spectrum_table import cells

        return cells(self)

    @property
    def inventory_table(self) -> Any:
        """One row an association: carbon with its range, formation, and where the numbers come from."""
        from rhizolith.assessment.spectrum_table import stocks

        return stocks(self)

    def to_dataset(self) -> Any:
        """The same as an xarray.Dataset with `quantile` as a dimension; `rhizolith.report` makes a page of it."""
        from rhizolith.assessment.spectrum_dataset import dataset

        return dataset(self)

    @property
    def what_to_measure(self) -> Any:
        """What each missing measurement would be worth, best first."""
        from rhizolith.assessment.worth import worth_of_measuring

        return worth_of_measuring(self)

    def why(self, association: str, mechanism: str) -> Why:
        """Rules that fired, rules that did not, and the inputs they lacked; InputError for an unknown name."""
        _known("association", association, self.associations)
        _known("mechanism", mechanism, self.mechanisms)
        return explain(self.soil, association, mechanism)

    def __str__(self) -> str:
        first, share = next(iter(self.prevailing.items()))
        low, mid, high = np.quantile(self.inventory.held[0], QUANTILES)
        return (
            f"{self.soil.title}: {mid:.3g} ({low:.3g} to {high:.3g}) g C/kg held by minerals; first {first} in "
            f"{share:.0%} of the samples; a hypothesis, not a prediction"
        )


def _known(what: str, name: str, names: list[str]) -> None:
    from difflib import get_close_matches

    if name not in names:
        near = get_close_matches(name, names, 3, 0.3) or names
        raise InputError(Problem(what, f"{name!r} is not in this spectrum", f"did you mean {', '.join(near)}?"))


def explain(soil: Measured, association: str, mechanism: str) -> Why:
    """The grounds of one cell for one soil."""
    fired, silent, lacked = [], [], []
    for rule in rules_for(mechanism, "zero"):
        top = trait_range(association, rule.trait)[1]
        if top == 0:
            fired.append((rule, f"{rule.trait} 0: excluded"))
        else:
            silent.append((f"{rule.rule} {rule.words}", f"{rule.trait} reaches {top}"))
    excluded = bool(fired)
    for rule in rules_for(mechanism):
        if rule.trait in NEEDS:
            missing = [k for k in NEEDS[rule.trait] if not soil.given(k)[0]]
            bare = rule.trait == "charge" and not associations()[association]["pzc_low"]
            lacked += [] if bare else missing
            how = "from the soil's measurements" if not missing else f"sampled without {', '.join(missing)}"
            how = "no mineral surface of its own: sampled over the whole range" if bare else how
        else:
            low, high = trait_range(association, rule.trait)
            how = f"{rule.trait} {low} to {high} of 3, {'raises' if rule.direction == '+' else 'lowers'}"
        (silent if excluded else fired).append((f"{rule.rule} {rule.words}", "excluded") if excluded else (rule, how))  # type: ignore[arg-type]
    for rule in rules_for(mechanism, "measured"):
        keys = measured_keys(soil, rule.trait)
        if keys:
            fired.append(
                (rule, f"from {', '.join(keys)} of this soil, {'raises' if rule.direction == '+' else 'lowers'}")
            )
        else:
            wanted = " or ".join(r["key"] for r in molecular_traits()[rule.trait])
            silent.append((f"{rule.rule} {rule.words}", f"nobody measured {wanted}"))
    arrows = tuple(upstream(mechanism))
    silent += [
        (f"{a.edge} {a.source} → {a.target}", "sign unknown or an interaction") for a in arrows if a.sign in "?x"
    ]
    counted = tuple(dict.fromkeys(c for rule, _ in fired for c in rule.claims))
    paths = () if excluded else tuple(a.claim for a in arrows if a.sign in "+-&")
    lacked += [f"setting: {key}" for key in unstated(soil, mechanism)]
    return Why(
        association, mechanism, tuple(fired), tuple(silent), tuple(dict.fromkeys(lacked)), arrows,
        evidence.weakest(counted + paths),
    )  # fmt: skip
