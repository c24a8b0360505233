"""What the documentation site needs beyond its pages: the files at the top of the repository as
pages, a Markdown twin beside each page, and `llms.txt`, a list of the pages for a language model.

A hook of mkdocs (`mkdocs.yml`). The pages themselves stay plain Markdown that reads well in the
repository, so links that lead out of `docs/` are turned here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parent.parent
_TOP = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
_OUT = re.compile(r"\[([^\]]*)\]\((?:\.\./)+([^)#\s]+)(#[^)\s]*)?\)")
_IN_TOP = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Any, config: Any) -> Any:
    """Take the files at the top of the repository in as pages."""
    for name in _TOP:
        text = _IN_TOP.sub(_from_top, (ROOT / name).read_text(encoding="utf-8"))
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Turn links that lead out of the pages: to a page that was taken in, or to the repository."""
    return _OUT.sub(lambda match: _link(match[1], match[2], match[3] or ""), markdown)


def on_post_build(config: Any, **_: Any) -> None:
    """Write the Markdown twins and `llms.txt`."""
    site = Path(config.site_dir)
    lines = [f"# {config.site_name}", "", f"> {config.site_description}", ""]
    for path in sorted((ROOT / "docs").rglob("*.md")):
        name = path.relative_to(ROOT / "docs").as_posix()
        text = path.read_text(encoding="utf-8")
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, encoding="utf-8")
        title = next((line[2:] for line in text.splitlines() if line.startswith("# ")), name)
        lines.append(f"- [{title}]({name})")
    (site / "llms.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _from_top(match: re.Match[str]) -> str:
    picture, label, target, anchor = match[1], match[2], match[3], match[4] or ""
    if target.startswith("docs/"):
        return f"{picture}[{label}]({target.removeprefix('docs/')}{anchor})"
    return _link(label, target, anchor)


def _link(label: str, target: str, anchor: str) -> str:
    """A link from a page to a file at or below the top of the repository."""
    if target in _TOP:
        return f"[{label}]({target}{anchor})"
    if target == "README.md":
        return f"[{label}](index.md)"
    server, name = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_REPOSITORY")
    if server and name:
        return f"[{label}]({server}/{name}/blob/main/{target}{anchor})"
    return f"{label}"
