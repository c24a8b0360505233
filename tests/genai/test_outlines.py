"""One line of the log for each outcome reads as a sentence would."""

from __future__ import annotations

import pytest

from gemini_live_interrupt.core.outcome import Outcome
from gemini_live_interrupt.genai.outlines import outline_of_outcome


@pytest.mark.parametrize(
    ("skipped", "repeated", "said"),
    [
        (0, 0, "resumed"),
        (1, 0, "resumed, 1 unheard word was left out"),
        (0, 1, "resumed, 1 word was said again"),
        (2, 7, "resumed, 2 unheard words were left out, 7 words were said again"),
    ],
)
def test_words_are_counted_as_one_says_it(skipped: int, repeated: int, said: str) -> None:
    outcome = Outcome(
        interruption=1,
        session_id="call-17",
        time=0.0,
        kind="resumed",
        skipped_words=skipped,
        repeated_words=repeated,
        reply="He had a mill.",
        note_in_prompt=None,
        repaired=False,
    )
    assert outline_of_outcome(outcome) == f"Outcome of interruption 1: {said}"
