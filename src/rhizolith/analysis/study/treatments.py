"""What the treatments did to every measured and computed quantity."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from rhizolith.analysis.compare.group_pairs import Pairs, pairs
from rhizolith.analysis.compare.many_variables import many
from rhizolith.analysis.compare.mixed_pairs import mixed_pairs
from rhizolith.analysis.permutations import shuffles, upper_p
from rhizolith.analysis.study.factors import Factors
from rhizolith.analysis.study.part import Part, listed
from rhizolith.analysis.study.plots import Plots, averaged, of_plots
from rhizolith.errors import InputError

NAMED = {
    "Tukey": "Tukey's test", "Tukey, mixed model": "Tukey's test in the mixed model",
    "Games–Howell": "Games and Howell's test",
    "Bonferroni, differences within blocks": "paired t within blocks with Bonferroni's correction",
}  # fmt: skip
"""Pairwise tests as the methods call them."""


def _spreads(shared: str) -> str:
    """When one spread stands for all."""
    return (
        ". One spread for all is used only where neither groups (Brown–Forsythe) nor their differences within "
        f"{shared} "
        f"(John) show unequal spread at p < 0.50; else each pair has its own differences within {shared} and each mean "
        "its own spread: a pooled spread hides what differs among groups that vary little and finds too much among "
        "others"
    )


def treatments(
    values: pd.DataFrame, factors: Factors, units: Mapping[str, str], *, plots: Plots | None = None, n: int = 999
) -> Part:
    """Factorial tests, group means with letters, effects against the first group, for every column of `values`.

    Quantities that `plots` repeats are tested between plots, by the factors that differ between them.
    """
    title = "What the treatments did"
    if not factors.names:
        return Part("treatments", title, skipped="The design holds no factor with replicates.")
    numbers = values.select_dtypes("number")
    numbers = numbers.loc[:, numbers.nunique() > 1]
    if numbers.empty:
        return Part("treatments", title, skipped="No quantity was measured in these samples.")
    once = [c for c in numbers.columns if plots is not None and str(c) in plots.repeated]
    group = None if plots is None else plots.column
    tables, methods = _tested(numbers.drop(columns=once), factors, units, n, plots)
    said = list(_said(factors, methods, _count(tables), n, group)) if len(once) < numbers.shape[1] else []
    if once and plots is not None:
        whole = of_plots(plots, factors)
        if whole.names:
            more, how = _tested(averaged(numbers[once], plots), whole, units, n)
            tables = {k: pd.concat([tables[k], more[k]], ignore_index=True) if k in tables else more[k] for k in more}
            said += _said(whole, how, _count(more), n)
        said.append(
            f"{listed(once)} {'was' if len(once) == 1 else 'were'} measured once for each {plots.column}, the same in "
            f"all its samples: each counts once, n is the number of {plots.column}."
        )
    tables["values"] = _tidy(numbers, factors)
    alike = values.select_dtypes("number").columns.difference(numbers.columns)
    same = [str(c) for c in alike if values[c].nunique() == 1]
    notes: tuple[str, ...] = (f"{listed(same)}: the same in all samples, not tested.",) if same else ()
    notes += _notes(tables.get("tests", pd.DataFrame(columns=["variable", "note"])), factors)
    return Part("treatments", title, tables, tuple(said), notes)


def _tested(
    numbers: pd.DataFrame, factors: Factors, units: Mapping[str, str], n: int, plots: Plots | None = None
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Tests, groups and pairs of every column, and the method that compared its groups."""
    if numbers.empty:
        return {}, {}
    design, group, block = factors.design, factors.block, None
    if plots is not None:
        design, group, block = design.assign(**{plots.column: plots.label}), plots.column, factors.block
    tests = many(numbers, design, factors.formula, group=group, block=block, n=n)
    groups, contrasts, methods = [], [], {}
    for name in numbers.columns:
        try:
            found, whole = _compared(numbers[name], factors.groups, design[group] if group else None)
        except InputError:
            continue
        methods[str(name)] = found.method
        ordered = whole.loc[[g for g in factors.ordered if g in whole.index]]
        groups.append(ordered.reset_index().assign(variable=str(name), unit=units.get(str(name), "")))
        contrasts.append(found.pairs.assign(variable=str(name), method=found.method))
    tables = {"tests": tests} | {str(k): t for k, t in tests.attrs.items() if len(t)}
    tests.attrs = {}
    if groups:
        tables["groups"] = pd.concat(groups, ignore_index=True)
        tables["pairs"] = pd.concat(contrasts, ignore_index=True)
    return tables, methods


