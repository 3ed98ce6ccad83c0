"""The page is whole, says what the result says, and asks nothing of the network."""

import json
import os
import re
import shutil
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from made_up_run import made_up_run

import rhizolith.reporting.bibliography as bibliography
from rhizolith.errors import InputError
from rhizolith.reporting import cite, report
from rhizolith.reporting.figure import apart
from rhizolith.reporting.page import build
from rhizolith.reporting.run import Run
from rhizolith.reporting.section import sections_for
from rhizolith.reporting.sections.spectrum import band
from rhizolith.reporting.words import amount, in_one_line, number, share, span

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def run():
    return made_up_run()


@pytest.fixture(scope="module")
def page(run):
    return build([run]).html


@pytest.fixture(scope="module")
def on_disk(page, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(page, encoding="utf-8")
    return path


def test_sections_stand_in_the_order_of_the_story(page):
    titles = re.findall(r"<section[^>]*>\s*<h2>([^<]+)</h2>", page)
    assert titles == [
        "In short",
        "Which association breaks by which mechanism",
        "Disruption in time, mechanism by mechanism",
        "From the root outwards",
        "Formation beside disruption",
        "Where the mobilized carbon went",
        "Balances",
        "Events",
        "What was assumed",
        "Sources",
        "How this was made",
    ]


def test_matrix_numbers_are_the_dataset_s(run, page):
    hints = re.findall(r'data-hint="([^"]+)"', page)
    seen = 0
    for hint in hints:
        mechanism, percent, held = re.match(r"(.+?) disrupted (.+?) % of (.+?): ", hint).groups()
        name = mechanism.replace(" ", "_")
        names = {in_one_line(str(a)): a for a in run["association"].values}
        row = run.sel(association=names[held], mechanism=name)
        held_at_start = float((row["association_carbon"][0] * run["soil_mass"]).sum())
        expected = 100 * float(row["disrupted"][-1]) / held_at_start
        if percent.startswith("&lt;"):
            assert expected < 1e-4
        else:
            assert float(percent.replace("·10⁻⁵", "e-5")) == pytest.approx(expected, rel=0.05)
        seen += 1
    expected_cells = int((run["disrupted"].isel(time=-1) > 0).sum())
    assert seen == expected_cells > 0


def test_band_words_follow_the_fraction():
    assert band(0.0) == (0, "none")
    assert band(5e-4) == (1, "trace")
    assert band(0.3) == (5, "very high")
    assert band(float("nan"))[0] == -1


def test_evidence_is_the_weakest_grade(run):
    view = Run(run)
    assert view.grade("proton_dissolution") == "measured"
    assert view.grade("ligand_dissolution") == "fitted"
    assert view.grade("dispersion") == "assumed"
    assert view.grade("a_mechanism_without_values") == "assumed"


def test_spectrum_times_stock_is_all_that_was_disrupted(run):
    view = Run(run)
    np.testing.assert_allclose(float((view.spectrum * view.stock).sum()), float(view.gross.sum()), rtol=1e-12)


def test_an_open_balance_is_shouted(run):
    leaky = run.copy(deep=True)
    leaky["balance"][0] = 1e-6
    html = build([leaky]).html
    assert "does NOT close" in html
    assert "Every balance closes" not in html


def test_scenario_text_cannot_inject_markup(run):
    hostile = run.copy()
    hostile.attrs["title"] = "<script>alert(1)</script>"
    html = build([hostile]).html
    assert "<script>alert(1)" not in html


def test_a_batch_has_no_profiles(run):
    batch = run.isel(radius=[0])
    html = build([batch]).html
    assert "From the root outwards" not in html
    assert "per kg soil" in html


def test_nothing_disrupted_is_said_plainly(run):
    calm = run.copy(deep=True)
    calm["disrupted"][:] = 0.0
    assert "No mechanism disrupted any" in build([calm]).html


def test_two_results_share_a_page_without_sharing_anchors(run):
    html = build([run, run]).html
    anchors = re.findall(r'\sid="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))
    assert html.count("<section") == 22


class _Loads(HTMLParser):
    """Collects whatever a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("src", "srcset", "data", "poster") or (name == "href" and tag == "link"):
                self.found.append(value or "")


def test_no_element_loads_anything(page):
    loads = _Loads()
    loads.feed(page)
    assert [x for x in loads.found if not x.startswith("data:")] == []
    assert not re.search(r"@import|url\(\s*['\"]?https?:", page)


def test_every_id_is_unique(page):
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_every_panel_is_well_formed_editable_svg_with_its_numbers(run):
    for panel in build([run]).panels:
        svg = panel.svg()
        ElementTree.fromstring(svg)
        assert "<text" in svg
        assert len(panel.csv().splitlines()) > 1


def test_written_whole_or_not_at_all_and_figures_beside(run, tmp_path):
    html = report(run, to=tmp_path / "deep" / "report.html", figures=True)
    assert (tmp_path / "deep" / "report.html").read_text(encoding="utf-8") == html
    assert not list(tmp_path.rglob("*.part"))
    folder = tmp_path / "deep" / "figures"
    kinds = {p.suffix for p in folder.iterdir() if p.is_file()}
    assert kinds == {".svg", ".csv", ".md"}
    names = {p.stem for p in folder.glob("*.csv")} - {"columns"}
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert names and all(f"`{name}`" in index for name in names)
    for width in (89, 183):
        printed = {kind: {p.stem: p for p in (folder / f"{width}mm").glob(f"*.{kind}")} for kind in ("svg", "pdf")}
        assert set(printed["svg"]) == set(printed["pdf"]) == names


def test_a_page_is_the_same_from_disk(run, tmp_path, page):
    run.to_netcdf(tmp_path / "run.nc", engine="h5netcdf")
    assert report(tmp_path) == page


def test_a_result_that_nothing_reports_on_is_refused(run):
    stranger = run.copy()
    stranger.attrs["made_by"] = "divination"
    with pytest.raises(InputError, match=r"(?s)divination.*simulate"):
        report(stranger)
    with pytest.raises(InputError, match="no such result file"):
        report("nowhere.nc")
    assert sections_for("divination") == []


def test_citations_come_from_sources_and_from_assumed_values(run, monkeypatch):
    text = "@article{Palandri2004,\n author = {Palandri, James L. and Kharaka, Yousif K.},\n year = {2004},\n"
    text += " title = {A {Compilation}},\n institution = {U.S. Geological Survey},\n}\n"
    parsed = bibliography.parse(text)
    names = "Palandri, James L.; Kharaka, Yousif K. (2004)"
    assert parsed["Palandri2004"].text == f"{names}. A Compilation. U.S. Geological Survey."
    monkeypatch.setattr(bibliography, "read_bibliography", lambda: parsed)
    assert bibliography.keys_of(run) == ["Palandri2004"]
    assert cite(run).startswith("Palandri2004  Palandri, James L.")
    assert cite(run, style="bibtex") == text.strip()


def test_words():
    assert share(0.0123) == "1.2 %"
    assert share(1e-9) == "< 0.0001 %"
    assert number(-1.5e-8) == "−1.5·10⁻⁸"
    assert amount(1.23e-5, "mol C") == "12.3 µmol C"
    assert amount(0.0, "mol C") == "0 mol C"
    assert span(30 * 86400) == "30 days"
    assert span(86400) == "1 day"


def test_labels_keep_their_distance():
    placed = apart([0.0, 0.01, 0.02, 5.0], [1.0, 2.0, 1.0, 1.0], 0.0)
    assert (np.diff(placed) >= np.array([1.5, 1.5, 1.0]) - 1e-6).all()
    assert placed[0] >= 0.5


def _browser(playwright):
    args = ["--no-sandbox", "--disable-gpu"] if os.geteuid() == 0 else ["--disable-gpu"]
    return playwright.chromium.launch(executable_path=CHROMIUM, args=args)


@pytest.mark.skipif(CHROMIUM is None, reason="skipped: no chromium on this machine")
@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_shows_the_page_offline_without_requests_or_sideways_scroll(on_disk: Path, width: int):
    sync = pytest.importorskip("playwright.sync_api", reason="skipped: playwright absent")
    with sync.sync_playwright() as playwright:
        browser = _browser(playwright)
        shown = browser.new_page(viewport={"width": width, "height": 900})
        asked, said = [], []
        shown.on("request", lambda r: asked.append(r.url))
        shown.on("console", lambda m: said.append(m.text))
        shown.on("pageerror", lambda e: said.append(str(e)))
        shown.goto(on_disk.as_uri())
        assert [u for u in asked if not u.startswith(("file:", "data:"))] == []
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        if width > 768:
            cell = shown.locator("button[data-m]").first
            cell.focus()
            shown.keyboard.press("Enter")
            why = shown.locator(".why")
            assert why.is_visible()
            assert "Weakest grade of evidence" in why.inner_text()
        else:
            assert shown.locator(".narrow li").first.is_visible()
            assert not shown.locator("table.matrix").is_visible()
        assert said == []
        browser.close()


def test_the_values_behind_a_cell_are_on_the_page(page, run):
    grounds = json.loads(re.search(r'class="grounds">(.*?)</script>', page, re.S)[1])
    assert set(grounds) == set(Run(run).mechanisms)
    assert grounds["proton_dissolution"][0]["grade"] == "measured"
