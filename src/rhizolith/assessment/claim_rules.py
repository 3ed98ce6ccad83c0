"""What the rules say of a claim: each test is worked out from a spectrum, none is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise

import numpy as np

from rhizolith.assessment.assess import assess
from rhizolith.assessment.claim_ecosystems import ecosystem
from rhizolith.assessment.draws import shared_draws
from rhizolith.assessment.inventory import associations
from rhizolith.assessment.spectrum import Spectrum
from rhizolith.assessment.susceptibility import rules_for, surface_charge
from rhizolith.knowledge import evidence

Found = tuple[bool, str]
SAMPLES = 1000
SOIL = {"pH": 6.0}
"""the soil that claims about kinds of association are tried on; nothing but its pH is known"""


@lru_cache(maxsize=64)
def _spectrum(setting: str) -> Spectrum:
    """A spectrum in one stated setting, `key=word`; the reaction is stated through the pH."""
    key, _, word = setting.partition("=")
    if key == "reaction":
        return assess({"pH": {"acid": 4.5, "neutral": 6.5, "alkaline": 9.0}[word]}, samples=SAMPLES)
    return assess(SOIL, setting={key: word} if word else {}, samples=SAMPLES)


def susceptible(text: str) -> Found:
    """`mechanism: a > b > c`: in most samples a is more susceptible than b, and b than c."""
    mechanism, _, chain = (part.strip() for part in text.partition(":"))
    spectrum = _spectrum("")
    value = spectrum.susceptibility[:, :, spectrum.mechanisms.index(mechanism)]
    return _chain({n: value[:, i] for i, n in enumerate(spectrum.associations)}, chain)


def formed(text: str) -> Found:
    """`a > b`: in most samples a forms more readily than b, under the same supply."""
    spectrum = _spectrum("")
    return _chain({n: spectrum.formation[:, i] for i, n in enumerate(spectrum.associations)}, text.lstrip(": "))


def exposed(text: str) -> Found:
    """`mechanism: key=word > key=word` (or `> 0`): the exposure in two settings."""
    mechanism, _, chain = (part.strip() for part in text.partition(":"))
    names = [n.strip() for n in chain.split(">")]
    value = {}
    for name in names:
        spectrum = _spectrum(name) if name != "0" else None
        column = np.zeros(SAMPLES) if spectrum is None else spectrum.exposure[:, spectrum.mechanisms.index(mechanism)]
        value[name] = column
    return _chain(value, chain)


def _chain(value: Mapping[str, np.ndarray], chain: str) -> Found:
    names = [n.strip() for n in chain.split(">")]
    shares = [float(np.mean(value[a] > value[b])) for a, b in pairwise(names)]
    told = ", ".join(f"P({a} > {b}) = {p:.2f}" for (a, b), p in zip(pairwise(names), shares, strict=True))
    return all(p > 0.5 for p in shares), told


def zero(text: str) -> Found:
    """`mechanism: a`: exactly nothing in every sample."""
    mechanism, _, name = (part.strip() for part in text.partition(":"))
    spectrum = _spectrum("")
    cell = spectrum.vulnerability[:, spectrum.associations.index(name), spectrum.mechanisms.index(mechanism)]
    return bool((cell == 0).all()), f"largest of {len(cell)} samples {cell.max():g}"


def rule(text: str) -> Found:
    """`mechanism trait sign`: there is such a rule."""
    mechanism, trait, sign = text.split()
    held = [r for r in rules_for(mechanism) if r.trait == trait]
    return bool(held) and all(r.direction == sign for r in held), ", ".join(
        f"{r.rule}: {r.words}" for r in held
    ) or "no rule"


def charge(text: str) -> Found:
    """`: association pH > pH`: the surface is more positive at the first pH."""
    name, low, _, high = text.lstrip(": ").split()
    place, draws = list(associations()).index(name), shared_draws(SAMPLES, 1)
    first, second = (surface_charge(np.full((1, SAMPLES), float(x)), draws)[0, :, place] for x in (low, high))
    return bool(
        first.mean() > second.mean()
    ), f"mean charge {first.mean():.2f} at pH {low}, {second.mean():.2f} at pH {high}"


def reaches(node: str) -> Found:
    """The node leads to more than one mechanism along arrows of known sign."""
    reached, before = {node.strip()}, 0
    while len(reached) > before:
        before = len(reached)
        reached |= {e.target for e in evidence.network() if e.source in reached and e.sign in "+x"}
    found = sorted(reached & set(evidence.mechanism_table()))
    return len(found) > 1, f"{len(found)} mechanisms: {', '.join(found)}"


TESTS: Mapping[str, Callable[[str], Found]] = {
    f.__name__: f for f in (susceptible, formed, exposed, zero, rule, charge, reaches, ecosystem)
}


def say(text: str) -> Found | None:
    """What the rules say of all tests of a claim (separated by ;), None where there are none."""
    if not text.strip():
        return None
    found = []
    for part in text.split(";"):
        word = part.replace(":", " ").split()[0]
        found.append(TESTS[word](part.strip()[len(word) :].strip()))
    return all(good for good, _ in found), " | ".join(told for _, told in found)
