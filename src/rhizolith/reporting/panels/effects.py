"""Effects along drawn paths: what goes directly, what goes through others, and both together."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from rhizolith.reporting.figure import COLOURS, Panel

KINDS = {"direct": (COLOURS[0], "o"), "indirect": (COLOURS[4], "s"), "total": ("#222222", "D")}
MOST = 10
"""Pairs of cause and effect."""


def effects(split: pd.DataFrame, size: str) -> Panel | None:
    """`split`: cause, effect, kind, estimate, low, high; `size`: how many samples, in words."""
    if split.empty:
        return None
    last = split["effect"].iloc[-1]
    pairs = list(dict.fromkeys(zip(split["cause"], split["effect"])))
    own = [p for p in pairs if p[1] == last]
    pairs = (own + [p for p in pairs if p[1] != last])[:MOST]
    parts = split[[(c, e) in pairs for c, e in zip(split["cause"], split["effect"])]]
    total = parts[(parts["kind"] == "total") & (parts["effect"] == last)]
    sure = total[(total["low"] > 0) | (total["high"] < 0)]
    listed = "; ".join(
        "{} {} ({} to {})".format(r["cause"], *(f"{r[k]:.2f}".replace("-", "−") for k in ("estimate", "low", "high")))
        for r in sure.to_dict("records")
    )
    words = (
        f"Standardized effects with 95 % percentile intervals of the resamples, {size}; an interval that leaves out 0 "
        f"is drawn solid. Total effects on {last} told from 0: {listed or 'none'}. Along drawn arrows, not causes."
    )
    return Panel(
        "path-effects", "Direct, indirect and total effects", words, split, partial(_draw, parts=parts, pairs=pairs),
        width=4.2, height=0.9 + 0.36 * len(pairs),
    )  # fmt: skip


def _draw(axes: Axes, parts: pd.DataFrame, pairs: list[tuple[str, str]]) -> None:
    for row, (cause, effect) in enumerate(pairs):
        own = parts[(parts["cause"] == cause) & (parts["effect"] == effect)]
        for r in own.to_dict("records"):
            colour, marker = KINDS[r["kind"]]
            y = row + {"direct": -0.24, "indirect": 0.0, "total": 0.24}[r["kind"]]
            sure = r["low"] > 0 or r["high"] < 0
            axes.plot([r["low"], r["high"]], [y, y], color=colour, lw=1.2 if sure else 0.8, ls="-" if sure else ":")
            axes.plot(r["estimate"], y, marker, color=colour, ms=4, mfc=colour if sure else "white", mew=0.9)
    axes.axvline(0, color="#888", lw=0.8, zorder=0)
    axes.set_yticks(range(len(pairs)), [f"{c} → {e}" for c, e in pairs], fontsize=7)
    axes.set_ylim(len(pairs) - 0.5, -0.5)
    for row in np.arange(len(pairs) - 1) + 0.5:
        axes.axhline(row, color="#eee", lw=0.6, zorder=0)
    axes.set_xlabel("standardized effect (no unit)", fontsize=8.5)
    axes.tick_params(axis="x", labelsize=8)
    for kind, (colour, marker) in KINDS.items():
        axes.plot([], [], marker, color=colour, ms=4, label=kind)
    axes.get_figure().legend(loc="outside lower center", ncols=3, fontsize=7, frameon=False)  # type: ignore[union-attr]
