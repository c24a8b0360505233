"""What of the package's metadata depends on where it is built: its URLs, and links in its README.

The address of the repository is not written down anywhere. A build takes it from
`GITHUB_SERVER_URL` and `GITHUB_REPOSITORY`, which GitHub's workflows set; then the README's links
are absolute, so that they work on a package index. Elsewhere there are no URLs, and links stay as
they are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(!?\[[^\]]*\]\()(?!https?:|#|mailto:)([^)\s]+)(\))")
_PICTURE = re.compile(r"\.(?:svg|png|jpe?g|gif)$")


def repository(environment: Mapping[str, str]) -> str | None:
    """The repository's address, if the build knows it."""
    server, name = environment.get("GITHUB_SERVER_URL"), environment.get("GITHUB_REPOSITORY")
    return f"{server.rstrip('/')}/{name}" if server and name else None


def absolute_links(readme: str, address: str | None, version: str) -> str:
    """`readme` with links that work outside the repository, at the tag of this version."""
    if address is None:
        return readme

    def link(match: re.Match[str]) -> str:
        kind = "raw" if _PICTURE.search(match[2]) else "blob"
        query = "?sanitize=true" if match[2].endswith(".svg") else ""
        return f"{match[1]}{address}/{kind}/v{version}/{match[2]}{query}{match[3]}"

    return _LINK.sub(link, readme)


def urls(address: str | None) -> dict[str, str]:
    """The project's URLs, for its metadata."""
    if address is None:
        return {}
    return {
        "Homepage": address,
        "Documentation": f"{address}/tree/main/docs",
        "Changelog": f"{address}/blob/main/CHANGELOG.md",
        "Issues": f"{address}/issues",
        "Source": address,
    }


class CustomMetadataHook(MetadataHookInterface):
    """Hatchling's hook; see `tool.hatch.metadata.hooks.custom` in pyproject.toml."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill in what pyproject.toml calls dynamic."""
        address = repository(os.environ)
        readme = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        text = absolute_links(readme, address, str(metadata["version"]))
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        metadata["urls"] = urls(address)
