"""The page of an assessed soil in a browser: every cell says why in two clicks, wide and narrow, with its sources."""

import os
import shutil

import pytest

from rhizolith.assessment.assess import assess
from rhizolith.reporting import report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BOX = ".assess-spectrum .why"

PRESS_ALL = """(cells) => [...document.querySelectorAll(cells)].map((cell) => {
  const folded = cell.closest('details:not([open])');
  if (folded) folded.querySelector('summary').click();
  cell.click();
  const box = document.querySelector('.assess-spectrum .why');
  return [folded ? 2 : 1, box.innerText, box.getBoundingClientRect().top < innerHeight];
})"""
"""clicks, what the box says and whether it is in sight, for each cell"""


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory):
    path = tmp_path_factory.mktemp("assessed") / "report.html"
    soil = {"pH": 5.2, "organic_carbon": 30, "clay": 300, "oxalate_iron": 9}
    report(assess(soil, setting={"plant": "tree"}, samples=200).to_dataset(), to=path)
    return path


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="skipped: playwright absent")
    if CHROMIUM is None:
        pytest.skip("skipped: no chromium on this machine")
    args = ["--no-sandbox", "--disable-gpu"] if os.geteuid() == 0 else ["--disable-gpu"]
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=args)
        yield opened
        opened.close()


@pytest.mark.parametrize(("width", "cells"), [(1280, ".wide button"), (390, ".narrow button")])
def test_every_cell_says_why_in_two_clicks_and_opens_its_sources(browser, on_disk, width, cells):
    page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    wrong = []
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.goto(on_disk.as_uri())
    assert page.locator(cells).count() == 99, "nine associations by eleven mechanisms"
    said = page.evaluate(PRESS_ALL, cells)
    assert max(clicks for clicks, _, _ in said) <= 2
    for _, told, seen in said:
        assert "Rules that fired" in told and "Sources: " in told and seen, told[:80]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    source = page.locator(f"{BOX} a").first
    key = source.inner_text()
    source.click()
    assert page.locator(f"#source-{key}").is_visible() and key in page.locator(f"#source-{key}").inner_text()
    assert wrong == []
    page.close()


def test_what_was_given_has_units_and_what_was_not_stated_is_named(on_disk):
    page = on_disk.read_text()
    assert "organic carbon 30 g/kg" in page and "oxalate iron 9 g/kg" in page and "plant tree" in page
    assert "Not stated, so that every possibility was sampled: growth, mycorrhiza" in page


def test_charge_is_not_said_to_be_measured_where_there_is_no_surface():
    soil = assess({"pH": 5.2}, samples=100)
    how = {rule.trait: told for rule, told in soil.why("metal_organic", "proton_dissolution").fired}
    assert how["charge"].startswith("no mineral surface")
    how = {rule.trait: told for rule, told in soil.why("short_range_iron", "proton_dissolution").fired}
    assert how["charge"] == "from the soil's measurements"
