"""`make validate`: what the system promises and what is published, beside what it does; a table, and the same as JSON.

    python -m validation [-o FILE.json] [--scenarios N]

Exit code 0 even where a published range is missed: a contradiction is a finding and stays in the table. Exit code 1
where the system breaks one of its own promises.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from validation import exudate_types, plausibility, random_scenarios, simulated_pots


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    what: str
    found: str
    held_to: str
    verdict: str
    source: str
    promise: bool = False
    """whether it is the system's own promise rather than a published range"""


def promises(count: int) -> list[Line]:
    """Random scenarios: they solve, they balance, they never crash."""
    result = random_scenarios.run(count)
    f = result["figures"]
    for failure in result["failures"]:
        print(f"  scenario {failure['number']}: {failure['outcome']}: {failure['sentence']}", file=sys.stderr)
    own = "the system's own promise"

    def line(what: str, found: str, bar: str, holds: bool) -> Line:
        return Line(what, found, bar, "holds" if holds else "BROKEN", own, True)

    return [
        line(f"{count} random scenarios that reach their end", f"{f['share_finished']:.1%}",
             f">= {random_scenarios.SOLVED:.0%}", f["share_finished"] >= random_scenarios.SOLVED),
        line("of them, crashes instead of a sentence", str(f["crashed"]), "0", f["crashed"] == 0),
        line("largest open balance of an element or of charge", f"{f['largest_balance']:.1e}",
             f"<= {random_scenarios.BALANCED:g}", f["open_balances"] == 0),
    ]  # fmt: skip


def stored() -> list[Line]:
    """What the bundled experiment takes from the simulator is what the simulator gives now."""
    odd = [line for t, found in simulated_pots.means().items() for line in simulated_pots.apart(t, found)]
    bar = f"within {simulated_pots.CLOSE:.0%}"
    verdict = "BROKEN" if odd else "holds"
    own = "the system's own promise"
    return [Line("stored means of the bundled pots that moved", str(len(odd)), bar, verdict, own, True)]


def ranges() -> list[Line]:
    """Thirty days in soils that ship with the system, beside published ranges."""
    lines = []
    for row in plausibility.table():
        values = row.values.values()
        inside = sum(row.low <= v <= row.high for v in values)
        found = ", ".join(f"{v:.3g}" for v in values)
        verdict = "inside" if inside == len(values) else f"{inside} of {len(values)} inside"
        lines.append(Line(row.what, found, f"{row.low:g} to {row.high:g} {row.unit}", verdict, row.source))
    return lines


def orders() -> list[Line]:
    """Which exudate breaks what: published ranks and signs."""
    return [
        Line(r.what, r.found, r.expected, "reproduced" if r.holds else "CONTRADICTED", f"{r.source}, as reviewed")
        for r in exudate_types.ranks()
    ]


def text(lines: list[Line]) -> str:
    """The table, aligned."""
    cells = [("", "found", "held to", "verdict", "source")]
    cells += [(x.what, x.found, x.held_to, x.verdict, x.source) for x in lines]
    widths = [max(len(row[k]) for row in cells) for k in range(5)]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells)


def main() -> int:
    """Run everything, print and write."""
    parser = argparse.ArgumentParser(prog="validation", description="Promises and published ranges, checked.")
    parser.add_argument("-o", "--out", type=Path, default=Path("out/validate.json"))
    parser.add_argument("--scenarios", type=int, default=1000)
    chosen = parser.parse_args()
    print(f"{chosen.scenarios} random scenarios (about five minutes a thousand)", file=sys.stderr)
    lines = [*promises(chosen.scenarios), *stored()]
    print("thirty days in five soils (about a minute)", file=sys.stderr)
    lines += ranges()
    print("one exudate at a time (half a minute)", file=sys.stderr)
    lines += orders()
    print(text(lines))
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps([asdict(x) for x in lines], indent=1, ensure_ascii=False), encoding="utf-8")
    print(f"\n{chosen.out}")
    return 1 if any(x.promise and x.verdict != "holds" for x in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
