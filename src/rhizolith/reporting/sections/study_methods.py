"""The methods as they were really done, in sentences that a paper can take."""

from __future__ import annotations

import json

import xarray as xr
from markupsafe import Markup

from rhizolith.description.experiment.treatment_name import OUTSIDE
from rhizolith.reporting.experiment import described, listed, nodes
from rhizolith.reporting.panels.treatment_dots import BELOW, sample_groups
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import words
from rhizolith.reporting.words import count, listing, plain


@section("analyze", order=92, title="Methods, as done")
def study_methods(tree: xr.DataTree) -> Piece | None:
    """One paragraph a part; what was not done says so."""
    if "study" not in tree.children:
        return None
    rows = [Markup("<p><b>Samples and tables.</b> {}</p>").format(_samples(tree))]
    for node in tree["study"].children.values():
        said = " ".join(words(node, "said"))
        skipped = node.attrs.get("skipped")
        rows.append(Markup("<p><b>{}.</b> {}</p>").format(node.attrs.get("title", ""), said or f"Not done: {skipped}"))
    version = tree.attrs.get("version", "")
    settings = json.loads(str(tree.attrs.get("settings", "{}")))
    seed = (
        f"Random numbers start from fixed seeds ({settings.get('seed', 0)} for intervals within samples, 0 for tests "
        "and resamples), so that the same tables give the same digits"
    )
    others = json.loads(str(tree.attrs.get("versions", "{}")))
    if others:
        seed += f" with {listing([f'{name} {number}' for name, number in others.items()])}"
    seed += "."
    return Piece(Markup("").join(rows) + Markup("<p><small>rhizolith {}. {}</small></p>").format(version, seed))


def _samples(tree: xr.DataTree) -> str:
    """How many samples, of what design, and what was done to the tables before any index or test."""
    about, design = tree["study"].attrs, tree["design"].to_dataset()
    of = sample_groups(tree)
    treated = of[of != OUTSIDE]
    said = [f"{count(len(of), 'sample')} in {count(treated.nunique(), 'treatment')}."]
    if len(treated) < len(of):
        said.append(f"{count(len(of) - len(treated), 'sample')} without a treatment: in no mean or test.")
    for name, what in (("block", "blocks"), ("plots", "what several samples were taken from")):
        column = str(about.get(name, ""))
        if column in design:
            said.append(f"{plain(column)} ({len(set(design[column].values.tolist()))} levels): {what}.")
    problems = [str(p["what"]) for p in listed(tree, "problems")]
    below = [m[1] for p in problems if (m := BELOW.search(p))]
    if below:
        said.append(f"{count(len(below), 'value')} below detection: {below[0]} of the limit stands for each.")
    missing = sum("is no number" in p for p in problems)
    if missing:
        said.append(f"{count(missing, 'cell')} that held no number {'is' if missing == 1 else 'are'} missing.")
    converted = [c for c in listed(tree, "columns") if str(c.get("factor", "1")) not in ("1", "1.0", "")]
    if converted:
        names = listing([f"{c['read as']} (× {c['factor']})" for c in converted])
        said.append(f"Converted: {names}.")
    for name, _ in nodes(tree, "formulas_"):
        filters = str(tree[name].attrs.get("filters", ""))
        said += [f"{plain(name.removeprefix('formulas_'))}: {filters}."] if filters else []
    for name, held in nodes(tree, "features_"):
        how = "probabilistic quotient normalization (Dieterle et al. 2006)" if "dilution" in held else (
            "taken as logarithms, not normalized again")  # fmt: skip
        said.append(f"{plain(name.removeprefix('features_'))}: {how}.")
    draws = json.loads(str(tree.attrs.get("settings", "{}"))).get("draws")
    if draws:
        said.append(
            f"{count(len(described(tree)), 'index', 'indices')} (see Definitions); intervals within a sample by "
            f"{draws} draws of its replicates, reads or formulas."
        )
    outcome = str(about.get("outcome", ""))
    if outcome:
        how = "named by the user" if about.get("outcome_asked") == "True" else (
            "taken since none was named: the first known in nine of ten samples of a carbon use efficiency, "
            "respiration, biomass carbon, vector length and organic carbon"
        )  # fmt: skip
        said.append(f"Outcome: {plain(outcome)}, {how}.")
    return " ".join(said)
