"""What an experiment shows, in a few sentences: each with effect, interval or share explained, p, n and its place.

Every sentence is made from the tables of the study; a part that found nothing says so. None speaks of causes: samples
differ, go together, are predicted.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import xarray as xr

from rhizolith.reporting.chances import drawn
from rhizolith.reporting.difference_words import SURE, difference, hangs_on, signed, within
from rhizolith.reporting.study import part, parts, table, words
from rhizolith.reporting.words import listing, percent, plain, term


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
        f"{term(name)} {int((own['q'] < SURE).sum())} of {len(own)}" for name, own in tests.groupby("term", sort=False)
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
            out.append(Finding(term(factor), "No measured quantity is told apart (q < 0.05).", "study-treatments"))
            continue
        name = str(main["variable"].iloc[0])
        sentence = difference(node, tests, estimates, name, str(factor))
        if sentence:
            said = f"{sentence} – the surest among measured quantities."
            out.append(Finding(term(factor), said, "study-treatments"))
    return out + _questions(tree, node, tests, estimates)


QUESTIONS = (
    ("Acidity", ("pH",)),
    ("Biomass", ("MBC",)),
    ("Limitation by enzymes", ("vector_angle",)),
    ("Labile organic matter", ("MLB_wL",)),
    ("Molecular diversity", ("rao_NOSC", "shannon")),
)
"""What readers of such an experiment ask first, and the quantity that answers: the first that was tested."""
STRATEGIES = ("stress tolerance (log-ratio)", "yield (log-ratio)", "copiotrophs : oligotrophs (log2)", "rrn copies")


def _questions(tree: xr.DataTree, node: xr.DataTree, tests: pd.DataFrame, estimates: pd.DataFrame) -> list[Finding]:
    """The outcome, then one quantity a question, by every factor."""
    told = {f"{tree['study'].attrs.get('outcome', '')}": "Outcome"}
    known = list(dict.fromkeys(map(str, tests["variable"])))
    for about, names in QUESTIONS:
        for name in names:
            found = [k for k in known if k == name or (k.startswith(f"{name} (") and _of_molecules(tree, k))]
            if found:
                told.setdefault(found[0], about)
                break
    out = [f for name, about in told.items() if (f := _by_factors(node, tests, estimates, name, about))]
    own = part(tree, "strategies")
    tests, estimates = (table(own, n) if own is not None else pd.DataFrame() for n in ("tests", "estimates"))
    if own is not None and len(tests) and len(estimates):
        known = [k for s in STRATEGIES for k in dict.fromkeys(tests["variable"]) if str(k).startswith(s)]
        found_ = [_by_factors(own, tests, estimates, k, "Life strategies", "study-strategies") for k in known[:2]]
        out += [f for f in found_ if f]
    return out


def _of_molecules(tree: xr.DataTree, name: str) -> bool:
    """Whether an index of a table is one of formulas: diversity of molecules, not of taxa."""
    return f"formulas_{name.rpartition('(')[2].rstrip(')')}" in tree.children


def _by_factors(
    node: xr.DataTree, tests: pd.DataFrame, estimates: pd.DataFrame, name: str, about: str,
    anchor: str = "study-treatments",
) -> Finding | None:  # fmt: skip
    """One quantity by every factor."""
    factors = [str(f) for f in dict.fromkeys(estimates["factor"])]
    said = [d for f in factors if (d := difference(node, tests, estimates, name, f, alone=True))]
    joint = hangs_on(tests, name)
    end = f" (means over the other factors, between whose levels they differ: {joint})" if joint else ""
    return Finding(about, f"{plain(name)}: {'; '.join(said)}{end}.", anchor) if said else None


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
            said = "; ".join(f"{term(r['term'])} {percent(r['r2'])}, {drawn(r)}" for r in sure.to_dict("records"))
            said = f"Explained of the Bray–Curtis distances (PERMANOVA R²): {said or 'nothing told from chance'}"
            if len(rest) and len(sure):
                said += f"; not told from chance: {listing([term(t) for t in rest['term']])}"
            if len(spread) and float(spread["p"].iloc[0]) < SURE:
                p = drawn(spread.iloc[0].to_dict())
                said += f"; treatments differ in spread too ({p}), so that part of it may be spread"
            name = f"{begin}: {plain(str(node.name))}"
            out.append(Finding(name, f"{said}; n {len(places)}.", anchor))
    return out


def _metabolites(tree: xr.DataTree) -> list[Finding]:
    """Whether features tell the levels of each factor apart, and how many keep the key rule."""
    out = []
    for node in parts(tree, "Metabolites"):
        said = []
        for row in table(node, "models").to_dict("records"):
            many = table(node, f"change_{row['factor']}")
            keys = many[many["passes"] == "True"] if "passes" in many else many.iloc[:0]
            text = f"{row['pair']}: Q² {row['q2']:.2f}, {drawn(row)}, {len(keys)} of {len(many)} key"
            if len(keys):
                text += f" (log2 changes {signed(keys['log2_change'].min())} to {signed(keys['log2_change'].max())})"
            said.append(f"{text}, n {row['n']:.0f}")
        if said:
            name = f"Metabolites: {plain(str(node.name))}"
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
        names = f"most with {listing([plain(v) for v in sure['variable'].head(3)])} (q < 0.05)"
        if sure.empty:
            least = f"{found['q'].min():.2f}"
            names = f"no single quantity stands out after correction for {len(found)} of them (least q {least})"
        fit = "Some of its variation is predicted" if row["fit"] > 0 and row["fit_p"] < SURE else "It is not predicted"
        how = f"R² out of bag {row['fit']:.2f}, {drawn(row.to_dict(), 'fit_p')}, n {row['n']:.0f}"
        said = f"{fit} by a random forest ({how}); {names}."
        out.append(Finding(f"What goes with {plain(row['outcome'])}", said, "study-drivers"))
    node = part(tree, "picked")
    held = table(node, "pipelines") if node is not None else pd.DataFrame()
    if len(held):
        told = [plain(str(t)) for t in held.loc[held["low"] > 0, "table"]]
        said = "; ".join(
            f"{plain(str(r['table']))} r {within(r['honest'], r['low'], r['high'], least=2)}, n {r['n']:.0f}"
            for r in held.to_dict("records")
        )
        end = f"told from 0: {listing(told)}" if told else "none is told from 0"
        out.append(Finding("Features picked by it", f"On samples left out: {said}; {end}.", "study-picked"))
    return out


def _paths(tree: xr.DataTree) -> list[Finding]:
    """The largest total effect on the last block of the path model."""
    node = part(tree, "paths")
    effects = table(node, "effects") if node is not None else pd.DataFrame()
    if node is None or effects.empty:
        return _claimed(tree)
    last = next((e for e in effects["effect"] if e not in set(effects["cause"])), effects["effect"].iloc[-1])
    own = effects[effects["effect"] == last]
    row = own.loc[own["estimate"].abs().idxmax()]
    r2 = table(node, "r2")
    n = f", n {r2['n'].iloc[0]:.0f}" if len(r2) else ""
    size = within(row["estimate"], row["low"], row["high"])
    sure = "" if row["low"] > 0 or row["high"] < 0 else ", not told from 0"
    default = any("are a default" in note for note in words(node, "notes"))
    along = "Along the arrows of a default drawing" if default else "Along the arrows drawn"
    said = (
        f"{along} {row['cause']} goes most with {last}: standardized total {size}{sure}{n}; association, not cause, "
        "and only as good as the drawing."
    )
    return [Finding("Paths", said, "study-paths"), *_claimed(tree)]


def _claimed(tree: xr.DataTree) -> list[Finding]:
    """How many arrows of the claimed chain hold here, and which drawing is ahead."""
    node = part(tree, "claimed")
    claims = table(node, "claims") if node is not None else pd.DataFrame()
    if node is None or claims.empty:
        return []
    found = claims["found"].tolist()
    against = claims[claims["found"] == "against the claim"]
    names = listing([f"{r['cause']} → {r['effect']}" for r in against.to_dict("records")])
    rivals = table(node, "rivals")
    ahead = f" Of {len(rivals)} drawings {rivals['rival'].iloc[0]} is ahead." if len(rivals) else ""
    said = (
        f"Of {len(found)} arrows claimed for alkaline residue {found.count('as claimed')} are as claimed, "
        f"{len(against)} against it{f' ({names})' if names else ''}, {found.count('not told from 0')} not told from 0; "
        f"n {table(node, 'r2')['n'].iloc[0]:.0f}.{ahead} Association, not cause."
    )
    return [Finding("A claimed chain", said, "study-claimed")]
