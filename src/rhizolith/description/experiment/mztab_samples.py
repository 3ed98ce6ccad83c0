"""Which sample an assay of an mzTab file is, and what was done to it, from the file's metadata."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

import pandas as pd

_OF_SAMPLES = re.compile(r"(sample\[\d+\])-(species|tissue|cell_type|disease|custom)\[\d+\]")


def parameters(text: str) -> list[tuple[str, str]]:
    """Names and values of parameters such as `[MS, MS:1001844, MS1 feature area, ] | [,,dose,0.5 mg]`."""
    found = []
    for part in re.findall(r"\[([^\[\]]*)\]", text):
        words = [w.strip().strip('"') for w in part.split(",", 3)] + [""] * 4
        name, value = words[2], words[3]
        if name:
            found.append((name, "" if value.casefold() == "null" else value))
    return found


def assay_names(said: Mapping[str, str], numbers: Sequence[int]) -> tuple[dict[int, str], list[str]]:
    """Number of an assay → name of its sample, and what is to be said.

    The name of the sample where each assay has one of its own; else of the assay; else of the run's file; else what
    describes the sample; else its number. One rule for all assays of a file, the first that gives different names.
    """
    refs = {n: said.get(f"assay[{n}]-sample_ref", "") for n in numbers}
    runs = {n: said.get(f"assay[{n}]-ms_run_ref", "").split("|")[0].strip() for n in numbers}
    ways = (
        {n: said.get(refs[n], "") for n in numbers},
        {n: said.get(f"assay[{n}]", "") for n in numbers},
        {n: _stem(said.get(f"{runs[n]}-location", "")) for n in numbers},
        {n: said.get(f"{refs[n] or f'sample[{n}]'}-description", "") for n in numbers},
        {n: f"assay {n}" for n in numbers},
    )
    names = next(w for w in ways if all(w.values()) and len(set(w.values())) == len(w))
    shared: dict[str, list[int]] = {}
    for n, ref in refs.items():
        if ref:
            shared.setdefault(said.get(ref, ref), []).append(n)
    notes = [
        f"{', '.join(names[n] for n in group)} are assays of one sample, {sample}; they are kept apart"
        for sample, group in shared.items()
        if len(group) > 1
    ]
    return names, notes


def _stem(location: str) -> str:
    name = re.split(r"[/\\]", unquote(location))[-1]
    return re.sub(r"\.[A-Za-z]\w{0,5}$", "", name)


def design_of_assays(said: Mapping[str, str], names: Mapping[int, str]) -> pd.DataFrame:
    """Factors of each sample: study variables (those that overlap in columns of their own), their factors, and what
    is said of samples. What is the same in all samples is left out.
    """
    held: dict[str, dict[int, str]] = {}
    variables = sorted({int(m[1]) for k in said if (m := re.match(r"study_variable\[(\d+)\]", k))})
    columns: list[dict[int, str]] = []
    for v in variables:
        level = said.get(f"study_variable[{v}]") or said.get(f"study_variable[{v}]-description") or str(v)
        refs = said.get(f"study_variable[{v}]-assay_refs", said.get(f"study_variable[{v}]-assay_refs[1]", ""))
        assays = [int(n) for n in re.findall(r"assay\[(\d+)\]", refs) if int(n) in names]
        free = next((c for c in columns if not set(assays) & set(c)), None)
        if free is None:
            free = {}
            columns.append(free)
        free.update(dict.fromkeys(assays, level))
        for name, value in parameters(said.get(f"study_variable[{v}]-factors", "")):
            held.setdefault(name, {}).update(dict.fromkeys(assays, value or name))
    for k, column in enumerate(columns):
        held["study variable" if k == 0 else f"study variable {k + 1}"] = column
    sample_of = {n: said.get(f"assay[{n}]-sample_ref", "") for n in names}
    for key, text in said.items():
        found = _OF_SAMPLES.fullmatch(key)
        for name, value in parameters(text) if found else []:
            factor, level = (name, value) if found and found[2] == "custom" else (found[2] if found else "", name)
            assays = [n for n, ref in sample_of.items() if found and ref == found[1]]
            held.setdefault(factor.replace("_", " "), {}).update(dict.fromkeys(assays, level))
    if len(set(sample_of.values())) < len(sample_of) and any(sample_of.values()):
        held["assayed sample"] = {n: said.get(ref, ref) for n, ref in sample_of.items()}
    varied = {f: told for f, told in held.items() if len({told.get(n, "") for n in names}) > 1}
    rows = {name: {f: told.get(n, "") for f, told in varied.items()} for n, name in names.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(varied)) if varied else pd.DataFrame()
