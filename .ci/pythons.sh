#!/usr/bin/env bash
# The other Pythons that are supported: on each that is found, whole conversations over a socket; and on the
# newest the unit tests, as one in the middle can hardly break alone. Says which were not found.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for version in 3.11 3.12 3.13; do
    tests=(tests/test_public_api.py tests/genai/test_session.py tests/genai/test_function_manners.py)
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
    [ "$version" = 3.13 ] && tests+=(tests/core tests/heard)
    "$scratch/$version/bin/python" -m pytest -n 2 --reruns 2 "${tests[@]}"
done
