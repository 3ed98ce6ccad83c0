"""Solve the dependencies of pyproject.toml in clean environments and pin what came out of it."""

from __future__ import annotations

import subprocess
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def freeze(wanted: list[str]) -> list[str]:
    """Install `wanted` into a fresh environment, wheels only, and return `name==version` lines."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "--disable-pip-version-check", "-qq"]
        subprocess.run([*pip, "install", "--only-binary=:all:", "--upgrade", *wanted], check=True)
        lines = subprocess.run([*pip, "freeze", "--all"], check=True, capture_output=True, text=True).stdout
    return [line for line in lines.splitlines() if not line.startswith("pip==")]


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    base = freeze([*project["dependencies"], *extras["test"], "setuptools>=77"])
    head = "# Every package of `make install`, pinned. Made by `make lock` from pyproject.toml.\n"
    (ROOT / ".ci/requirements.lock").write_text(head + "\n".join(base) + "\n")
    bench = [line for line in freeze([*base, *extras["bench"]]) if line not in base]
    head = "# What `make bench` adds to `make install`: the peers it measures against. Made by `make lock`.\n"
    (ROOT / ".ci/bench.lock").write_text(head + "\n".join(bench) + "\n")


if __name__ == "__main__":
    main()
