"""Where a session is at home: when what it wants called is called."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from gemini_live_interrupt.genai import home
from gemini_live_interrupt.genai.home import TOGETHER, Alarm, Home


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


class Clock:
    """A home whose timers run out when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.timers: list[tuple[float, Callable[[], None], Any]] = []
        self.begun = 0
        monkeypatch.setattr(home.time, "monotonic", lambda: self.now)

    def later(self, seconds: float, call: Callable[[], None]) -> Any:
        self.begun += 1
        timer = (self.now + seconds, call, SimpleNamespace())
        timer[2].cancel = lambda: self.timers.remove(timer)
        self.timers.append(timer)
        return timer[2]

    def until(self, at: float) -> None:
        """Time passes, and timers run out."""
        while due := [timer for timer in self.timers if timer[0] <= at]:
            timer = min(due, key=lambda each: each[0])
            self.timers.remove(timer)
            self.now = max(self.now, timer[0])
            timer[1]()
        self.now = at


def rings(monkeypatch: pytest.MonkeyPatch) -> tuple[Clock, Alarm, list[float]]:
    clock, rung = Clock(monkeypatch), list[float]()
    alarm = Alarm(clock, lambda: rung.append(clock.now))  # type: ignore[arg-type]
    return clock, alarm, rung


def test_the_alarm_rings_at_the_moment_that_was_named_last(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, alarm, rung = rings(monkeypatch)
    alarm.set(102.0)
    alarm.set(105.0)
    alarm.set(103.0)
    clock.until(110.0)
    assert rung == [103.0]
    alarm.set(120.0)
    alarm.set(112.0)
    clock.until(130.0)
    assert rung == [103.0, 112.0]


def test_the_alarm_does_not_ring_where_it_is_not_wanted_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, alarm, rung = rings(monkeypatch)
    alarm.set(102.0)
    alarm.set(None)
    clock.until(110.0)
    assert rung == [] and clock.timers == []


def test_the_alarm_rings_at_once_for_what_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, alarm, rung = rings(monkeypatch)
    alarm.set(90.0)
    clock.until(100.0)
    assert rung == [100.0]


def test_a_moment_that_moves_on_costs_few_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, alarm, rung = rings(monkeypatch)
    for step in range(1_000):
        clock.until(100.0 + 0.01 * step)
        alarm.set(clock.now + 3.0)
    clock.until(200.0)
    assert rung == [pytest.approx(112.99)]
    assert clock.begun < 10
