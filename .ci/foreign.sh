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

# Looked at in pydantic-ai 2.66.0, pydantic-ai-slim 2.68.0, genai-processors 2.0.3, google-adk 2.13.0 and
# livekit-plugins-google 1.8.9.
echo "pydantic-ai, genai-processors, google-adk, livekit-plugins-google: NOT COMPARED, their source distributions"
echo "hold no tests. The nearest that there is: calls through each of them, in tests/frameworks."
