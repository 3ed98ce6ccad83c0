"""Every verb, fed nonsense: words that say what and what to do, exit code 2, no traceback, nothing half-written."""

from __future__ import annotations

import sys

import pytest

from rhizolith import cli

TABLE = "sample,treatment,pH,BG\na,x,5,10\nb,x,5.1,12\nc,y,6,30\nd,y,6.2,28\n"
FILES = {
    "empty.csv": b"",
    "empty.yaml": b"",
    "blank.csv": b"\n\n  \n",
    "binary.csv": bytes(range(256)) * 20,
    "binary.yaml": bytes(range(256)),
    "latin.yaml": "name: B\xf6den\npH: 5".encode("latin-1"),
    "list.yaml": b"- 1\n- 2\n",
    "huge.yaml": b"pH: 1e308\n",
    "negative.yaml": b"pH: -4\n",
    "words.yaml": b"pH: sour\n",
    "tabs.yaml": b"pH:\t\t[\n",
    "unknown.yaml": b"pH: 5\nunobtainium: 7 g/kg\n",
    "broken.gz": b"\x1f\x8b\x08\x00broken",
    "broken.xlsx": b"PK\x03\x04junk",
    "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "header.csv": b"sample,pH\n",
    "uneven.csv": b"pH,clay\n1,2\n1,2,3,4\n",
    "words.csv": b"pH,clay\nsour,much\n",
    "prose.txt": b"This is a letter to nobody, and it holds no table at all.\n",
    "table.csv": TABLE.encode(),
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    "broken.nc": b"\x89HDF\r\n\x1a\n" + b"\0" * 90,
    "results.nc": b"no netCDF at all",
    "scenario.yaml": b"soil: andosol_uganda\nduration: -3 days\n",
    "page.html": b"<p>mine</p>",
    "broken.parquet": b"PAR1junk",
    "peaks.csv": b"m/z,I\nabc,def\nghi,jkl\n",
    "paths.yaml": b"blocks: 7\n",
}
WORDS = [
    *(
        f"simulate {f}"
        for f in (
            "nowhere.yaml",
            "folder",
            "empty.yaml",
            "binary.yaml",
            "latin.yaml",
            "list.yaml",
            "table.csv",
            "scenario.yaml",
            "words.yaml",
            "tabs.yaml",
            "",
        )
    ),
    *(
        f"assess {f}"
        for f in (
            "nowhere.yaml",
            "nowhere.csv",
            "nonsense_soil",
            "folder",
            "empty.yaml",
            "empty.csv",
            "blank.csv",
            "binary.csv",
            "binary.yaml",
            "huge.yaml",
            "negative.yaml",
            "words.yaml",
            "unknown.yaml",
            "uneven.csv",
            "words.csv",
            "header.csv",
            "prose.txt",
            "broken.gz",
            "broken.parquet",
            "andosol_uganda --by nonsense",
            "table.csv --by nonsense",
        )
    ),
    *(
        f"analyze {f}"
        for f in (
            "nowhere",
            "folder",
            "empty.csv",
            "blank.csv",
            "binary.csv",
            "broken.gz",
            "broken.xlsx",
            "old.xls",
            "header.csv",
            "prose.txt",
            "picture.png",
            "broken.nc",
            "table.csv --permutations -1",
            "table.csv --permutations many",
            "table.csv --outcome nonsense --permutations 9",
            "table.csv --outcome pH --permutations 0",
            "table.csv --unit BG",
            "table.csv --unit BG=bananas",
            "table.csv --unit XX=g",
            "table.csv --jobs 0",
            "paths",
        )
    ),
    *(
        f"assign {f}"
        for f in (
            "nowhere.csv",
            "folder",
            "empty.csv",
            "binary.csv",
            "prose.txt",
            "peaks.csv",
            "table.csv --elements nonsense",
            "table.csv --ppm -1",
            "table.csv --charge 7",
            "table.csv --fdr 9",
        )
    ),
    *(
        f"check {f}"
        for f in ("nowhere.yaml", "folder", "empty.yaml", "binary.yaml", "scenario.yaml", "unknown.yaml", "picture.png")
    ),
    *(
        f"{verb} {f}"
        for verb in ("report", "cite")
        for f in ("nowhere", "folder", "broken.nc", "results.nc", "table.csv", "")
    ),
    "show nonsense",
    "show minerals nonsense",
    "new nonsense",
    "nonsense",
    "--nonsense",
    "simulate --nonsense",
    "report results.nc -o page.html",
    "report results.nc -o page.html/x.html",
]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    for folder in ("folder", "paths"):
        (tmp_path / folder).mkdir()
    for name in ("table.csv", "paths.yaml"):
        (tmp_path / "paths" / name).write_bytes(FILES[name])
    return tmp_path


@pytest.mark.parametrize("words", WORDS)
def test_nonsense_is_refused_in_words_and_nothing_is_written(words, place, monkeypatch, capsys):
    out = words.split()[:1] and words.split()[0] in ("simulate", "assess", "analyze", "assign") and " -o " not in words
    monkeypatch.setattr(sys, "argv", ["rhizolith", *words.split(), *(["-o", "out"] if out else [])])
    before = sorted(p.relative_to(place) for p in place.rglob("*"))
    with pytest.raises(SystemExit) as left:
        cli.main()
    said = "".join(capsys.readouterr())
    assert left.value.code == cli.BAD_INPUT, said
    assert "fix:" in said or "Usage" in said, said
    for vague in ("Traceback", "codec", "Errno", "object has no", "NoneType", "tokenizing", "xarray", "pandas"):
        assert vague not in said, said
    assert sorted(p.relative_to(place) for p in place.rglob("*")) == before
