#!/usr/bin/env bash
# The frameworks that are built on google-genai, each with its own API against the local Live
# server: Google ADK, LiveKit Agents, pydantic-ai and genai-processors. About four minutes, most of
# it real-time speech.
# Needs Python 3.11 or newer and pip; everything else goes to a temporary place.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

command -v uv >/dev/null || python3 -m pip install -q uv
command -v uv >/dev/null || export PATH="$(python3 -c 'import sysconfig; print(sysconfig.get_path("scripts"))'):$HOME/.local/bin:$PATH"

uv venv -q "$scratch/venv"
VIRTUAL_ENV=$scratch/venv uv pip install -q -e ".[testing]" \
    "google-adk>=2.13,<3" "livekit-agents[google]>=1.8.6,<2" "pydantic-ai-slim[google-realtime]>=2.68,<3" \
    "genai-processors>=2.0.3,<3" \
    "hypothesis>=6.100" "pytest>=8" "pytest-asyncio>=0.24" "pytest-rerunfailures>=14" "pytest-xdist>=3"
VIRTUAL_ENV=$scratch/venv uv pip list 2>/dev/null |
    grep -E "^(google-adk|google-genai|livekit-agents|livekit-plugins-google|pydantic-ai-slim|genai-processors) "

# The tests wait for speech to be spoken, so they run side by side.
"$scratch/venv/bin/python" -m pytest tests/frameworks -n 3 --reruns 2
