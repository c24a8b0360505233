#!/usr/bin/env bash
# The Pipecat processor on the oldest Pipecat that is supported and on the latest: types, and the tests.
# The oldest gets those that need no browser, no WebRTC and no evals; it is much the same code.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

command -v uv >/dev/null || python3 -m pip install -q uv
command -v uv >/dev/null || export PATH="$(python3 -c 'import sysconfig; print(sysconfig.get_path("scripts"))'):$HOME/.local/bin:$PATH"

tests=(mypy pytest pytest-asyncio pytest-rerunfailures pytest-xdist hypothesis)

# venv NAME PACKAGE...: an environment with this checkout and these packages.
venv() {
    local where=$scratch/$1
    shift
    uv venv -q "$where"
    VIRTUAL_ENV=$where uv pip install -q -e ".[pipecat,testing]" "$@" "${tests[@]}"
    VIRTUAL_ENV=$where uv pip list 2>/dev/null | grep -E "^(pipecat-ai|google-genai) "
}

venv latest "pipecat-ai[webrtc,runner,websocket]>=1.0,<2"
"$scratch/latest/bin/python" -m mypy -p gli_pipecat
"$scratch/latest/bin/python" -m pytest tests/pipecat -n 2 --reruns 2 -m "not real_time"
"$scratch/latest/bin/python" -m pytest tests/pipecat --reruns 2 -m real_time # these must not share a core

venv oldest "pipecat-ai==1.0.0"
"$scratch/oldest/bin/python" -m pytest tests/pipecat -n 2 --reruns 2
