"""The part of the font that figures in files embed: whole alphabets and signs, without what typesetting adds.

A figure in a PDF carries its font, cut to the letters it shows. Cutting the whole font for every figure takes most of
the time of drawing it; cutting the part with the letters of Latin and Greek, numbers, arrows and signs takes a tenth.
Letters beyond it (other alphabets) come from the whole font.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from fontTools import subset
from matplotlib import font_manager

WHOLE = "DejaVu Sans"
PART = "Rhizolith Print"
LETTERS = (
    (0x0020, 0x007F), (0x00A0, 0x0250), (0x02B0, 0x0300), (0x0370, 0x0400), (0x2010, 0x2040), (0x2070, 0x20A0),
    (0x2100, 0x2140), (0x2190, 0x2270), (0x25A0, 0x2600),
)  # fmt: skip
"""Unicode ranges: Latin with accents, Greek, dashes, raised and lowered numbers, arrows, operators, shapes."""
LEFT_OUT = ("FFTM", "GSUB", "GPOS", "GDEF", "MATH")
"""Tables of a font that drawing words on a figure does not need."""


@cache
def print_families() -> tuple[str, ...]:
    """Families to draw figures for files with: the part of the font first, then the whole one.

    The part is made once a process, in a folder that goes with it.
    """
    folder = Path(tempfile.mkdtemp(prefix="rhizolith-font-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for weight in ("normal", "bold"):
        path = font_manager.findfont(font_manager.FontProperties(family=WHOLE, weight=weight))
        font_manager.fontManager.addfont(str(_part(path, folder / f"{weight}.ttf")))
    return PART, WHOLE


def _part(whole: str, to: Path) -> Path:
    """The letters of one font, in a file, under a family of their own; the name a PDF shows stays."""
    options = subset.Options(glyph_names=True, hinting=False, notdef_outline=True, name_IDs=["*"])
    options.drop_tables += LEFT_OUT
    font = subset.load_font(whole, options)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=[code for low, high in LETTERS for code in range(low, high)])
    cut.subset(font)
    for entry in font["name"].names:
        if entry.nameID in (1, 16):
            entry.string = PART
    font.save(str(to))
    return to
