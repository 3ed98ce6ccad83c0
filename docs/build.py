"""`make docs`: the guides as offline pages in out/docs, and what rhizolith knows as tables beside them."""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

from markdown_it import MarkdownIt

from rhizolith.reporting.catalogue import kinds, listed

ROOT = Path(__file__).resolve().parent
OUT = ROOT.parent / "out" / "docs"
ORDER = ("start", "how-to", "understand", "reference")
STYLE = """
body{font:16px/1.55 Arial,"DejaVu Sans",sans-serif;color:#1b1f24;margin:0;display:flex;flex-wrap:wrap}
nav{padding:1.5rem;min-width:14rem;background:#f4f6f8}nav a{display:block;color:#0a5c8f;text-decoration:none}
main{padding:1.5rem;max-width:52rem;flex:1 1 30rem;min-width:0}table{border-collapse:collapse;font-size:.9rem}
.scroll{overflow-x:auto}td,th{border-bottom:1px solid #d5dbe1;padding:.3rem .6rem;text-align:left;vertical-align:top}
pre{background:#f4f6f8;padding:.8rem;overflow-x:auto}code{font-family:"DejaVu Sans Mono",monospace;font-size:.9em}
img{max-width:100%}
"""


def pages() -> list[Path]:
    """Every guide, in reading order."""
    found = [p for room in ORDER for p in sorted((ROOT / room).glob("*.md"))]
    return [*found, *sorted(ROOT.glob("*.md"))]


def title(text: str, path: Path) -> str:
    """The first heading of a page."""
    found = re.search(r"^# (.+)$", text, re.M)
    return found[1] if found else path.stem.replace("_", " ")


def link(path: Path) -> str:
    """Where a page goes, from the top of the output."""
    return str(path.relative_to(ROOT).with_suffix(".html"))


def navigation(all_pages: dict[Path, str], up: str) -> str:
    """Links to all pages, room by room."""
    parts, room = ["<a href='" + up + "index.html'><b>rhizolith</b></a>"], ""
    for path, name in all_pages.items():
        here = path.parent.name if path.parent != ROOT else "more"
        if here != room:
            parts.append(f"<p><b>{html.escape(here)}</b></p>")
            room = here
        parts.append(f"<a href='{up}{link(path)}'>{html.escape(name)}</a>")
    parts.append("<p><b>what is known</b></p>")
    parts += [f"<a href='{up}known/{kind}.html'>{html.escape(kind)}</a>" for kind in kinds()]
    return "<nav>" + "".join(parts) + "</nav>"


def write(to: Path, name: str, body: str, all_pages: dict[Path, str]) -> None:
    """One page, whole."""
    up = "../" * (len(to.relative_to(OUT).parts) - 1)
    to.parent.mkdir(parents=True, exist_ok=True)
    head = f"<meta charset='utf-8'><meta name='viewport' content='width=device-width'><title>{html.escape(name)}"
    page = f"<!doctype html><html lang='en'><head>{head}</title><style>{STYLE}</style></head><body>"
    to.write_text(page + navigation(all_pages, up) + f"<main>{body}</main></body></html>\n", encoding="utf-8")


def known(kind: str) -> str:
    """A table of what `rhizolith show` lists."""
    rows = listed(kind)
    if not rows:
        return f"<h1>{html.escape(kind)}</h1><p>Nothing is listed.</p>"
    heads = "".join(f"<th>{html.escape(str(k))}</th>" for k in rows[0])
    lines = ["".join(f"<td>{html.escape(str(v))}</td>" for v in row.values()) for row in rows]
    table = f"<table><tr>{heads}</tr>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
    dois = f" {sum(bool(row['doi']) for row in rows)} have a DOI." if "doi" in rows[0] else ""
    return f"<h1>{html.escape(kind)}</h1><p>{len(rows)} rows.{dois}</p><div class='scroll'>{table}</div>"


def main() -> int:
    """Build everything; the number of broken links is the exit code."""
    markdown = MarkdownIt("commonmark").enable("table")
    all_pages = {p: title(p.read_text(encoding="utf-8"), p) for p in pages()}
    broken = 0
    for path, name in all_pages.items():
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            if not (path.parent / target).exists():
                print(f"{path.relative_to(ROOT)}: {target} is not there", file=sys.stderr)
                broken += 1
        body = markdown.render(re.sub(r"\]\(([^):]+)\.md", r"](\1.html", text))
        body = body.replace("<table>", "<div class='scroll'><table>").replace("</table>", "</table></div>")
        write(OUT / link(path), name, body, all_pages)
    for image in (ROOT / "images").glob("*"):
        (OUT / "images").mkdir(parents=True, exist_ok=True)
        (OUT / "images" / image.name).write_bytes(image.read_bytes())
    for kind in kinds():
        write(OUT / "known" / f"{kind}.html", kind, known(kind), all_pages)
    readme = (ROOT.parent / "README.md").read_text(encoding="utf-8")
    readme = re.sub(r"\]\(docs/([^)]+)\.md\)", r"](\1.html)", readme).replace("](docs/", "](")
    write(OUT / "index.html", "rhizolith", markdown.render(readme), all_pages)
    print(f"{len(all_pages)} guides and {len(kinds())} tables: {(OUT / 'index.html').relative_to(ROOT.parent)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
