#!/usr/bin/env bash
# The other Pythons that are supported: on each that is found, the unit tests and one whole conversation over
# a socket. Says which were not found.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for version in 3.11 3.12 3.13; do
    if [ "$version" = "$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')" ]; then
        echo "Python $version: the one that runs everything else"
        continue
    fi
    python=$(uv python find --no-python-downloads "$version" 2>/dev/null ||
        compgen -G "$HOME/.pyenv/versions/$version.*/bin/python" | tail -1 || true)
    if [ -z "$python" ]; then
        echo "Python $version: NOT FOUND on this machine, so not tried"
        continue
    fi
    "$python" --version
    uv venv -q -p "$python" "$scratch/$version"
    VIRTUAL_ENV=$scratch/$version uv pip install -q -e ".[testing]" \
        pytest pytest-asyncio pytest-rerunfailures pytest-xdist hypothesis
    "$scratch/$version/bin/python" -m pytest -n 2 --reruns 2 tests/core tests/heard tests/test_public_api.py \
        tests/genai/test_session.py tests/genai/test_function_manners.py
done
