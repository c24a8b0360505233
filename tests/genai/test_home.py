"""Where a session is at home: when what it wants called is called."""

from __future__ import annotations

import asyncio

from gemini_live_interrupt.genai.home import TOGETHER, Home


async def test_what_can_wait_is_done_in_one_turn_of_the_loop_with_that_of_others() -> None:
    loop = asyncio.get_running_loop()
    turns: list[float] = []

    def next_turn() -> None:
        turns.append(loop.time())
        loop.call_later(0.0, next_turn)

    called: list[int] = []
    # Both within the same hundredth of a second, in whichever one this test begins.
    await asyncio.sleep(TOGETHER - loop.time() % TOGETHER)
    begun = loop.time()
    Home().within(0.2 + 0.1 * TOGETHER, lambda: called.append(len(turns)))
    Home().within(0.2 + 0.8 * TOGETHER, lambda: called.append(len(turns)))
    next_turn()
    while len(called) < 2:
        await asyncio.sleep(0.01)
        assert loop.time() < begun + 5.0
    assert called[0] == called[1]


async def test_it_is_never_later_than_wanted() -> None:
    loop = asyncio.get_running_loop()
    called = asyncio.Event()
    begun = loop.time()
    Home().within(0.0, called.set)
    await asyncio.wait_for(called.wait(), 5.0)
    assert loop.time() - begun < 1.0
