#!/usr/bin/env bash
# The package as a user gets it: built, checked, installed into an empty environment, and started; the
# demo without a clone, and the page of its call. Also whether what it brings along has a licence that
# an app can live with.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

uv build -q -o "$scratch/dist"
wheel=$(echo "$scratch"/dist/*.whl)

without_a_clone() {
    cd "$scratch"
    XDG_CACHE_HOME=$scratch/cache uvx -q --from "$wheel[testing]" gemini-live-interrupt "$@"
}

without_a_clone demo --plain >"$scratch/demo.txt" 2>&1 & # most of its minute it listens
demo=$!

uvx -q twine check --strict "$scratch"/dist/*
# W009: two packages in one wheel, on purpose.
uvx -q check-wheel-contents --ignore W009 "$scratch"/dist/*.whl

uv venv -q "$scratch/venv"
VIRTUAL_ENV=$scratch/venv uv pip install -q "$scratch"/dist/*.whl
cd "$scratch" # not the checkout: what is imported must be what was installed
venv/bin/gemini-live-interrupt --version
venv/bin/python -m gemini_live_interrupt --version
venv/bin/python - <<'PYTHON'
import gemini_live_interrupt as gli

gli.enable_interrupt_resume()
gli.disable_interrupt_resume()
PYTHON

uvx -q pip-licenses --python venv/bin/python --format=plain --partial-match \
    --allow-only="MIT;BSD;Apache;Python Software Foundation;PSF;Mozilla Public License 2.0;MPL-2.0;ISC;0BSD;Unlicense" \
    --ignore-packages gemini-live-interrupt

wait "$demo" || { cat "$scratch/demo.txt"; exit 1; }
without_a_clone timeline
