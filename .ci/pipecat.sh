#!/usr/bin/env bash
# The Pipecat processor on the latest Pipecat and on the oldest that is supported: types, and all tests on
# the latest, those without a browser on the oldest.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

command -v uv >/dev/null || python3 -m pip install -q uv
command -v uv >/dev/null || export PATH="$(python3 -c 'import sysconfig; print(sysconfig.get_path("scripts"))'):$HOME/.local/bin:$PATH"

tests=(mypy pytest pytest-asyncio pytest-rerunfailures pytest-xdist hypothesis)

uv venv -q "$scratch/latest"
VIRTUAL_ENV=$scratch/latest uv pip install -q -e ".[pipecat,testing]" "pipecat-ai[webrtc,runner,websocket]>=1.0,<2" "${tests[@]}"
VIRTUAL_ENV=$scratch/latest uv pip list 2>/dev/null | grep -E "^(pipecat-ai|google-genai) "
"$scratch/latest/bin/python" -m mypy -p gli_pipecat
"$scratch/latest/bin/python" -m pytest tests/pipecat -n 2 --reruns 2

uv venv -q "$scratch/oldest"
VIRTUAL_ENV=$scratch/oldest uv pip install -q -e ".[pipecat,testing]" "pipecat-ai[webrtc,runner,websocket]==1.0.0" "${tests[@]}"
VIRTUAL_ENV=$scratch/oldest uv pip list 2>/dev/null | grep -E "^(pipecat-ai|google-genai) "
"$scratch/oldest/bin/python" -m pytest tests/pipecat -n 2 --reruns 2 --ignore tests/pipecat/test_page.py --ignore tests/pipecat/test_evals.py
