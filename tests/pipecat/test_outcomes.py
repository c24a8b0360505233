"""What came of a barge-in, as an app on Pipecat is told."""

from __future__ import annotations

from typing import Any

import pytest
from call import calling

from gemini_live_interrupt.genai import remembered
from gemini_live_interrupt.testing import LiveServer, speak
from gli_pipecat import InterruptResumeParams

STORY = (
    "Once upon a time there was a miller who lived by a river. He had three sons and an old mill. "
    "The eldest son got the mill, because he was the strongest. The second son got the donkey."
)


@pytest.mark.parametrize(("temperament", "kind"), [("obeys", "resumed"), ("restarts", "restarted")])
async def test_the_outcome_is_told(temperament: str, kind: str) -> None:
    outcomes: list[Any] = []
    remembered.forget_all()

    def listen(call: Any) -> None:
        async def came(processor: Any, outcome: Any) -> None:
            outcomes.append(outcome)

        call.resume.add_event_handler("on_outcome", came)

    hum = speak("Mm-hm.", voice="en-us+m3", sample_rate=16_000)
    async with (
        LiveServer([STORY], voice="en-us", speech=[hum], temperament=temperament) as server,
        calling(server, first="Tell me a story.", setup=listen) as call,
    ):
        await call.ear.wait_heard(4_500.0)  # In the second sentence.
        await call.user.say(hum)
        await call.until(lambda: outcomes)
    assert [(outcome.kind, outcome.repaired) for outcome in outcomes[:1]] == [(kind, False)]


def test_a_profile_that_cannot_be_read_is_an_error_at_once(tmp_path: Any) -> None:
    from pipecat.services.google.gemini_live.llm import GeminiLiveLLMService

    from gli_pipecat import InterruptResume

    llm = GeminiLiveLLMService(api_key="local")
    with pytest.raises(ValueError, match=r"none\.toml"):
        InterruptResume(llm, params=InterruptResumeParams(profile=tmp_path / "none.toml"))
