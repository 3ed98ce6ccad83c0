"""How far a verdict rests on constants nobody measured: the same comparisons with all of them drawn anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from rhizolith.assessment import claim_runs
from rhizolith.assessment.draws import Draws
from rhizolith.knowledge import tables
from rhizolith.knowledge.estimate import Estimate


@cache
def constants() -> Mapping[str, Estimate]:
    """Constants of mechanisms and minerals that were not measured, by dotted name; each has a range."""
    from rhizolith.mechanisms.registry import all_mechanisms

    own = {f"{m.name}.{key}": e for m in all_mechanisms().values() for key, e in m.parameters.items()}
    of = {*tables.minerals(), "blocking"}
    listed = {f"{item}.{quantity}": e for (item, quantity), e in tables.parameters().items() if item in of}
    return {k: e for k, e in sorted((own | listed).items()) if e.grade != "measured" and e.low < e.high}


def drawn(number: int, seed: int = 1) -> list[dict[str, float]]:
    """`number` sets of all constants at once: a Latin hypercube, even in the logarithm where a range is positive."""
    draws, columns = Draws(number, seed), {}
    for name, known in constants().items():
        place = draws.uniform(f"constant:{name}")
        if known.low > 0:
            columns[name] = np.exp(np.log(known.low) + place * np.log(known.high / known.low))
        else:
            columns[name] = known.low + place * (known.high - known.low)
    return [{name: float(column[i]) for name, column in columns.items()} for i in range(number)]


def holding(number: int, seed: int = 1, progress: Callable[[float], None] | None = None) -> dict[str, tuple[int, int]]:
    """Claim → in how many draws simulation reproduces it, and in how many it could be run.

    All constants move at once and over the whole of their ranges, which is more than anybody doubts them; a verdict
    that survives rests on how things hang together, one that does not rests on numbers.
    """
    tests = [t for t in tables.rows("evidence_tests") if t["simulation"]]
    found = {t["claim"]: (0, 0) for t in tests}
    for n, values in enumerate(drawn(number, seed)):
        with claim_runs.with_constants(values):
            for test in tests:
                try:
                    said = claim_runs.say(test["simulation"])
                except claim_runs.FAILURES:
                    continue
                held, run = found[test["claim"]]
                found[test["claim"]] = (held + bool(said and said[0]), run + 1)
        if progress is not None:
            progress((n + 1) / number)
    return found
