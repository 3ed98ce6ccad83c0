"""Sample names that do not match between tables: reconciled by rule, reported one by one, never dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

_ROLES = (
    (
        "blank",
        re.compile(r"(?:^|[^a-z])(?:blank|blk|blanc|procblank|mq|milliq|solvent|nocontrol|ntc)s?(?:[^a-z]|$)", re.I),
    ),
    ("QC", re.compile(r"(?:^|[^a-z])(?:qc|sqc|pool|pooled|pooledqc)s?(?:[^a-z]|$)", re.I)),
)
_WRAP = re.compile(
    r"^(?:peak[ _]?(?:area|height)[ _:]*|intensity[ _:]*|area[ _:]*|raw[ _:]*|norm[_.: ]*|datafile:)|"
    r"(?:[ _.:]*(?:peak[ _]?(?:area|height)|intensity|area|height|sample|raw|mzml|mzxml|d|wiff|txt|csv|fastq|fq|gz|"
    r"r[12](?:_001)?|\(f\d+\)))+$",
    re.I,
)


MOST = 0.8  # of the names of a table must be one word and a number before they are matched by the number


@dataclass(frozen=True)
class Match:
    """How a written name was understood: `how` is exact, alike, numbered, replicate, mapped, role, proposed or new."""

    table: str
    written: str
    sample: str
    how: str


@lru_cache(maxsize=100_000)
def tokens(name: str) -> tuple[str, ...]:
    """Letters and numbers of a name without separators, case, leading zeros and what instruments add."""
    bare = _WRAP.sub("", name.strip()) or name
    bare = re.sub(r"^X(?=\d)", "", bare)  # R puts an X before a number
    return tuple(str(int(t)) if t.isdigit() else t for t in re.findall(r"\d+|[^\W\d_]+", bare.casefold()))


def role(name: str) -> str:
    """`blank` or `QC` for a name that says so, else empty."""
    return next((what for what, pattern in _ROLES if pattern.search(name)), "")


def understand(
    table: str, written: Iterable[str], samples: Sequence[str], known: Mapping[str, str] | None = None
) -> list[Match]:
    """Which sample each written name stands for.

    A name the user mapped comes first, then the same name, then one that differs in separators, case, leading zeros
    or an instrument's additions, then one with a replicate number or letter behind. A merely similar name is only
    proposed: it stays a sample of its own.
    """
    known = known or {}
    exact = set(samples)
    alike: dict[tuple[str, ...], list[str]] = {}
    for sample in samples:
        alike.setdefault(tokens(sample), []).append(sample)
    joined = {"".join(t): found[0] for t, found in alike.items() if len(found) == 1}
    out = []
    for name in dict.fromkeys(written):
        what = role(name)
        if name in known:
            out.append(Match(table, name, known[name], "mapped"))
        elif name in exact:
            out.append(Match(table, name, name, "exact"))
        elif what:
            out.append(Match(table, name, what, "role"))
        else:
            out.append(_near(table, name, alike, joined, samples))
    return _numbered(_beside(out), samples)


def _beside(matches: list[Match]) -> list[Match]:
    """`S9.1` beside `S9` is a replicate where most samples of the table have some; where few do, it may be a slip."""
    plain = {m.sample for m in matches if m.how in ("exact", "alike", "mapped")}
    doubled = {m.sample for m in matches if m.how == "replicate"} & plain
    if len(doubled) > 0.5 * len(plain):
        return matches
    return [
        Match(m.table, m.written, m.written, "new") if m.how == "replicate" and m.sample in doubled else m
        for m in matches
    ]


def _numbered(matches: list[Match], samples: Sequence[str]) -> list[Match]:
    """Names of one word and a number, `pot 01`, matched by the number where hardly a name was known otherwise.

    Only where the experiment numbers its samples with one word too, and has hardly a number less: on either side a few
    names may be slips, which stay what they are.
    """
    lost = [m for m in matches if m.how in ("proposed", "new")]
    if not lost or len(lost) < MOST * sum(m.how != "role" for m in matches):
        return matches
    theirs = _one_word({m.written: tokens(m.written) for m in lost})
    ours = _one_word({s: tokens(s) for s in samples})
    by = {number: sample for sample, number in ours.items()}
    if len(by) < len(ours) or len(set(theirs.values())) < len(theirs):
        return matches
    found = {w: by[number] for w, number in theirs.items() if number in by}
    if not found or len(found) < MOST * len(theirs):
        return matches
    return [
        Match(m.table, m.written, found[m.written], "numbered") if m.written in found and m in lost else m
        for m in matches
    ]


def _one_word(parts: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Name → its number, of the names that are the commonest word and a number; none where others are not few."""
    stems = [p[:-1] for p in parts.values()]
    common = max(stems, key=stems.count, default=())
    numbers = {n: p[-1] for n, p in parts.items() if p[:-1] == common and p and p[-1].isdigit()}
    return numbers if len(numbers) >= MOST * len(parts) else {}


def _near(
    table: str, name: str, alike: Mapping[tuple[str, ...], list[str]], joined: Mapping[str, str], samples: Sequence[str]
) -> Match:
    parts = tokens(name)
    same = alike.get(parts, [])
    if len(same) == 1:
        return Match(table, name, same[0], "alike")
    if "".join(parts) in joined:
        return Match(table, name, joined["".join(parts)], "alike")
    for cut in (1, 2):  # `A1 2`, `A1 rep 2`, `A1b`
        tail = parts[len(parts) - cut :]
        counted = bool(tail) and (tail[-1].isdigit() or (len(tail[-1]) == 1 and tail[-1] in "abcdef"))
        if cut == 2 and (len(tail) < 2 or tail[0] not in ("rep", "replicate", "r", "t", "tech", "inj")):
            continue
        base = alike.get(parts[: len(parts) - cut], [])
        if counted and len(base) == 1:
            return Match(table, name, base[0], "replicate")
    near = get_close_matches(name.casefold(), [s.casefold() for s in samples[:2000]], 1, 0.75) if len(name) > 2 else []
    if near:
        like = next(s for s in samples if s.casefold() == near[0])
        return Match(table, name, like, "proposed")
    return Match(table, name, name, "new")


def factors_in_names(samples: Sequence[str]) -> dict[str, list[str]]:
    """Factors hidden in names such as `CK-NPK-1`: parts between separators that repeat over samples.

    Empty unless all names have the same number of parts, and at least one part takes two to half as many values as
    there are samples.
    """
    bases = [" ".join(tokens(s)[:-1]) for s in samples]
    repeats = min((bases.count(b) for b in set(bases)), default=0)
    if repeats > 1 and len(set(bases)) > 1 and all(1 <= len("".join(tokens(s)[-1:])) <= 2 for s in samples):
        parts = {s: re.split(r"[-_ ./]+", s) for s in samples}
        if len({len(p) for p in parts.values()}) != 1 or len(next(iter(parts.values()))) < 3:
            return {"name without replicate": bases}
    split = [re.split(r"[-_ ./]+", s) for s in samples]
    if len({len(p) for p in split}) != 1 or len(split[0]) < 2:
        return {}
    found = {}
    for k in range(len(split[0])):
        levels = [p[k] for p in split]
        if 2 <= len(set(levels)) <= max(2, len(samples) // 2):
            found[f"name part {k + 1}"] = levels
    return found
