"""Path models written down in a file: blocks, arrows, rivals."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from rhizolith.analysis.paths.design import draw
from rhizolith.errors import InputError, Problem

SHIPPED = Path(__file__).parent / "templates"
KEYS = {"title", "note", "sources", "blocks", "modes", "scheme", "inner", "rivals", "anchors", "levels", "claims"}


@dataclass(frozen=True)
class PathModel:
    """A path model as written: `blocks`, `modes`, `scheme`, `inner` (arrows) and `rivals` ({name: arrows}).

    `claims`: {(cause, effect): what somebody says of that arrow, + or - first}.
    """

    title: str
    blocks: dict[str, list[str]]
    modes: Any
    scheme: str
    inner: str
    rivals: dict[str, str]
    anchors: dict[str, str]
    levels: dict[str, str]
    note: str = ""
    claims: dict[tuple[str, str], str] = field(default_factory=dict)


def read(path: str | Path) -> PathModel:
    """A path model from a YAML file, or a shipped one by name (`residue`). InputError names every problem."""
    shipped = SHIPPED / f"{path}.yaml"
    file = shipped if shipped.exists() else Path(path)
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            Problem(str(path), f"cannot be read: {error}", "give a YAML file with `blocks` and `inner`")
        ) from None
    if not isinstance(content, dict):
        raise InputError(Problem(str(path), "is not a path model", "it needs `blocks:` and `inner:`"))
    problems = [
        Problem(f"{path}", f"{k} is unknown", f"known are {', '.join(sorted(KEYS))}") for k in set(content) - KEYS
    ]
    for key, kind, form in (("blocks", dict, "`Name: [column, …]` lines"), ("inner", str, "`Effect ~ Cause` lines")):
        if not isinstance(content.get(key), kind):
            problems.append(Problem(f"{path}, {key}", "is missing or misshapen", f"write {form} below it"))
    if problems:
        raise InputError(problems)
    blocks = {
        str(k): [str(v)] if isinstance(v, str) else [str(i) for i in v or []] for k, v in content["blocks"].items()
    }
    model = PathModel(
        str(content.get("title", Path(path).stem)), blocks, content.get("modes", "A"),
        str(content.get("scheme", "path")),
        content["inner"], dict(content.get("rivals") or {}), dict(content.get("anchors") or {}),
        dict(content.get("levels") or {}), str(content.get("note", "")), _claims(content.get("claims")),
    )  # fmt: skip
    problems += [
        Problem(f"{path}, claims, {' > '.join(arrow)}", f"{words!r} is no claim on an arrow between two blocks",
                "write `Cause > Effect: \"+ words\"` or `\"- words\"`")
        for arrow, words in model.claims.items()
        if len(arrow) != 2 or words[:1] not in ("+", "-") or set(arrow) - set(blocks)
    ]  # fmt: skip
    for name, inner in {"inner": model.inner, **model.rivals}.items():
        try:
            draw(inner, model.blocks, model.modes, model.scheme)
        except InputError as error:
            problems += [Problem(f"{path}, {name}: {p.where}", p.what, p.fix) for p in error.problems]
    if problems:
        raise InputError(problems)
    return model


def _claims(content: Any) -> dict[tuple[str, str], str]:
    """`Cause > Effect: + words` lines; what is misshapen is kept as it is, and told."""
    rows = content.items() if isinstance(content, dict) else [(str(content), "")] if content else []
    return {tuple(part.strip() for part in str(k).split(">")): str(v).strip() for k, v in rows}  # type: ignore[misc]
