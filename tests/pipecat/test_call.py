"""Whole calls: a pipeline with the real llm service, against the local Live server over a socket."""

from __future__ import annotations

from call import calling

from gemini_live_interrupt.testing import LiveServer, Reply, speak

STORY = (
    "Once upon a time there was a miller who lived by a river. He had three sons and an old mill. "
    "The eldest son got the mill, because he was the strongest. The second son got the donkey. "
    "The youngest son got only the cat, and he was very sad about it. But the cat could speak."
)


async def test_server_vad():
    ask = speak("What is the capital of France?", voice="en-us+m3", sample_rate=16_000)
    model = [STORY, Reply("It is Paris.", to="capital")]
    async with (
        LiveServer(model, speech=[ask]) as server,
        calling(server, first="Tell me a story.") as call,
    ):
        await call.ear.wait_heard(5000)
        await call.user.say(ask)
        await call.until(lambda: call.notes)
        await call.ear.wait_heard(3000)
        print(call.said_in_context(), call.asked_in_context())
        turn = call.record.turns[0]
        print(call.words_heard(turn), call.heard_of(turn))
        print(call.notes, call.told)
        await call.ear.wait_quiet()
        print(call.said_in_context(), call.asked_in_context())
        print([t.text for t in call.record.turns])
