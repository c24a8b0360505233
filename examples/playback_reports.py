"""Tell the library what your speaker has played, so that it need not guess.

    python examples/playback_reports.py                      no key: a Live server on this machine
    GEMINI_API_KEY=... python examples/playback_reports.py   the same conversation with Gemini

Without reports the library takes audio for played in real time from its arrival. Here the speaker
begins two seconds late, as behind a phone line or a slow browser: then only the app knows. The
conversation is that of `raw_sdk.py`. Needs `pip install "gemini-live-interrupt[testing]"`.
"""

from __future__ import annotations

import asyncio

from raw_sdk import CONFIG, MODEL, a_client, play, talk

from gemini_live_interrupt import Interruption, enable_interrupt_resume, interrupt_resume_for
from gemini_live_interrupt.testing import SpeakerSim, SyntheticUser

LATE_MS = 2_000.0


def show(interruption: Interruption) -> None:
    """Print how the position is known, and what it means."""
    print(
        f"--- {interruption.heard_ms / 1000:.1f} s heard ({interruption.position_from}):", end=" "
    )
    print(interruption.heard)


async def converse() -> None:
    """Connect, and hold the conversation."""
    async with (
        a_client() as client,
        client.aio.live.connect(model=MODEL, config=CONFIG) as session,
        SyntheticUser(session) as user,
    ):
        playback = interrupt_resume_for(session).playback
        # From your audio callback, in any thread: increments of what was played, in ms ...
        speaker = SpeakerSim(latency_ms=LATE_MS, on_play_ms=playback.on_play_ms)
        # ... or in bytes: playback.on_play_bytes(960), or on_play_bytes(chunk).
        # And where your app empties its speaker by itself, before `interrupted` comes, say because
        # its own voice detection was quicker: playback.flush()
        async with speaker:
            playing = asyncio.create_task(play(session, speaker))
            await talk(user, speaker)
            playing.cancel()


if __name__ == "__main__":
    enable_interrupt_resume(on_interruption=show)
    asyncio.run(converse())