def _compared(values: pd.Series, label: pd.Series, within: pd.Series | None) -> tuple[Pairs, pd.DataFrame]:
    """Groups of two samples or more in pairs; and all groups, a single sample with its value and nothing else."""
    sizes = values.notna().groupby(label).sum()
    single = label.isin(sizes.index[sizes == 1])
    kept = values[~single]
    if within is None:
        found = pairs(kept, label[~single].tolist())
    else:
        found = mixed_pairs(kept, label[~single].tolist(), within[~single].tolist())
    if not single.any():
        return found, found.groups
    alone = pd.DataFrame({"n": 1, "mean": values[single].groupby(label[single]).mean(), "letter": ""})
    return found, pd.concat([found.groups, alone]).rename_axis("group")


def _count(tables: Mapping[str, pd.DataFrame]) -> int:
    """How many quantities have a test of a factor."""
    tests = tables.get("tests", pd.DataFrame())
    return int(tests.loc[tests["eta2"].notna(), "variable"].nunique()) if "eta2" in tests else 0


def _tidy(numbers: pd.DataFrame, factors: Factors) -> pd.DataFrame:
    """sample, group, variable, value"""
    wide = numbers.assign(group=factors.groups).rename_axis("sample").reset_index()
    return wide.melt(["sample", "group"], var_name="variable", value_name="value").dropna(subset=["value"])


def _said(
    factors: Factors, methods: Mapping[str, str], count: int, n: int, group: str | None = None
) -> tuple[str, ...]:
    """The methods sentences."""
    shared = group or factors.block
    where = f" within blocks ({factors.block})" if factors.block else ""
    model = "a linear model"
    if shared:
        model = (
            f"a mixed model with a random intercept for {shared} (restricted likelihood, its variance free to be "
            "negative, Satterthwaite's degrees of freedom)"
        )
    whole = f"; whole {group} for what differs between them, samples within them for the rest" if group else ""
    terms = factors.formula.replace(" * ", " × ")
    third = "by shuffles" if shared else "without a common spread (Brunner, Dette and Munk 1997)"
    beside = "" if shared else ", the test without a common spread"
    rule = (
        f"where spreads differ (Brown–Forsythe p < 0.05) that {third}, where residuals are not normal (Shapiro–Wilk p "
        "< "
        "0.01) that by shuffles" if third != "by shuffles" else
        "where spreads differ (Brown–Forsythe p < 0.05) or residuals are not normal (Shapiro–Wilk p < 0.01) that by "
        "shuffles"
    )  # fmt: skip
    each = "1 quantity was" if count == 1 else f"{count} quantities were each"
    said = [
        f"{each} explained by {terms}{where} in {model}; beside it {n} shuffles of residuals (Freedman and Lane "
        f"1983{whole}){beside} and aligned ranks. The p that counts is that of F; {rule}; q of it by Benjamini and "
        f"Hochberg within each term{'' if count == 1 else f' over these {count} quantities'}; partial η² with 90 % "
        "intervals (noncentral F)."
    ]
    every = pd.Series(list(methods.values()), dtype=str).value_counts()
    used = ", ".join(
        f"{NAMED.get(str(k), str(k))} ({v} {'quantity' if v == 1 else 'quantities'})" for k, v in every.items()
    )
    said.append(
        f"Groups share a letter where they do not differ at 0.05: by {used}"
        + (
            _spreads(shared)
            if shared
            else "; Games and Howell's test (Games and Howell 1976) where spreads differ (Brown–Forsythe p < "
            "0.05), else Tukey's"
        )
        + ". Intervals of means are 95 %. Letters correct for the pairs of one quantity, not for the number of "
        "quantities."
    )
    return tuple(said)


def _notes(tests: pd.DataFrame, factors: Factors) -> tuple[str, ...]:
    """What to beware of."""
    notes = [f"{name} was left out of the design: it {why}." for name, why in factors.left_out.items()]
    if "normal_residuals" in tests:
        odd = tests.loc[tests["normal_residuals"] < 0.01, "variable"].drop_duplicates().tolist()
        if odd:
            notes.append(f"Residuals are not normal (p < 0.01) for {listed(odd)}: the p by shuffles counts there.")
    if "equal_spread" in tests:
        odd = tests.loc[tests["equal_spread"] < 0.05, "variable"].drop_duplicates().tolist()
        if odd:
            notes.append(f"Spreads differ (p < 0.05) for {listed(odd)}: F is not the p that counts there.")
    sizes = factors.groups.value_counts()
    single = [str(g) for g in sizes.index[sizes == 1]]
    if single:
        it = "They count in tests of factors, but are" if len(single) > 1 else "It counts in tests of factors, but is"
        each = "have a single sample each" if len(single) > 1 else "has a single sample"
        notes.append(f"{', '.join(single)} {each}: no spread, no interval, no letter. {it} in no pair.")
    elif sizes.min() < 4:
        notes.append(f"{sizes.idxmin()} has {sizes.min()} samples: differences smaller than its spread cannot be seen.")
    lost = tests[tests["note"].astype(str) != ""] if "note" in tests else tests.iloc[:0]
    why = {"has a single level": "it was measured at one level of a factor only; its treatments are compared in pairs"}
    notes += [f"{r['variable']} has no test of factors: {why.get(r['note'], r['note'])}." for _, r in lost.iterrows()]
    return tuple(notes)


