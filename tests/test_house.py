"""The house keeps its own rules: small files, few names, a light front door."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import rhizolith
from rhizolith import errors

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


def test_no_file_is_longer_than_400_lines():
    long = {_short(p): n for p in SOURCES if (n := len(p.read_text().splitlines())) > 400}
    assert not long


def test_no_function_is_longer_than_60_lines():
    long = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > 60:
                    long[f"{_short(path)}:{node.name}"] = lines
    assert not long


def test_the_root_of_the_repository_has_at_most_12_entries():
    entries = {line.split("/")[0] for line in _tracked() if not line.startswith(".")}
    if not entries:
        pytest.skip("skipped: not a git checkout")
    assert len(entries) <= 12, sorted(entries)


def test_there_are_at_most_four_kinds_of_error():
    kinds = [v for v in vars(errors).values() if isinstance(v, type) and issubclass(v, Exception)]
    assert len(kinds) <= 4
    made_elsewhere = [
        f"{_short(path)}:{node.name}"
        for path in SOURCES
        if path.name != "errors.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(b, ast.Name) and b.id.endswith(("Error", "Exception")) for b in node.bases)
    ]
    assert not made_elsewhere


def test_the_front_door_is_small_and_every_name_in_it_opens():
    assert len(rhizolith.__all__) <= 16
    assert all(getattr(rhizolith, name) is not None for name in rhizolith.__all__)
    with pytest.raises(AttributeError, match="rhizolith has no 'simulat'"):
        _ = rhizolith.simulat


def _fresh(code: str) -> dict[str, object]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_importing_rhizolith_is_light():
    """CPU time rather than wall time, the best of three: other work on the machine is not our doing."""
    code = """
import json, sys, time
before = set(sys.modules)
start = time.process_time()
import rhizolith
took = time.process_time() - start
print(json.dumps({"cpu_s": took, "loaded": sorted(m for m in set(sys.modules) - before if "." not in m)}))
"""
    runs = [_fresh(code) for _ in range(3)]
    assert min(float(str(r["cpu_s"])) for r in runs) < 0.2
    assert not set(runs[0]["loaded"]) & {"numpy", "scipy", "pandas", "xarray", "matplotlib", "pydantic"}  # type: ignore[call-overload]


def test_mechanisms_do_not_import_each_other():
    """What several mechanisms share lies in files that define none."""
    files = sorted((ROOT / "src/rhizolith/mechanisms").glob("*.py"))
    trees = {path.stem: ast.parse(path.read_text()) for path in files}

    def defines_one(tree: ast.Module) -> bool:
        return any(
            isinstance(node, ast.ClassDef) and any(isinstance(b, ast.Name) and b.id == "Mechanism" for b in node.bases)
            for node in tree.body
        )

    names = {f"rhizolith.mechanisms.{stem}" for stem, tree in trees.items() if defines_one(tree)}
    crossing = [
        f"{stem} imports {node.module}"
        for stem, tree in trees.items()
        if f"rhizolith.mechanisms.{stem}" in names
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in names
    ]
    assert not crossing
