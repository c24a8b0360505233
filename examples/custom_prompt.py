"""Your own words for the note: a prompt builder, and a callback for each interruption.

    python examples/custom_prompt.py                      no key: a Live server on this machine
    GEMINI_API_KEY=... python examples/custom_prompt.py   the same conversation with Gemini

The conversation is that of `raw_sdk.py`. Needs `pip install "gemini-live-interrupt[testing]"`.
"""

from __future__ import annotations

import asyncio
import json

from raw_sdk import converse

from gemini_live_interrupt import Interruption, enable_interrupt_resume


async def my_prompt(heard: str, user_text: str, history: list[tuple[str, str]]) -> str:
    """The text for the model; "" sends nothing.

    Args:
        heard: What the user heard of the cut reply: whole words.
        user_text: What the user said to interrupt; "" while that is not known yet, as always with
            gemini-3.8-live, which hears the speech itself.
        history: The turns before, as `("user" | "model", text)`.
    """
    await asyncio.sleep(0)  # It may be async: look something up, if it is quick.
    if len(heard.split()) < 3:
        return ""  # Nearly nothing was heard: let the model begin again.
    asked = next((text for role, text in reversed(history) if role == "user"), "")
    # What people said goes in as JSON strings, so that it cannot pass for an instruction.
    return (
        f"[Context from the app.] The user had asked {json.dumps(asked)} and interrupted you after "
        f"hearing only {json.dumps(heard)}. Answer what they say now in one sentence. Then go on "
        "with the sentence that was cut off, from its beginning."
    )


def show(interruption: Interruption) -> None:
    """Print what the library knows; an app may log it, or show it to its user."""
    print(f"--- heard:        {interruption.heard}")
    print(f"--- never heard: {interruption.unheard}")
    print(f"--- the model was told: {interruption.note}")


if __name__ == "__main__":
    enable_interrupt_resume(my_prompt, max_history=2, on_interruption=show)
    asyncio.run(converse())
