"""Delimited tables with random dirt, as users make them, and the same with bytes changed."""

from __future__ import annotations

import random

HEADERS = ["pH", "SOC (g/kg)", "MBC (mg/kg)", "BG (nmol/g/h)", "Treatment", "note", "Clay %", "AP", "x", "Ca", "date"]
ODD = ["", "NA", "<0.1", "<LOD", "n.d.", "1e300", "-1e300", "1e999", "inf", "nan", "-999", "1,5", "1.234,5", "3 ± 1",
       "bad", "#DIV/0!", "=A1", "'", '"', "5a", "2025-01-02", "‰", "0", "٣", "½", "TRUE", "1_000"]  # fmt: skip


def table(seed: int) -> tuple[bytes, list[str]]:
    """A delimited table with random dirt, and the samples in it."""
    rng = random.Random(seed)
    n = rng.randint(3, 12)
    style = rng.choice(["A{}", "pot {}", "CK-{}", "Übung_{}", "S0{}", "{}"])
    samples = [style.format(k + 1) for k in range(n)]
    headers = [rng.choice(HEADERS) for _ in range(rng.randint(2, 9))]
    if rng.random() < 0.7:
        headers = list(dict.fromkeys(headers))
    comma = rng.random() < 0.3
    separator = rng.choice([";", "\t"]) if comma else rng.choice([",", ";", "\t"])
    at = rng.randint(0, len(headers)) if rng.random() < 0.3 else 0

    def cell(header: str) -> str:
        if rng.random() < 0.08:
            odd = rng.choice(ODD)
            return odd.replace(separator, " ")
        if header in ("Treatment", "note"):
            return rng.choice(["CK", "NPK", "with, comma" if separator != "," else "x", "é"])
        text = f"{rng.lognormvariate(1, 2):.{rng.randint(0, 4)}f}"
        return text.replace(".", ",") if comma else text

    lines = []
    if rng.random() < 0.2:
        lines += ["Table 1. Results of the pot experiment", ""]
    head = headers.copy()
    head.insert(at, rng.choice(["sample", "Sample ID", "sample_name"]))
    lines.append(separator.join(head))
    for s in samples:
        for _ in range(1 if rng.random() < 0.9 else 2):
            row = [cell(h) for h in headers]
            row.insert(at, s)
            lines.append(separator.join(row) + (separator if rng.random() < 0.05 else ""))
        if rng.random() < 0.05:
            lines.append("")
    ends = rng.choice(["\n", "\r\n", "\r"])
    return ends.join(lines).encode(rng.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])), samples


def broken(seed: int) -> bytes:
    """The same table with bytes changed, taken out or put in."""
    rng = random.Random(seed)
    raw = bytearray(table(seed)[0])
    for _ in range(rng.randint(1, 30)):
        k = rng.randrange(len(raw))
        action = rng.random()
        if action < 0.5:
            raw[k] = rng.randrange(256)
        elif action < 0.75:
            del raw[k : k + rng.randint(1, 20)]
        else:
            raw[k:k] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 9)))
        if not raw:
            break
    return bytes(raw)
