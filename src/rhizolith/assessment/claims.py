"""Every claim with a sign, rank, zero, lag or number against rules, simulation and data; no verdict is written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rhizolith.assessment import claim_data, claim_draws, claim_forced, claim_rules, claim_runs
from rhizolith.knowledge import evidence, tables

REPRODUCED, CONTRADICTED, UNTESTED = "reproduced", "contradicted", "not testable yet"
COLUMNS = (
    "id", "claim", "kind", "status", "strength", "rules", "simulation", "data", "verdict", "decided_by", "needs",
    "reading", "holds", "could_fail", "forced_by", "rules_found", "simulation_found", "data_found", "sources",
)  # fmt: skip


def verdicts(simulate: bool = True, progress: Callable[[float], None] | None = None) -> Any:
    """One row a claim: what rules, simulation and data say, and the verdict.

    The rules are written from the claims, so that alone they decide nothing: where they agree, and where they come out
    against the claim, it is shown in `rules` with why, and the verdict is `not testable yet`. Simulation and data
    decide (`decided_by` names which); one that contradicts makes the verdict `contradicted`. `needs` says what would
    have to be there for a claim to be tested; `reading`, whatever came out, what a comparison does and does not hold.
    `holds` is empty here, see `with_draws`. A result counts only if it could have failed: `could_fail` is `no`, and
    `forced_by` says by what, where simulation alone reproduces a claim by comparisons that could not have come out
    otherwise (worked out from the rate laws, see `claim_forced`).
    """
    import pandas as pd

    tests, rows = tables.rows("evidence_tests"), []
    for n, test in enumerate(tests):
        claim = evidence.claim(test["claim"])
        said = {
            "rules": _word(claim_rules.say, test["rules"]),
            "simulation": _word(claim_runs.say, test["simulation"]) if simulate else (UNTESTED, "not run"),
            "data": _word(claim_data.say, test["data"]),
        }
        words = {k: v[0] for k, v in said.items()}
        rows.append(
            {
                "id": claim.id, "claim": claim.body, "kind": test["kind"], "status": ",".join(claim.status),
                "strength": claim.strength, **words, "verdict": verdict(words), "decided_by": decided_by(words),
                "needs": needs(test, words, said["simulation"][1], said["data"][1]), "reading": test["reading"],
                "holds": "", **failing(test, words),
                **{f"{k}_found": v[1] for k, v in said.items()}, "sources": ";".join(claim.refs_resolved),
            }
        )  # fmt: skip
        if progress is not None:
            progress((n + 1) / len(tests))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def with_draws(table: Any, draws: int, seed: int = 1, progress: Callable[[float], None] | None = None) -> Any:
    """The verdicts with `holds`: in how many draws of all constants nobody measured simulation reproduces a claim.

    It decides nothing; it tells a verdict that rests on how things hang together from one that rests on numbers.
    """
    held = claim_draws.holding(draws, seed, progress)
    return table.assign(holds=["{} of {}".format(*held[c]) if c in held else "" for c in table["id"]])


def as_dataset(table: Any) -> Any:
    """The verdicts as a Dataset that `rhizolith.report` makes a page of."""
    import json

    import xarray as xr

    from rhizolith import __version__

    sources = sorted({s for row in table["sources"] for s in row.split(";") if s})
    attrs = {
        "made_by": "claims", "version": __version__, "title": "The claims of the sources, tried",
        "caveat": evidence.CAVEAT, "sources": json.dumps(sources),
        "table": table.to_json(orient="records"), "anomalies": json.dumps(evidence.anomalies(), ensure_ascii=False),
        "priorities": json.dumps(evidence.priorities(), ensure_ascii=False),
        "scenarios": json.dumps(scenarios_of(table), ensure_ascii=False),
    }  # fmt: skip
    return xr.Dataset(attrs=attrs)


def scenarios_of(table: Any) -> list[dict[str, str]]:
    """Name, soil, what is changed and the claims, for each scenario that a test of these claims reads."""
    known = set(table["id"])
    used = {
        t["claim"]: set(t["simulation"].replace(";", " ").split())
        for t in tables.rows("evidence_tests") if t["claim"] in known
    }  # fmt: skip
    found = []
    for row in tables.rows("evidence_variants"):
        claims = sorted(c for c, words in used.items() if row["variant"] in words)
        found.append({k: row[k] for k in ("variant", "soil", "about")} | {"claims": " ".join(claims)})
    return [row for row in found if row["claims"]]


def _word(say: Callable[[str], tuple[bool | None, str] | None], text: str) -> tuple[str, str]:
    """(reproduced, contradicted or not testable yet, what was found)."""
    try:
        found = say(text)
    except claim_runs.FAILURES as error:
        return UNTESTED, f"could not be run: {str(error).splitlines()[0]}"
    if found is None or found[0] is None:
        return UNTESTED, found[1] if found else ""
    return (REPRODUCED if found[0] else CONTRADICTED), found[1]


def verdict(said: dict[str, str]) -> str:
    """One word out of three; rules, which were written from the claims, decide nothing alone."""
    decisive = (said["simulation"], said["data"])
    if CONTRADICTED in decisive:
        return CONTRADICTED
    return REPRODUCED if REPRODUCED in decisive else UNTESTED


def decided_by(said: dict[str, str]) -> str:
    """What the verdict rests on: simulation, data or both; empty where nothing decided."""
    word = verdict(said)
    return "" if word == UNTESTED else " and ".join(k for k in ("simulation", "data") if said[k] == word)


def failing(test: dict[str, str], said: dict[str, str]) -> dict[str, str]:
    """Whether what decided could have come out otherwise, and what forces it where not; empty where nothing decided."""
    if verdict(said) == UNTESTED:
        return {"could_fail": "", "forced_by": ""}
    if verdict(said) == CONTRADICTED or said["data"] == REPRODUCED:
        return {"could_fail": "yes", "forced_by": ""}
    could, by = claim_forced.could_fail(test["simulation"])
    return {"could_fail": "yes" if could else "no", "forced_by": "" if could else by}


def needs(test: dict[str, str], said: dict[str, str], found: str, data: str = "") -> str:
    """What would have to be there for a claim to be tested; empty where it was."""
    if verdict(said) != UNTESTED:
        return ""
    wanted = [test["needs"]] if test["needs"] else []
    if test["simulation"]:
        wanted.append("the comparison of scenarios: " + (found or "not run"))
    if test["data"]:
        lacking = "more studies than ISRaD and SoDaH have here" if data else "open data of soils, which are not here"
        wanted.append(f"{lacking}{': ' if data else ''}{data}")
    return "; or ".join(wanted)
