"""What only the service can tell: the probe's questions, and the order in which they are asked.

The main one, whether a model knows how far it was heard, is asked over every route (`breaking_in`);
the others stand here. What the answers mean is `conclusions`. Must not know how answers are shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from gemini_live_interrupt.commands.probe.breaking_in import break_in
from gemini_live_interrupt.commands.probe.call import Line
from gemini_live_interrupt.commands.probe.conclusions import Collected, Run
from gemini_live_interrupt.core.profiles import Route
from gemini_live_interrupt.testing.speech.voices import Speech

COUNT_SHORT, OTHER = "Count from one to ten.", "What is two plus two?"
ROUTES: tuple[Route, ...] = ("none", "silent", "silent_and_repair", "answering", "system", "frame")
"""In the order in which they are tried."""
_MOST_FAILURES = 3
"""Calls in a row that cannot be made until the probe gives up."""


class BrokeOff(Exception):
    """Call after call could not be made; the cause is the last one's error."""


async def ask_all(
    line: Line,
    speak: Callable[[str], Speech],
    collected: Collected,
    *,
    routes: Sequence[Route] = ROUTES,
    calls: int = 10,
    trials: int = 2,
    at_once: int = 1,
    begins: Callable[[str], object] = lambda about: None,
    ends: Callable[[str, str], object] = lambda about, result: None,
) -> None:
    """Ask everything, and put what is seen into `collected` call by call.

    Args:
        line: whom to call.
        speak: the caller's voice, 16 kHz.
        collected: gets what was seen; `conclude` may read it at any time.
        routes: over which the main question is asked; `system` only on Vertex.
        calls: for each route.
        trials: how often each other experiment is done.
        at_once: calls at the same time; services limit them.
        begins: told what is being asked.
        ends: told what was asked and what came of it, before the next call.

    Raises:
        BrokeOff: three calls in a row could not be made.
        Exception: whatever google-genai raises if the first call cannot be made.
    """
    gate = asyncio.Semaphore(at_once)
    # Calls come one after the other unless asked otherwise; the first shows whether any can be made.
    async with line.call("setup"):
        pass
    failures = 0

    async def one(about: str, work: Callable[[], Awaitable[str]]) -> None:
        nonlocal failures
        async with gate:
            begins(about)
            try:
                result = await work()
                failures = 0
            except (ImportError, asyncio.CancelledError):
                raise
            except Exception as error:
                failures += 1
                result = f"no call: {type(error).__name__}: {error}"
                if failures >= _MOST_FAILURES:
                    raise BrokeOff(str(error)) from error
            ends(about, result)

    plan = _plan(line, speak, collected, routes, calls, trials)
    async with asyncio.TaskGroup() as group:
        for about, work in plan:
            group.create_task(one(about, work))


def _plan(
    line: Line,
    speak: Callable[[str], Speech],
    collected: Collected,
    routes: Sequence[Route],
    calls: int,
    trials: int,
) -> list[tuple[str, Callable[[], Awaitable[str]]]]:
    def over(route: Route, trial: int) -> Callable[[], Awaitable[str]]:
        async def work() -> str:
            run = Run(route=route)
            await break_in(line, speak, run, trial)
            collected.runs.append(run)
            return run.told

        return work

    def mid(kind: str, trial: int) -> Callable[[], Awaitable[str]]:
        return lambda: _mid_reply(line, collected, kind, trial)

    def taken(what: str) -> Callable[[], Awaitable[str]]:
        return lambda: _taken(line, collected, what)

    tried = [route for route in routes if route != "system" or line.is_vertex]
    return [
        *(
            (f"route {route}, call {trial + 1} of {calls}", over(route, trial))
            for trial in range(calls)
            for route in tried
        ),
        *(
            (f"{kind} text in mid-reply, {trial + 1} of {trials}", mid(kind, trial))
            for trial in range(trials)
            for kind in ("silent", "answering", "typed")
        ),
        ("speech after turnComplete", lambda: _after_complete(line, speak, collected)),
        *(
            (f"is it taken: {what}", taken(what))
            for what in ("no role", "role system", "context update")
        ),
    ]


async def _mid_reply(line: Line, collected: Collected, kind: str, trial: int) -> str:
    async with line.call(f"{kind} text in mid-reply", trial) as call:
        await call.ask(COUNT_SHORT)
        if await call.until("audio", within=15.0) is None:
            return "no reply"
        await asyncio.sleep(0.3)
        at = call.now
        if kind == "typed":
            await call.ask(OTHER)
        elif kind == "answering":
            await call.content(OTHER, answer=True)
        else:
            await call.content(
                "[App context, not from the user: the caller's name is Sam.]", answer=False
            )
        seen = await call.until("interrupted", "closed", since=at, within=1.5)
        if seen is not None:
            result = "cuts" if seen.kind == "interrupted" else f"closes with {seen.code}"
        elif kind == "silent":
            result = "does not cut"
        else:
            done = await call.until("turn_complete", since=at, within=20.0)
            later = done and await call.until("audio", since=done.at + 0.01, within=5.0)
            result = "is queued" if later else "is ignored"
        collected.mid_reply.setdefault(kind, []).append(result)
        return result


async def _after_complete(line: Line, speak: Callable[[str], Speech], collected: Collected) -> str:
    other = await asyncio.to_thread(speak, OTHER)
    async with line.call("speech after turnComplete") as call:
        await call.ask(COUNT_SHORT)
        done = await call.until("turn_complete", within=40.0)
        if done is None:
            return "no reply"
        await call.say(other)
        cut = await call.until("interrupted", since=done.at, within=0.5)
        collected.after_complete.append(cut is not None)
        return "interrupted" if cut is not None else "not interrupted"


async def _taken(line: Line, collected: Collected, what: str) -> str:
    async with line.call(f"is it taken: {what}") as call:
        try:
            if what == "context update":
                await call.update_context("Answer in one short sentence.")
            else:
                role = None if what == "no role" else "system"
                await call.content(
                    "[App context: the caller's name is Sam.]", answer=False, role=role
                )
        except (AttributeError, TypeError, ValueError) as error:
            collected.taken[what] = f"not offered by this google-genai: {error}"
            return collected.taken[what]
        closed = await call.until("closed", within=3.0)
        collected.taken[what] = (
            f"closes with {closed.code}: {closed.text}" if closed else "accepted"
        )
        return collected.taken[what]
