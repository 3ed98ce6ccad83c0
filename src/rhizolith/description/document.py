"""A YAML file with its line numbers, so that every problem can say where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from rhizolith.description.units import quantity
from rhizolith.errors import InputError, Problem

LARGEST = 2_000_000
"""bytes; no description is longer"""


@dataclass
class Document:
    """One mapping of a YAML file: values, the line of each key, and the problems found while reading it."""

    path: str
    values: dict[str, Any]
    lines: dict[str, int]
    problems: list[Problem] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    text: str = ""

    def where(self, key: str = "") -> str:
        """file:line of a key"""
        line = self.lines.get(key)
        return f"{self.path}:{line}" if line else self.path

    def bad(self, key: str, what: str, fix: str = "") -> None:
        """Remember a problem."""
        self.problems.append(Problem(self.where(key), f"{key}: {what}" if key else what, fix))

    def get(self, key: str, default: Any = None) -> Any:
        """A raw value."""
        self.read.add(key)
        return self.values.get(key, default)

    def number(
        self, key: str, unit: str, low: float, high: float, default: float | None = None, why: str = ""
    ) -> float | None:
        """A quantity in `unit` within low..high; a problem, and the default, when it is not."""
        self.read.add(key)
        if key not in self.values or self.values[key] is None:
            return default
        try:
            value = quantity(self.values[key], unit)
        except ValueError as error:
            self.bad(key, str(error), f"write it like `{key}: {(low + high) / 2 if high < 1e6 else low:g} {unit}`")
            return default
        if not low <= value <= high:
            reason = f", {why}" if why else ""
            self.bad(key, f"{value:g} {unit} is not possible{reason}", f"it lies between {low:g} and {high:g} {unit}")
            return default
        return value

    def word(self, key: str, choices: list[str] | None = None, default: str = "") -> str:
        """A text, one of `choices` if given."""
        value = self.get(key, default)
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            self.bad(key, "a word stands here", "write plain text")
            return default
        if choices and str(value) not in choices:
            near = ", ".join(get_close_matches(str(value), choices, 3, 0.3) or choices[:6])
            self.bad(key, f"{value!r} is not known", f"did you mean {near}?")
            return default
        return str(value)

    def section(self, key: str) -> Document | None:
        """A mapping below this one; None when absent."""
        value = self.get(key)
        if value is None:
            return None
        if not isinstance(value, Document):
            self.bad(key, "a group of settings stands here", f"indent `name: value` lines below `{key}:`")
            return None
        return value

    def items(self, key: str) -> list[Any]:
        """A list below this one."""
        value = self.get(key, [])
        if not isinstance(value, list):
            self.bad(key, "a list stands here", "start each entry on its own line with `- `")
            return []
        return value

    def finish(self, known: list[str]) -> None:
        """Name the keys that nothing asked for."""
        for key in self.values:
            if key not in self.read:
                near = get_close_matches(key, known, 3, 0.5)
                self.bad(
                    key,
                    "is no setting here",
                    f"did you mean {', '.join(near)}?" if near else f"known are {', '.join(known)}",
                )

    def all_problems(self) -> list[Problem]:
        """Own problems and those of the sections below, in the order of the file."""
        found = list(self.problems)
        for value in self.values.values():
            for below in value if isinstance(value, list) else [value]:
                if isinstance(below, Document):
                    found += below.all_problems()
        return found


def read_document(path: str | Path) -> Document:
    """The YAML mapping in a file; InputError when it cannot be read as one."""
    name = str(path)
    try:
        raw = Path(path).read_bytes()
    except IsADirectoryError:
        raise InputError(Problem(name, "is a folder, not a file", "give the path of a YAML file")) from None
    except OSError as error:
        raise InputError(Problem(name, f"cannot be read ({error.strerror})", "check the path")) from None
    if len(raw) > LARGEST:
        raise InputError(Problem(name, f"is {len(raw) / 1e6:.0f} MB long", "a description is a short text file"))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(Problem(name, "is no text in UTF-8", "save it as plain UTF-8 text")) from None
    return parse_document(text, name)


def parse_document(text: str, name: str) -> Document:
    """The YAML mapping in a text."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}" if mark else name
        fix = (
            "indent with spaces, not tabs"
            if "\\t" in str(error) or "'\\t'" in str(error)
            else "check indentation, colons and quotes"
        )
        raise InputError(
            Problem(where, f"is no valid YAML ({getattr(error, 'problem', None) or 'unreadable'})", fix)
        ) from None
    except (ValueError, RecursionError):
        raise InputError(Problem(name, "is no valid YAML", "check for stray characters")) from None
    if node is None:
        raise InputError(Problem(name, "is empty", "`rhizolith new scenario` writes a template"))
    if not isinstance(node, yaml.MappingNode):
        raise InputError(Problem(f"{name}:1", "holds no settings", "write lines like `pH: 5.2`"))
    problems: list[Problem] = []
    made = _build(node, name, problems, 0)
    made.problems[:0] = problems
    made.text = text
    return made


def _build(node: Any, name: str, problems: list[Problem], depth: int) -> Any:
    if depth > 12:
        raise InputError(Problem(f"{name}:{node.start_mark.line + 1}", "is nested too deeply", "flatten it"))
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = str(getattr(key_node, "value", "?")) if isinstance(key_node, yaml.ScalarNode) else "?"
            line = key_node.start_mark.line + 1
            if key in values:
                problems.append(
                    Problem(f"{name}:{line}", f"{key} stands twice (first in line {lines[key]})", "keep one")
                )
            values[key], lines[key] = _build(value_node, name, problems, depth + 1), line
        return Document(name, values, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_build(n, name, problems, depth + 1) for n in node.value]
    try:
        return yaml.SafeLoader("").construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError, OverflowError):
        return str(node.value)
