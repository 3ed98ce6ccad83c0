"""What the guides say to type works when it is typed, in the order of the page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = ["README.md", "docs/start/first_run.md", "docs/how-to/describe_a_soil.md", "docs/how-to/ask_what_if.md"]
BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```$", re.M | re.S)
QUICK = [
    ("rh.report(usual, more,", "rh.report(usual,"),
    ("duration=2 * 86400.0, cells=12", "duration=21600.0, cells=4"),
    ("duration=10 * 86400.0", "duration=86400.0, cells=10"),
    ("duration=5 * 86400.0", "duration=86400.0, cells=10"),
]
"""the guides run for days in fine cells; a test need not"""


def _type(kind: str, text: str, folder: Path, memory: dict[str, object]) -> None:
    if kind == "python":
        for slow, quick in QUICK:
            text = text.replace(slow, quick)
        exec(compile(text, "<guide>", "exec"), memory)
        return
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        done = subprocess.run(
            [sys.executable, "-m", "rhizolith.cli", *words[1:]],
            cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES)
def test_a_guide_works_as_written(page, tmp_path, monkeypatch):
    """Commands that simulate are checked only: the same scenarios are solved by the test of the examples."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    memory: dict[str, object] = {}
    blocks = BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert blocks
    for kind, text in blocks:
        if kind == "sh":
            text = re.sub(r"rhizolith simulate (\S+) -o \S+", r"rhizolith check \1", text)
            text = "\n".join(x for x in text.splitlines() if not x.startswith(("rhizolith cite", "rhizolith report")))
        _type(kind, text, tmp_path, memory)


@pytest.mark.parametrize(
    "page", [*sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("docs/**/*.md")), "README.md"]
)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", (ROOT / page).read_text(encoding="utf-8")):
        assert ((ROOT / page).parent / target).exists(), target


def test_the_guides_build_without_a_broken_link():
    root = ROOT
    command = [sys.executable, str(root / "docs" / "build.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "guides" in done.stdout
