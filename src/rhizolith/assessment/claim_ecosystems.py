"""Which mechanism the rules put first in the soils that stand for the ecosystems of the review, and why."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rhizolith.assessment.assess import assess
from rhizolith.assessment.spectrum import Spectrum
from rhizolith.assessment.susceptibility import TRAITS, trait_range
from rhizolith.errors import ModelError
from rhizolith.knowledge import evidence

SAMPLES = 1000


def ecosystem(text: str) -> tuple[bool, str]:
    """`name @ mechanism of trait>=level`: what the review postulates comes first in its family, in that soil.

    Without a mechanism every postulated one is tried, each without the other postulated ones; one with a minus is to
    come last. Variants under one label of the review are no rivals. Where the claim names what it speaks of (`of`),
    only the associations whose whole range of the trait lies there count. A rank that differs is told with its why.
    """
    text, _, target = (part.strip() for part in text.partition(" of "))
    name, _, only = (part.strip() for part in text.partition("@"))
    row = next((r for r in evidence.ecosystems() if r["ecosystem"] == name), None)
    if row is None:
        raise ModelError(f"there is no ecosystem {name!r} in evidence_ecosystems.csv")
    spectrum = ecosystem_spectrum(row)
    share = _share(spectrum, chosen(spectrum.associations, target))
    middle = dict(zip(spectrum.mechanisms, np.median(_by(spectrum, share), axis=0), strict=True))
    expected = [m.lstrip("-") for m in row["expected"].split(";")]
    good, told = [], []
    for item in row["expected"].split(";"):
        mechanism = item.lstrip("-")
        if only and mechanism != only:
            continue
        rest = [m for m in _group(mechanism, middle) if m not in expected or m == mechanism]
        place = rest.index(mechanism) + 1
        good.append(place == len(rest) if item.startswith("-") else place == 1)
        told.append(f"{name}: {mechanism} is {place} of {len(rest)} in its family" + (f" ({target})" if target else ""))
        if not good[-1]:
            told[-1] += _why(spectrum, share, mechanism, rest[0] if place > 1 else rest[-1])
    return all(good), "; ".join(told)


def ecosystem_spectrum(row: Mapping[str, str]) -> Spectrum:
    """The spectrum of the soil and setting that stand for an ecosystem."""
    from rhizolith.assessment.measured import inputs, settings

    numbers = {k: float(row[k]) for k in row if k in inputs() and row[k]}
    return assess(numbers, setting={k: row[k] for k in row if k in settings() and row[k]}, samples=SAMPLES)


def chosen(names: list[str], target: str) -> np.ndarray:
    """(associations,) true where all levels of a trait lie at or beyond one: `supramolecular>=2`, `bond<=1`."""
    if not target:
        return np.ones(len(names), dtype=bool)
    mark = ">=" if ">=" in target else "<="
    trait, _, level = target.partition(mark)
    if trait not in TRAITS or not level.isdigit():
        raise ModelError(f"{target!r} is no trait with a level, like supramolecular>=2")
    ranges = [trait_range(name, trait) for name in names]
    return np.array([low >= int(level) if mark == ">=" else high <= int(level) for low, high in ranges])


def _share(spectrum: Spectrum, kept: np.ndarray) -> np.ndarray:
    """(samples, associations) share of the carbon of the associations that count."""
    carbon = (spectrum.inventory.carbon[0] + 1e-6 * spectrum.inventory.capacity[0]) * kept
    return np.asarray(carbon / np.maximum(carbon.sum(axis=1, keepdims=True), 1e-9))


def _by(spectrum: Spectrum, share: np.ndarray) -> np.ndarray:
    return np.einsum("sa,sam->sm", share, spectrum.vulnerability)


def _group(mechanism: str, middle: Mapping[str, float]) -> list[str]:
    """The mechanism and its rivals of the same family, most vulnerable first."""
    table = evidence.mechanism_table()
    label, family = table[mechanism]["abbreviation"], table[mechanism]["family"]
    rivals = [m for m in middle if table[m]["family"] == family and table[m]["abbreviation"] != label]
    return sorted([mechanism, *rivals], key=lambda m: -middle[m])


def _why(spectrum: Spectrum, share: np.ndarray, mechanism: str, rival: str) -> str:
    """What keeps a mechanism from its postulated place: the two factors beside the rival's, and its weakest cause."""
    here, there = spectrum.mechanisms.index(mechanism), spectrum.mechanisms.index(rival)
    by = _by(spectrum, share)
    beats = float(np.mean(by[:, here] > by[:, there]))
    exposed = np.median(spectrum.exposure, axis=0)
    susceptible = np.median(np.einsum("sa,sam->sm", share, spectrum.susceptibility), axis=0)
    excluded = float(np.median((share * (spectrum.susceptibility[:, :, here] == 0)).sum(axis=1)))
    told = (
        f"; it exceeds {rival} in {beats:.0%} of the samples (exposure {exposed[here]:.2f} against "
        f"{exposed[there]:.2f}, susceptibility of the carbon {susceptible[here]:.2f} against {susceptible[there]:.2f})"
    )
    if excluded > 0.01:
        told += f"; {excluded:.0%} of the carbon is excluded from it"
    causes = {e.source: e for e in evidence.network() if e.target == mechanism and e.sign == "+"}
    middle = {name: float(np.median(spectrum.nodes[name])) for name in causes if name in spectrum.nodes}
    if middle:
        low = min(middle, key=lambda n: middle[n])
        told += f"; its weakest cause here is {low} ({middle[low]:.2f} of 1, claim {causes[low].claim})"
    return told
