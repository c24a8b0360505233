"""Without a key: a Live server on this machine that speaks a script in Gemini's place.

It really speaks and really listens for a voice, and it uses what it is told; but it does not
understand speech (unless a recogniser such as pocketsphinx is installed). What is typed, it knows.
"""

from __future__ import annotations

from gemini_live_interrupt.testing import LiveServer, Reply, ScriptedModel

SCRIPT = ScriptedModel(
    replies=(
        Reply(
            "Here is a story, and you may talk over me at any time. "
            "At the end of a long road, where the land runs out, there stood a lighthouse. "
            "Its keeper was called Ada, and she had lived there for forty years. "
            "Every evening she climbed a hundred and twelve steps, wiped the great lens, and lit "
            "the lamp. One night in November the wind tore the door from its hinges. "
            "The lamp went out, and far away a ship blew its horn, three times. "
            "Ada had no matches left, but she found one candle, and it was enough. "
            "In the morning the captain came ashore with a box of a thousand matches."
        ),
        Reply("Her name is Ada.", to="name"),
        Reply("A hundred and twelve. She counted them twice.", to="steps"),
        Reply("All right, I stop here.", to="stop", then="stop"),
    ),
    fallback="That is not in my script. Ask me for her name, or about the steps.",
)


def stand_in() -> LiveServer:
    """The server; use it with `async with`."""
    return LiveServer(SCRIPT)
