"""Figures as files: two widths to the tenth of a millimetre, words that stay words, whole files, an index."""

from __future__ import annotations

import re
import zlib
from functools import partial
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from rhizolith.reporting.figure import Panel
from rhizolith.reporting.figure_columns import known
from rhizolith.reporting.figure_files import COLUMNS, write_figures

WORDS = "Carbon of MAOM (mg g⁻¹), η² ≥ 0.5"


def _line(axes, k: int = 1) -> None:
    axes.plot([0, 1], [0, k])
    axes.set_xlabel(WORDS)
    axes.text(0.2, 0.5, "in bold", weight="bold", transform=axes.transAxes)


def _stopped(axes) -> None:
    raise KeyboardInterrupt


def panel(name: str, draw=_line) -> Panel:
    return Panel(name, f"Title of {name}", "What it shows, n 3.", pd.DataFrame({"x": [0.0, 1.0]}), draw)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    to = tmp_path_factory.mktemp("figures")
    told: list[float] = []
    assert write_figures([panel("one"), panel("two", partial(_line, k=3))], to, told.append, jobs=1) == ["one", "two"]
    assert told == [0.5, 1.0]
    return to


def streams(pdf: bytes) -> bytes:
    """Everything a PDF holds, unpacked."""
    packed = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S)
    out = b""
    for one in packed:
        try:
            out += zlib.decompressobj().decompress(one)
        except zlib.error:
            out += one
    return out


@pytest.mark.parametrize("width", COLUMNS)
def test_a_figure_is_as_wide_as_the_column(folder, width):
    svg = (folder / f"{width}mm" / "one.svg").read_text(encoding="utf-8")
    box = re.search(r'viewBox="0 0 ([\d.]+) ', svg)
    assert box is not None and float(box[1]) / 72 * 25.4 == pytest.approx(width, abs=0.1)
    assert re.search(rf'<svg[^>]* width="{width}(\.0+)?mm"', svg)
    media = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+)", (folder / f"{width}mm" / "one.pdf").read_bytes())
    assert media is not None and float(media[1]) / 72 * 25.4 == pytest.approx(width, abs=0.1)


@pytest.mark.parametrize("width", COLUMNS)
def test_words_stay_words(folder, width):
    svg = (folder / f"{width}mm" / "one.svg").read_text(encoding="utf-8")
    assert re.search(rf"<text[^>]*>{re.escape(WORDS)}</text>", svg) and ">in bold</text>" in svg
    fonts = set(re.findall(r"font-family: ([^;\"]+)", svg)) | set(re.findall(r"font: [^;\"]*?px ([^;\"]+)", svg))
    assert fonts == {"'DejaVu Sans', Verdana, sans-serif"}  # nothing that only this program knows
    pdf = (folder / f"{width}mm" / "one.pdf").read_bytes()
    assert b"/Type3" not in pdf and b"/FontFile2" in pdf and b"+DejaVuSans" in pdf
    inside = streams(pdf)
    assert b"beginbfrange" in inside  # letters can be searched, copied and edited
    assert inside.count(b" Tj") + inside.count(b" TJ") >= 2


def test_the_same_numbers_make_the_same_files(folder, tmp_path):
    write_figures([panel("one")], tmp_path, jobs=1)
    for name in ("one.csv", "one.svg", "89mm/one.svg", "183mm/one.pdf"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_the_index_names_every_figure_and_what_it_shows(folder):
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert "| Title of one | `one` | What it shows, n 3. |" in index and "`two`" in index


def test_columns_say_their_unit_and_what_they_are(folder, tmp_path):
    dots = pd.DataFrame(
        {"sample": ["a"], "value": [1.0], "mean": [1.0], "p": [0.1], "unit": ["mg kg⁻¹"], "time_d": [2.0]}
    )
    write_figures([Panel("dots", "Dots", "About.", dots, _line)], tmp_path, jobs=1)
    table = pd.read_csv(tmp_path / "columns.csv", keep_default_na=False).set_index("column")
    assert list(table.index) == list(pd.read_csv(tmp_path / "dots.csv").columns) and set(table["figure"]) == {"dots"}
    assert table.loc[["value", "mean"], "unit"].tolist() == ["mg kg⁻¹"] * 2
    assert table.loc["p", "unit"] == "chance" and table.loc["time_d", "unit"] == "d"
    assert table.loc["p", "meaning"].startswith("p of the test")


def test_every_known_column_is_told_once_and_in_words():
    rows = pd.read_csv(files("rhizolith.reporting") / "data" / "figure_columns.csv", keep_default_na=False)
    assert rows["column"].is_unique and (rows["meaning"] != "").all() and len(rows) == len(known())


def test_what_is_finished_when_work_stops_is_kept_whole(tmp_path):
    panels = [panel("one"), panel("two", _stopped)]
    panels[1].__dict__["page_svg"] = "<svg/>"  # on the page already
    with pytest.raises(KeyboardInterrupt):
        write_figures(panels, tmp_path, jobs=1)
    assert (tmp_path / "89mm" / "one.pdf").read_bytes().rstrip().endswith(b"%%EOF")
    index = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "`one`" in index and "`two`" not in index
    assert not list(tmp_path.rglob("*.part"))


def test_two_processes_write_what_one_writes(tmp_path):
    panels = [panel(f"f{k}", partial(_line, k=k)) for k in range(16)]
    write_figures(panels, tmp_path / "two", jobs=2)
    one = panels[5]
    svg, _ = one.at(89).both()
    names = sorted(p.stem for p in (tmp_path / "two" / "183mm").glob("*.pdf"))
    assert names == sorted(p.name for p in panels)
    assert "f5" in (tmp_path / "two" / "README.md").read_text(encoding="utf-8")
    assert (tmp_path / "two" / "89mm" / "f5.svg").read_text(encoding="utf-8").count("<text") == svg.count("<text")
    assert np.isclose(len((tmp_path / "two" / "89mm" / "f5.svg").read_text(encoding="utf-8")), len(svg), rtol=0.01)
