"""Tables that an experiment lacks, and the parts of its page that are not made for want of them."""

from __future__ import annotations

from collections.abc import Sequence

from rhizolith.analysis.experiment.community_indices import lineages_of
from rhizolith.description.experiment.experiment import Experiment
from rhizolith.description.experiment.strays import some
from rhizolith.description.experiment.table import Table
from rhizolith.errors import Problem

PARTS = {
    "measurements": "soil, enzymes, biomass, the forest and the paths",
    "counts": "communities, differential taxa and networks",
    "features": "key metabolites",
    "formulas": "molecular formulas",
    "genes": "life strategies by genes",
}
"""Kind of table → the sections that rest on it."""
OF_LINEAGES = (
    "shares of phyla and genera, the copiotroph:oligotroph ratio, phyla in the network; taxa stand by their labels"
)


def missing_tables(experiment: Experiment) -> list[Problem]:
    """What is said of tables that are not there, and of lineages that do not cover the taxa."""
    kinds = {t.kind for t in experiment.tables if t.kind == "peaks" or set(t.samples) & set(experiment.samples)}
    if "peaks" in kinds:
        kinds.add("formulas")
    lacking = [kind for kind in PARTS if kind not in kinds]
    found = []
    if lacking:
        what = f"no table of {', '.join(lacking)} was found; not made: {'; '.join(PARTS[k] for k in lacking)}"
        fix = "nothing to do if that was not measured; else put the table into the folder, or say its kind in "
        found.append(Problem("tables", what, f"{fix}experiment.yaml"))
    taxonomies = [t for t in experiment.tables if t.kind == "taxonomy"]
    for table in experiment.tables:
        if table.kind == "counts":
            found += _without_reads(table)
            found += _lineages(table, taxonomies)
    return found


def _without_reads(table: Table) -> list[Problem]:
    """Samples whose column holds nothing but zeros."""
    totals = table.values.fillna(0).sum()
    lost = [str(s) for s, n in totals.items() if n <= 0 and str(s) not in table.roles]
    if not lost:
        return []
    what = f"{len(lost)} samples have no reads ({some(lost)}); they are in no comparison of communities"
    return [Problem(table.name, what, "nothing to do if sequencing failed; else look for a shifted column")]


def _lineages(table: Table, taxonomies: Sequence[Table]) -> list[Problem]:
    """Taxa without a lineage."""
    first = taxonomies[0] if taxonomies else None
    fix = "put a table of lineages beside it: a first column with the same labels, then Taxon, or Kingdom to Species"
    if lineages_of(table, None) is not None:
        return []
    if first is None:
        what = f"no table gives the lineages of its {len(table.values)} taxa; not made: {OF_LINEAGES}"
        return [Problem(table.name, what, fix)]
    known = {str(i) for i in first.values.index}
    lost = [str(i) for i in table.values.index if str(i) not in known]
    if not lost:
        return []
    if lineages_of(table, first.values) is None:
        what = f"{first.name} has lines for {len(table.values) - len(lost)} of its {len(table.values)} taxa only"
        return [Problem(table.name, f"{what} (not for {some(lost)}); not made: {OF_LINEAGES}", fix)]
    what = f"{len(lost)} of its {len(table.values)} taxa have no line in {first.name} ({some(lost)}): unassigned"
    return [Problem(table.name, what, "write the labels alike in both tables")]
