"""Which taxa differ between treatments, once it is admitted that a sequencer counts shares and not numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rhizolith.analysis.community.dissimilarity import check_counts
from rhizolith.analysis.community.few_samples_test import student
from rhizolith.analysis.model_terms import read_terms
from rhizolith.errors import InputError, Problem, RunError

METHODS = ("ancombc", "ancombc_t", "deseq2")


def differential(
    table: pd.DataFrame,
    design: pd.DataFrame,
    formula: str,
    *,
    method: str = "ancombc",
    prevalence: float = 0.1,
    pseudo: float = 1.0,
) -> pd.DataFrame:
    """Log2 fold changes of every taxon for every contrast of the design, with standard error, p and q.

    `table`: samples × taxa counts; `formula`: terms of the design (`plant * amendment`); the level of the first
    sample is the reference, of a category its first level. Taxa in fewer than `prevalence` of the samples are left
    out and counted in `attrs["left_out"]`. q is Benjamini–Hochberg within a contrast; `prevalence` is the share of
    samples in which the taxon occurs.

    `ancombc`: bias-corrected log-linear model (Lin & Peddada 2020; scikit-bio) with `pseudo` added to every cell.
    `ancombc_t`: the same linear model for few samples and few taxa: the shift all taxa share is their biweight,
    changes are judged by the spread of residuals, the variance of that shift and Student's t.
    `deseq2`: negative binomial model with shrunken dispersions (Love et al. 2014; pydeseq2, an optional extra).
    """
    if method not in METHODS:
        raise InputError(Problem("method", f"{method!r} is unknown", f"use one of {', '.join(METHODS)}"))
    counts = check_counts(table)
    if len(design) != len(counts):
        what = f"{len(design)} rows for {len(counts)} samples"
        raise InputError(Problem("design", what, "give one row per sample, in the same order"))
    read_terms(formula, design)
    found = (counts > 0).mean()
    kept = counts.loc[:, found >= prevalence]
    if kept.shape[1] < 3:
        fix = "lower the prevalence"
        raise InputError(Problem("table", f"{kept.shape[1]} taxa occur in {prevalence:.0%} of the samples", fix))
    ordered = design.set_axis(kept.index).copy()
    for name in ordered.columns:
        if isinstance(ordered[name].dtype, pd.CategoricalDtype):
            ordered[name] = ordered[name].cat.remove_unused_categories()
        elif not pd.api.types.is_numeric_dtype(ordered[name]):
            ordered[name] = pd.Categorical(ordered[name], categories=list(dict.fromkeys(ordered[name])))
    if method == "ancombc_t":
        result = student((kept + pseudo).map(np.log), ordered, formula)
    else:
        result = (_deseq2 if method == "deseq2" else _ancombc)(kept, ordered, formula, pseudo)
    result["contrast"] = result["contrast"].astype(str).str.replace(r"\[T\.([^\]]*)\]", r": \1", regex=True)
    result["prevalence"] = result["taxon"].map(found)
    result.attrs = {"method": method, "left_out": int((found < prevalence).sum()), "n": len(counts)}
    return result


def _ancombc(counts: pd.DataFrame, design: pd.DataFrame, formula: str, pseudo: float) -> pd.DataFrame:
    """ANCOM-BC as scikit-bio has it, natural logs turned into log2."""
    from skbio.stats.composition import ancombc

    result = ancombc(counts + pseudo, design, formula, p_adjust="fdr_bh")
    raw = getattr(result, "primary", None)
    frame = (raw if isinstance(raw, pd.DataFrame) else getattr(result, "result", result)).reset_index()
    names = {c.lower(): c for c in frame.columns}
    change = names.get("log(fc)") or names.get("log2(fc)")
    if change is None:
        raise RunError("ANCOM-BC gave a table of an unknown shape; this version of scikit-bio is not understood.")
    scale = 1.0 if change.lower().startswith("log2") else 1 / np.log(2)
    out = pd.DataFrame(
        {
            "taxon": frame[names["featureid"]],
            "contrast": frame[names["covariate"]],
            "log2_change": frame[change] * scale,
            "se": frame[names["se"]] * scale,
            "p": frame[names["pvalue"]],
            "q": frame[names["qvalue"]],
        }
    )
    return out[out["contrast"] != "Intercept"].reset_index(drop=True)


def _deseq2(counts: pd.DataFrame, design: pd.DataFrame, formula: str, pseudo: float) -> pd.DataFrame:
    """DESeq2 as pydeseq2 has it, with size factors that bear zeros."""
    try:
        from pydeseq2.dds import DeseqDataSet
        from pydeseq2.ds import DeseqStats
    except ImportError:
        fix = "pip install rhizolith[deseq2], or use ancombc"
        raise InputError(Problem("method deseq2", "needs pydeseq2", fix)) from None
    whole = counts.round().astype(int)
    data = DeseqDataSet(
        counts=whole, metadata=design, design=f"~{formula}", size_factors_fit_type="poscounts", quiet=True
    )
    data.deseq2()
    parts = []
    matrix = data.obsm["design_matrix"]
    for k, name in enumerate(matrix.columns):
        if name.lower() == "intercept":
            continue
        contrast = np.eye(matrix.shape[1])[k]
        stats = DeseqStats(data, contrast=contrast, quiet=True)
        stats.summary()
        r = stats.results_df
        parts.append(pd.DataFrame({
            "taxon": r.index, "contrast": name, "log2_change": r["log2FoldChange"].to_numpy(),
            "se": r["lfcSE"].to_numpy(), "p": r["pvalue"].to_numpy(), "q": r["padj"].to_numpy(),
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)
