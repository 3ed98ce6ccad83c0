"""What an experiment shows, in a few sentences: each with effect, interval or share explained, p, n and its place.

Every sentence is made from the tables of the study; a part that found nothing says so. None speaks of causes: samples
differ, go together, are predicted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from rhizolith.description.experiment.treatment_name import level_name
from rhizolith.reporting.panels.treatment_dots import chance, counted
from rhizolith.reporting.study import part, parts, table
from rhizolith.reporting.words import listing, number, unit_of

SURE = 0.05
"""q or p below which something is called found."""


@dataclass(frozen=True)
class Finding:
    """One sentence or two, and the section (its anchor on the page) that holds the figures and tables behind it."""

    about: str
    words: str
    anchor: str


def findings(tree: xr.DataTree) -> list[Finding]:
    """The main findings in the order of the page; empty without a study."""
    found = _treatments(tree) + _wholes(tree) + _metabolites(tree) + _outcome(tree)
    return found + _paths(tree)


def _treatments(tree: xr.DataTree) -> list[Finding]:
    """How many quantities differ by each term, the surest difference by each factor, and the outcome."""
    node = part(tree, "treatments")
    tests = table(node, "tests") if node is not None else pd.DataFrame()
    if node is None or tests.empty or "eta2" not in tests or "q" not in tests:
        return []
    tests = tests.dropna(subset=["eta2"])
    counts = [
        f"{_term(str(term))} {int((own['q'] < SURE).sum())} of {len(own)}"
        for term, own in tests.groupby("term", sort=False)
    ]
    out = [Finding("Treatments", f"Quantities that differ (q < 0.05): {listing(counts)}.", "study-treatments")]
    estimates = table(node, "estimates")
    if estimates.empty:
        return out
    measured = {str(v) for v in tree["measured"].to_dataset().data_vars} if "measured" in tree.children else set()
    own = tests[tests["variable"].isin(measured)]
    own = own if len(own) else tests
    for factor in dict.fromkeys(estimates["factor"]):
        main = own[(own["term"] == factor) & (own["q"] < SURE)].sort_values("eta2", ascending=False)
        if main.empty:
            out.append(Finding(_term(factor), "No measured quantity is told apart (q < 0.05).", "study-treatments"))
            continue
        name = str(main["variable"].iloc[0])
        sentence = _difference(node, tests, estimates, name, str(factor))
        if sentence:
            words = f"{sentence} – the surest among measured quantities."
            out.append(Finding(_term(factor), words, "study-treatments"))
    outcome = str(tree["study"].attrs.get("outcome", ""))
    said = [_difference(node, tests, estimates, outcome, str(f)) for f in dict.fromkeys(estimates["factor"])]
    if any(said):
        out.append(Finding("Outcome", f"{'; '.join(s for s in said if s)}.", "study-treatments"))
    return out


def _difference(node: xr.DataTree, tests: pd.DataFrame, estimates: pd.DataFrame, name: str, factor: str) -> str:
    """`pH −1.2 (95 % −1.3 to −1.1), p < 0.001, n 24, Elymus against none`; and whether it hangs on another factor."""
    rows = estimates[(estimates["variable"] == name) & (estimates["factor"] == factor)]
    own = tests[tests["variable"] == name]
    terms: dict[str, dict[Any, Any]] = {str(t["term"]): t for t in own.to_dict("records")}
    if rows.empty or factor not in terms:
        return ""
    row = rows.iloc[int(np.argmax(rows["estimate"].abs() / rows["se"]))]
    test = terms[factor]
    named = [level_name(factor, str(row[k])) for k in ("level", "against")]
    size = _within(row["estimate"], row["low"], row["high"], _unit(node, name))
    words = (
        f"{_plain(name)}: {named[0]} against {named[1]} {size}; {counted(test)}, "
        f"partial η² {test['eta2']:.2f}, n {test['n']:.0f}"
    )
    with_others = {t: r for t, r in terms.items() if ":" in t and factor in t.split(":")}
    joint = [f"{_term(t)} {counted(r)}" for t, r in with_others.items() if r["q"] < SURE]
    if joint:
        words += f" (a mean over the other factor, between whose levels it differs: {listing(joint)})"
    return words


def _wholes(tree: xr.DataTree) -> list[Finding]:
    """Communities and molecules as a whole: what the design explains of their distances."""
    out = []
    for begin, anchor in (("Communities", "study-communities"), ("Molecules", "study-molecules")):
        for node in parts(tree, begin):
            held, places, spread = table(node, "permanova"), table(node, "places"), table(node, "dispersion")
            held = held.dropna(subset=["p"]) if "p" in held else held
            if held.empty:
                continue
            sure, rest = held[held["p"] < SURE], held[held["p"] >= SURE]
            words = "; ".join(f"{_term(r['term'])} {r['r2']:.0%}, {chance(r['p'])}" for r in sure.to_dict("records"))
            words = f"Explained of the Bray–Curtis distances (PERMANOVA R²): {words or 'nothing told from chance'}"
            if len(rest) and len(sure):
                words += f"; not told from chance: {listing([_term(t) for t in rest['term']])}"
            if len(spread) and float(spread["p"].iloc[0]) < SURE:
                p = chance(float(spread["p"].iloc[0]))
                words += f"; treatments differ in spread too ({p}), so that part of it may be spread"
            name = f"{begin}: {_plain(str(node.name))}"
            out.append(Finding(name, f"{words}; n {len(places)}.", anchor))
    return out


def _metabolites(tree: xr.DataTree) -> list[Finding]:
    """Whether features tell the levels of each factor apart, and how many keep the key rule."""
    out = []
    for node in parts(tree, "Metabolites"):
        said = []
        for row in table(node, "models").to_dict("records"):
            many = table(node, f"change_{row['factor']}")
            keys = many[many["passes"] == "True"] if "passes" in many else many.iloc[:0]
            text = f"{row['pair']}: Q² {row['q2']:.2f}, {chance(float(row['p']))}, {len(keys)} of {len(many)} key"
            if len(keys):
                text += f" (log2 changes {_signed(keys['log2_change'].min())} to {_signed(keys['log2_change'].max())})"
            said.append(f"{text}, n {row['n']:.0f}")
        if said:
            name = f"Metabolites: {_plain(str(node.name))}"
            out.append(Finding(name, f"{'; '.join(said)}.", "study-metabolites"))
    return out


def _outcome(tree: xr.DataTree) -> list[Finding]:
    """How well quantities, and features picked by it, predict the outcome."""
    out = []
    node = part(tree, "drivers")
    found = table(node, "importance") if node is not None else pd.DataFrame()
    if len(found):
        row = found.iloc[0]
        sure = found[found["q"] < SURE]
        names = f"most with {listing([_plain(v) for v in sure['variable'].head(3)])} (q < 0.05)"
        if sure.empty:
            least = f"{found['q'].min():.2f}"
            names = f"no single quantity stands out after correction for {len(found)} of them (least q {least})"
        fit = "Some of its variation is predicted" if row["fit"] > 0 and row["fit_p"] < SURE else "It is not predicted"
        how = f"R² out of bag {row['fit']:.2f}, {chance(row['fit_p'])}, n {row['n']:.0f}"
        words = f"{fit} by a random forest ({how}); {names}."
        out.append(Finding(f"What goes with {_plain(row['outcome'])}", words, "study-drivers"))
    node = part(tree, "picked")
    held = table(node, "pipelines") if node is not None else pd.DataFrame()
    if len(held):
        told = [_plain(str(t)) for t in held.loc[held["low"] > 0, "table"]]
        words = "; ".join(
            f"{_plain(str(r['table']))} r {_within(r['honest'], r['low'], r['high'], least=2)}, n {r['n']:.0f}"
            for r in held.to_dict("records")
        )
        end = f"told from 0: {listing(told)}" if told else "none is told from 0"
        out.append(Finding("Features picked by it", f"On samples left out: {words}; {end}.", "study-picked"))
    return out


def _paths(tree: xr.DataTree) -> list[Finding]:
    """The largest total effect on the last block of the path model."""
    node = part(tree, "paths")
    effects = table(node, "effects") if node is not None else pd.DataFrame()
    if node is None or effects.empty:
        return []
    last = next((e for e in effects["effect"] if e not in set(effects["cause"])), effects["effect"].iloc[-1])
    own = effects[effects["effect"] == last]
    row = own.loc[own["estimate"].abs().idxmax()]
    r2 = table(node, "r2")
    n = f", n {r2['n'].iloc[0]:.0f}" if len(r2) else ""
    size = _within(row["estimate"], row["low"], row["high"])
    words = (
        f"Along the arrows drawn {row['cause']} goes most with {last}: standardized total {size}{n}; association, not "
        "cause, and only as good as the drawing."
    )
    return [Finding("Paths", words, "study-paths")]


def _unit(node: xr.DataTree, variable: str) -> str:
    groups = table(node, "groups")
    held = groups.loc[groups["variable"] == variable, "unit"].tolist() if "unit" in groups else []
    unit = unit_of(str(held[0])) if held else ""
    return f" {unit}" if unit else ""


def _within(estimate: float, low: float, high: float, unit: str = "", least: int = 0) -> str:
    """`−0.78 (95 % −0.84 to −0.71)`, all three to the digits that the width of the interval carries."""
    if not (np.isfinite(low) and np.isfinite(high) and high > low):
        return f"{_signed(estimate)}{unit} (no interval)"
    digits = max(least, 1 - int(np.floor(np.log10(high - low))))
    if max(abs(v) for v in (estimate, low, high)) >= 1e5:
        e, a, b = (_signed(v, 3) for v in (estimate, low, high))
    else:
        e, a, b = (f"{v:+.{digits}f}".replace("-", "−") for v in (estimate, low, high))
    return f"{e}{unit} (95 % interval {a} to {b})"


def _signed(value: float, digits: int = 2) -> str:
    return f"+{number(value, digits)}" if value > 0 else number(value, digits)


def _term(term: str) -> str:
    return _plain(str(term).replace(":", " × "))


def _plain(name: str) -> str:
    return str(name).replace("_", " ")
