#!/usr/bin/env bash
# The Pipecat processor on the latest Pipecat: types, and all tests. They speak in real time, one after the other.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

command -v uv >/dev/null || python3 -m pip install -q uv
command -v uv >/dev/null || export PATH="$(python3 -c 'import sysconfig; print(sysconfig.get_path("scripts"))'):$HOME/.local/bin:$PATH"

tests=(mypy pytest pytest-asyncio pytest-rerunfailures hypothesis)

uv venv -q "$scratch/latest"
VIRTUAL_ENV=$scratch/latest uv pip install -q -e ".[pipecat,testing]" "pipecat-ai[webrtc,runner,websocket]>=1.0,<2" "${tests[@]}"
VIRTUAL_ENV=$scratch/latest uv pip list 2>/dev/null | grep -E "^(pipecat-ai|google-genai) "
"$scratch/latest/bin/python" -m mypy -p gli_pipecat
"$scratch/latest/bin/python" -m pytest tests/pipecat --reruns 2
