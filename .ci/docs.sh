#!/usr/bin/env bash
# The documentation as a site. Every warning is an error: a link to nowhere, a page that is not in the menu.
# Needs the network only to install mkdocs; the site itself is built without it.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

uv venv -q "$scratch/venv"
VIRTUAL_ENV=$scratch/venv uv pip install -q -e ".[docs]"
NO_MKDOCS_2_WARNING=1 "$scratch/venv/bin/mkdocs" build -q --strict -d "$scratch/site"
test -s "$scratch/site/llms.txt" && test -s "$scratch/site/tutorial.md"
grep -q output_latency_ms "$scratch/site/reference/index.html" # the settings, which are put together at run time
echo "$(find "$scratch/site" -name index.html | wc -l) pages"
