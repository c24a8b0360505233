"""What a package index shows: links that work where the repository's address is known."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _metadata() -> Any:
    pytest.importorskip("hatchling", reason="hatchling builds the package; it is in the extra dev")
    spec = importlib.util.spec_from_file_location("metadata", ROOT / ".ci" / "package_metadata.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


README = (ROOT / "README.md").read_text(encoding="utf-8")
GITHUB = {"GITHUB_SERVER_URL": "https://example.org/", "GITHUB_REPOSITORY": "somebody/fork"}


def test_every_link_of_the_readme_is_absolute_where_the_address_is_known() -> None:
    metadata = _metadata()
    address = metadata.repository(GITHUB)
    text = metadata.absolute_links(README, address, "1.2.3")
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert links
    assert all(link.startswith(("https://", "#")) for link in links)
    relative = re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", README)
    assert len([x for x in links if x.startswith("https://example.org/somebody/fork/")]) == len(
        relative
    )


def test_a_picture_is_linked_as_a_picture_and_a_page_as_a_page() -> None:
    metadata = _metadata()
    text = metadata.absolute_links(
        "![a](docs/a.svg) [b](docs/b.md#c) [d](#e)", "https://x.org/r", "1.0"
    )
    assert text == (
        "![a](https://x.org/r/raw/v1.0/docs/a.svg?sanitize=true) "
        "[b](https://x.org/r/blob/v1.0/docs/b.md#c) [d](#e)"
    )


def test_without_an_address_nothing_is_made_up() -> None:
    metadata = _metadata()
    assert metadata.repository({}) is None
    assert metadata.absolute_links(README, None, "1.0") == README
    assert metadata.urls(None) == {}