def correlations(values: pd.DataFrame, blocks: pd.Series | None = None, n: int = 999) -> pd.DataFrame:
    """Spearman's ρ with p, q and 95 % interval (Bonett and Wright 2000) of every pair: a, b, rho, p, q, n, low, high.

    With `blocks` (one label a sample) also `rho_within`, of ranks less the mean rank of their block, and p by `n`
    shuffles within blocks: what a block gives two quantities alike is then no link.
    """
    from statsmodels.stats.multitest import multipletests

    names = list(values.columns)
    x = values.to_numpy(float)
    label = None if blocks is None else blocks.loc[values.index].astype(str).to_numpy()
    alike: dict[bytes, list[tuple[int, int]]] = {}  # pairs that have their values in the same samples
    there = np.isfinite(x)
    for i in range(len(names)):
        for j in range(i):
            alike.setdefault((there[:, i] & there[:, j]).tobytes(), []).append((i, j))
    found: dict[tuple[int, int], dict[str, object]] = {}
    for mask, wanted in alike.items():
        kept = np.frombuffer(mask, dtype=bool)
        if kept.sum() >= 5:
            found |= _ranked(x[kept], np.array(wanted), None if label is None else label[kept].tolist(), n)
    rows = [{"a": str(names[i]), "b": str(names[j])} | found[i, j] for i, j in sorted(found)]
    table = pd.DataFrame(rows, columns=None if rows else ["a", "b", "rho", "p", "n"])
    table["q"] = multipletests(table["p"], method="fdr_bh")[1] if len(table) else np.array([])
    with np.errstate(invalid="ignore", divide="ignore"):
        half = 1.959964 * np.sqrt((1 + table["rho"] ** 2 / 2) / (table["n"] - 3))
        for name, sign in (("rho_low", -1), ("rho_high", 1)):
            table[name] = np.tanh(np.arctanh(table["rho"].clip(-1, 1)) + sign * half)
    return table


def _ranked(
    x: np.ndarray, wanted: np.ndarray, label: list[str] | None, n: int
) -> dict[tuple[int, int], dict[str, object]]:
    """Pairs of columns (two indices a row of `wanted`) that all have three values or more in these samples."""
    from scipy import stats

    columns = np.unique(wanted)
    moving = {int(c) for c in columns if len(np.unique(x[:, c])) >= 3}
    pairs = [(int(i), int(j)) for i, j in wanted if i in moving and j in moving]
    if not pairs:
        return {}
    ranks = {c: stats.rankdata(x[:, c]) for c in moving}
    both = np.array([[ranks[i] for i, _ in pairs], [ranks[j] for _, j in pairs]])
    rho, free = np.clip(_cosine(both - both.mean(axis=2, keepdims=True)), -1, 1), len(x) - 2
    with np.errstate(divide="ignore"):
        p = 2 * stats.t.sf(np.abs(rho) * np.sqrt(free / ((1 + rho) * (1 - rho))), free)
    rows: list[dict[str, object]] = [{"rho": float(r), "p": float(v), "n": len(x)} for r, v in zip(rho, p)]
    if label is not None:
        orders, codes = shuffles(len(x), n, label), np.unique(label, return_inverse=True)[1]
        inside = np.eye(codes.max() + 1)[codes]
        average = inside @ (inside / inside.sum(axis=0)).T
        left = {c: r - average @ r for c, r in ranks.items()}
        for row, (i, j) in zip(rows, pairs):
            row |= _within(left[i], left[j], orders)
    return dict(zip(pairs, rows))


def _cosine(both: np.ndarray) -> np.ndarray:
    """Cosine between both[0] and both[1], row by row."""
    a, b = both
    return (a * b).sum(axis=1) / np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))


def _within(x: np.ndarray, y: np.ndarray, orders: np.ndarray) -> dict[str, float]:
    """Correlation of what ranks have within blocks, and its two-sided p by these shuffles there."""
    size = np.sqrt(x @ x) * np.sqrt(y @ y)
    if not size > 1e-9:
        return {"rho_within": np.nan, "p": 1.0}
    r = float(x @ y / size)
    drawn = y[orders] @ x / size
    return {"rho_within": r, "p": float(upper_p(abs(r), np.abs(drawn))), "permutations": len(orders)}
