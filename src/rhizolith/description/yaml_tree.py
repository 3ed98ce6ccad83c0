"""YAML events become Documents: every key with its line, no aliases, no doubles, no depth."""

from __future__ import annotations

from typing import Any

import yaml

from rhizolith.description.document import DEEPEST, Document, scalar
from rhizolith.errors import Problem

MOST = 50_000
"""values; no description holds more"""


def tree(text: str, name: str) -> tuple[Any, list[Problem]]:
    """The value at the top of a YAML text and the problems of its form; nothing is expanded, so size stays bounded."""
    grower = _Grower(name)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if not grower.take(event):
                return None, grower.problems
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        if "end of stream" in str(getattr(error, "problem", "")):
            mark = getattr(error, "context_mark", None) or mark  # where it was opened, not where the file ends
        where = f"{name}:{mark.line + 1}" if mark else name
        return None, [*grower.problems, Problem(where, *_plain(error))]
    except (ValueError, OverflowError, IndexError):
        return None, [*grower.problems, Problem(name, "is no valid YAML", "check it for stray characters")]
    return grower.top, grower.problems


def _plain(error: yaml.YAMLError) -> tuple[str, str]:
    said = str(error)
    if "'\\t'" in said:
        return "a tab stands where YAML needs spaces", "indent with spaces"
    if "special characters" in said or "unacceptable character" in said:
        return "holds characters that no text file has", "save it as plain UTF-8 text"
    if "mapping values are not allowed" in said:
        return "a second colon stands in this line", "put the text in quotes, or start a new line"
    what = getattr(error, "problem", None) or "unreadable"
    return f"is no valid YAML here ({what})", "check indentation, colons and quotes around this line"


class _Grower:
    """Builds nested Documents, lists and scalars from parser events without recursion."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.stack: list[tuple[Any, Any]] = []
        """(container, pending key with its line)"""
        self.top: Any = None
        self.count = 0
        self.documents = 0

    def take(self, event: Any) -> bool:
        """One event; False stops the reading."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.refuse(line, "a second document begins", "keep one description in a file")
                return False
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.refuse(
                line, "anchors and aliases (& and *) are not read", "write the values out, or put the text in quotes"
            )
            return False
        if getattr(event, "tag", None) and not (isinstance(event, yaml.ScalarEvent) and event.tag == "!"):
            self.refuse(line, f"the tag {str(event.tag)[:40]!r} is not read", "write the value without it")
            return False
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent, yaml.ScalarEvent)):
            self.count += 1
            if self.count > MOST:
                self.refuse(line, f"holds more than {MOST} values", "a description is a short text file")
                return False
            return self.start(event, line)
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.stack.pop()
        return True

    def refuse(self, line: int, what: str, fix: str) -> None:
        """Remember a problem of form."""
        self.problems.append(Problem(f"{self.name}:{line}", what, fix))

    def start(self, event: Any, line: int) -> bool:
        """A value begins: place it, and step into it when it holds others."""
        if isinstance(event, yaml.ScalarEvent):
            self.place(scalar(event.value, event.style is not None), event.value, line)
            return True
        if len(self.stack) >= DEEPEST:
            self.refuse(line, "is nested too deeply", "flatten it")
            return False
        made: Any = Document(self.name, {}, {}) if isinstance(event, yaml.MappingStartEvent) else []
        self.place(made, None, line)
        self.stack.append((made, None))
        return True

    def place(self, value: Any, text: str | None, line: int) -> None:
        """Put a value where it belongs; in a mapping every second one is a key."""
        if not self.stack:
            self.top = value
            return
        inside, key = self.stack[-1]
        if isinstance(inside, list):
            inside.append(value)
            if isinstance(value, Document):
                value.lines.setdefault("", line)
        elif key is None:
            if text is None:
                self.refuse(line, "a group stands where a name is needed", "write `name: value`")
            self.stack[-1] = (inside, (text if text is not None else "?", line))
        else:
            self.enter(inside, key[0], key[1], value)
            self.stack[-1] = (inside, None)

    def enter(self, inside: Document, key: str, line: int, value: Any) -> None:
        """A key with its value."""
        if key in inside.values:
            self.refuse(line, f"{key[:60]!r} stands twice (first in line {inside.lines[key]})", "keep one")
            return
        inside.values[key], inside.lines[key] = value, line
        if isinstance(value, Document):
            value.prefix = f"{inside.prefix}{key}."
            value.lines.setdefault("", line)
