#!/usr/bin/env bash
# Other people's tests, with and without the library: python-genai's own live tests on each SDK that is
# supported. See foreign.py for what can be had of others.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for versions in "==1.68.0" ">=2,<3" ">=3,<4"; do
    where=$scratch/$(tr -dc '0-9' <<<"$versions")
    uv venv -q "$where"
    VIRTUAL_ENV=$where uv pip install -q -e . "google-genai$versions" pytest pytest-asyncio pillow absl-py
    "$where/bin/python" .ci/foreign.py
done
