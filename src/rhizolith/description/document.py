"""A YAML file with its line numbers, so that every problem can say where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from rhizolith.description.units import spread
from rhizolith.errors import InputError, Problem
from rhizolith.knowledge.estimate import Estimate, Grade

LARGEST = 2_000_000
"""bytes; no description is longer"""
DEEPEST = 12
"""levels of nesting; no description needs more"""
_INTEGER, _REAL = re.compile(r"[-+]?\d{1,300}"), re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d+)?")
_STORY = ("value", "low", "high", "grade", "source", "about", "filled")


def closest(word: str, known: Iterable[str]) -> str:
    """The three known words closest to `word`, as the end of a question."""
    choices = list(known)
    lower = {c.lower(): c for c in reversed(choices)}
    near = [lower[c] for c in get_close_matches(word.lower()[:60], lower, 3, 0.3)]
    return f"did you mean {', '.join(near)}?" if near else f"known are {', '.join(choices[:12])}"


@dataclass
class Document:
    """One mapping of a YAML file: values, the line of each key, and the problems found while reading it."""

    path: str
    values: dict[str, Any]
    lines: dict[str, int]
    problems: list[Problem] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    text: str = ""
    prefix: str = ""

    def where(self, key: str = "") -> str:
        """file:line of a key"""
        line = self.lines.get(key) or min(self.lines.values(), default=0)
        return f"{self.path}:{line}" if line else self.path

    def bad(self, key: str, what: str, fix: str = "") -> None:
        """Remember a problem."""
        name = f"{self.prefix}{key}".strip(".")
        self.problems.append(Problem(self.where(key), f"{name}: {what}" if name else what, fix))

    def has(self, key: str) -> bool:
        """Whether a key stands here with a value."""
        return self.values.get(key) is not None

    def get(self, key: str, default: Any = None) -> Any:
        """A raw value."""
        self.read.add(key)
        return self.values.get(key, default)

    def measure(
        self, key: str, unit: str, low: float, high: float, molar_mass: float | None = None, example: str = ""
    ) -> tuple[Estimate, bool] | None:
        """A quantity in `unit` with its story and whether it fills a gap; None, and a problem, when there is none.

        Written as `12 g/kg`, `12 ± 2 g/kg`, `10 to 14 g/kg`, or as a group with `value` and any of low, high, grade,
        source, about.
        """
        self.read.add(key)
        given = self.values.get(key)
        if given is None:
            return None
        story = given if isinstance(given, Document) else None
        fix = f"write it like `{key}: {example or _example(low, high, unit)}`"
        if isinstance(given, list):
            self.bad(key, "a list stands where one number is needed", fix)
            return None
        try:
            value, least, most = spread(story.get("value") if story else given, unit, molar_mass)
            if story:
                least = spread(story.get("low"), unit, molar_mass)[0] if story.has("low") else least
                most = spread(story.get("high"), unit, molar_mass)[0] if story.has("high") else most
        except (ValueError, OverflowError) as error:
            self.bad(key, str(error), fix)
            return None
        if not low <= value <= high:
            written = story.get("value") if story else given
            between = f"it lies between {low:g} and {high:g} {unit}".rstrip()
            self.bad(key, f"{written} is not possible", between + (f", for example {example}" if example else ""))
            return None
        return self._estimate(key, story, (value, min(least, value), max(most, value)), unit)

    def _estimate(
        self, key: str, story: Document | None, numbers: tuple[float, float, float], unit: str
    ) -> tuple[Estimate, bool]:
        grade: Grade = "measured"
        source = about = ""
        filled = False
        if story:
            grade = story.word("grade", get_args(Grade), "measured")  # type: ignore[assignment]
            source, about = story.word("source"), story.word("about")
            filled = story.get("filled") is True
            story.finish(_STORY)
        return Estimate(numbers[0], unit, numbers[1], numbers[2], grade, source, about), filled

    def number(self, key: str, unit: str, low: float, high: float, default: float | None = None) -> float | None:
        """The plain value of a quantity in `unit`; `default` when absent or wrong."""
        found = self.measure(key, unit, low, high)
        return default if found is None else found[0].value

    def word(self, key: str, choices: Iterable[str] | None = None, default: str = "") -> str:
        """A text, one of `choices` if given."""
        value = self.get(key)
        if value is None:
            return default
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            self.bad(key, "a word stands here", "write plain text after the colon")
            return default
        if choices is not None and str(value) not in choices:
            self.bad(key, f"{str(value)[:60]!r} is not known", closest(str(value), choices))
            return default
        return str(value)

    def flag(self, key: str, default: bool) -> bool:
        """Yes or no."""
        value = self.get(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.bad(key, "yes or no stands here", "write true or false")
        return default

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
        value = self.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.bad(key, "a list stands here", "start each entry on its own line with `- `")
            return []
        return value

    def finish(self, known: Iterable[str]) -> None:
        """Name the keys that nothing asked for."""
        for key in self.values:
            if key not in self.read:
                self.bad(key, "is no setting here", closest(key, known))

    def all_problems(self) -> list[Problem]:
        """Own problems and those of everything below."""
        found = list(self.problems)
        waiting = list(self.values.values())
        while waiting:
            value = waiting.pop()
            if isinstance(value, Document):
                found += value.problems
                waiting += value.values.values()
            elif isinstance(value, list):
                waiting += value
        return sorted(found, key=lambda p: (p.where.rpartition(":")[0], _line(p.where)))


def _line(where: str) -> int:
    tail = where.rpartition(":")[2]
    return int(tail) if tail.isdecimal() else 0


def _example(low: float, high: float, unit: str) -> str:
    middle = (low * high) ** 0.5 if low > 0 else high / 2
    return f"{float(f'{middle:.2g}'):g} {unit}".rstrip() if middle < 1e6 else f"{low:g} {unit}".rstrip()


def read_document(path: str | Path) -> Document:
    """The YAML mapping in a file; InputError when it cannot be read as one."""
    name = str(path)
    try:
        with Path(path).open("rb") as f:
            raw = f.read(LARGEST + 1)
    except IsADirectoryError:
        raise InputError(Problem(name, "is a folder, not a file", "give the path of a YAML file")) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such path"
        raise InputError(Problem(name, f"cannot be read ({reason})", "check the path")) from None
    if len(raw) > LARGEST:
        raise InputError(Problem(name, f"is longer than {LARGEST / 1e6:g} MB", "a description is a short text file"))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(Problem(name, "is no text in UTF-8", "save it as plain UTF-8 text")) from None
    return parse_document(text, name)


def parse_document(text: str, name: str) -> Document:
    """The YAML mapping in a text."""
    from rhizolith.description.yaml_tree import tree

    top, problems = tree(text, name)
    if top is None and not problems:
        raise InputError(
            Problem(name, "is empty", "`rhizolith new scenario` and `rhizolith new soil` write a template")
        )
    if not isinstance(top, Document):
        raise InputError(problems or [Problem(f"{name}:1", "holds no settings", "write lines like `pH: 5.2`")])
    top.problems[:0] = problems
    top.text = text
    return top


def scalar(text: str, quoted: bool) -> Any:
    """A plain YAML value: nothing, true, false, a number or a text (`no` and `1e-5` mean what they look like)."""
    if quoted:
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text.lower() in ("true", "yes", "on"):
        return True
    if text.lower() in ("false", "no", "off"):
        return False
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _REAL.fullmatch(text) else text
