"""Messy and damaged tables by the thousand: none may crash the readers, and no sample may be dropped.

`python -m validation.fuzz_tables 10000` makes that many tables and that many damaged files.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import numpy as np

from rhizolith.description.experiment.open_file import open_bytes
from rhizolith.errors import InputError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "description"))


def messy(seed: int) -> str:
    """What went wrong with one messy table; empty where nothing did."""
    from messy_tables import table

    raw, samples = table(seed)
    tables = open_bytes(raw, "messy.csv")
    lost = set(samples) - {s for t in tables for s in t.samples}
    if lost:
        return f"samples dropped: {sorted(lost)}"
    infinite = any(np.isinf(t.values.select_dtypes("number").to_numpy(float)).any() for t in tables)
    return "an infinite number" if infinite else ""


def damaged(seed: int) -> str:
    """What went wrong with one damaged file; a refusal in words is right."""
    from messy_tables import broken

    try:
        open_bytes(broken(seed), "broken.csv")
    except InputError as error:
        return "" if error.problems else "refused without a word"
    return ""


def run(many: int, first: int = 0) -> list[str]:
    """Every failure among `many` messy tables and `many` damaged files, with its seed."""
    dice = random.Random(first)
    failures = []
    for _ in range(many):
        seed = dice.getrandbits(40)
        for trial in (messy, damaged):
            try:
                wrong = trial(seed)
            except Exception as error:  # any at all is what is looked for
                wrong = f"{type(error).__name__}: {error}"
            failures += [f"{trial.__name__} {seed}: {wrong}"] if wrong else []
    return failures


def main() -> int:
    """Say how many failed, and how long it took."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    start = time.process_time()
    failures = run(many)
    print("\n".join(failures[:20]))
    print(
        f"{2 * many} tables and files, {len(failures)} failures, {time.process_time() - start:.0f} s of processor time"
    )
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
