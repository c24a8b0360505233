"""Handing a conversation from one connection to the next: in this process, or through a store.

Knows which session has which resumption handle, and when its state is kept. Must not know what a
state holds, or how a session is followed. The old session may be gone, closing, or still open (an
app that reconnects at `goAway` before it closes): its state goes to the session that resumes its
handle, once. With a store the state is also written every few seconds while something happens, so
that a process that dies takes little with it.
"""

from __future__ import annotations

import asyncio
import os
import time
import weakref
from collections import deque
from collections.abc import Coroutine
from typing import Any

from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.genai.resumption import Shelf, StateStore, put_safely, take_safely
from gemini_live_interrupt.genai.session import FollowedSession
from gemini_live_interrupt.saying import say_once

STORE_EVERY = 5.0
"""Seconds between two writes of one session at least. Each is about 2 kB."""

MOST_HANDLES = 64
"""Handles of one session that are remembered: an app resumes with the latest."""

_MOST_CLOSING = 5.0
"""Seconds for which a session whose connection is gone may still be followed, when an app ends."""

_shelf = Shelf()
_holders: weakref.WeakValueDictionary[str, Handover] = weakref.WeakValueDictionary()
"""Who has a handle, or had it last."""
_work: set[asyncio.Task[Any]] = set()


def _begin_anew() -> None:
    """In a child of `fork`: what was said in the parent goes on there."""
    global _shelf
    _shelf = Shelf()
    _holders.clear()
    _work.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


class Handover:
    """One session's part in it.

    Args:
        followed: the session.
        store: where states are kept for other machines; None: nowhere.
    """

    def __init__(self, followed: FollowedSession, store: StateStore | None) -> None:
        self._followed = followed
        self._store = store
        self._handle: str | None = None
        self._handles: deque[str] = deque()
        self._heir: Handover | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._written = ""
        self._last_write: asyncio.Task[None] | None = None
        self._last_write_at = float("-inf")

    def handle_came(self, handle: str) -> None:
        """The server named the handle with which this session can be resumed."""
        self._handle = handle
        self._followed.resumption_handle = handle
        if self._followed.recorder is not None:
            self._followed.recorder.handle_came(handle)
        _holders[handle] = self
        self._handles.append(handle)
        if len(self._handles) > MOST_HANDLES:
            old = self._handles.popleft()
            if _holders.get(old) is self and old not in self._handles:
                del _holders[old]

    def resume(self, handle: str) -> None:
        """This session was connected with a handle: go on with the conversation that it names."""
        before = _holders.get(handle)
        self.handle_came(handle)
        state = _shelf.take(handle, time.monotonic())
        goes_on = before is not None and (state is not None or before._followed.is_active)
        if before is not None and goes_on and before is not self:
            before._followed.heir = self._followed
        if state is not None:
            self._take_over(state)
        elif before is not None and before._followed.is_closing:
            before._heir = self  # It has not followed its last messages yet.
            return
        elif before is not None and before._followed.is_active:
            self._take_over(before._followed.carried())
            before._abdicate()
        elif self._store is not None:
            _in_background(self._resume_from(self._store, handle))
            return
        if self._store is not None:
            # What other machines would find is out of date: the model is told here.
            _in_background(take_safely(self._store, handle))

    async def _resume_from(self, store: StateStore, handle: str) -> None:
        state = await take_safely(store, handle)
        if state is not None:
            self._take_over(state)

    def _take_over(self, state: Carried) -> None:
        self._followed.resume(state)

    def _abdicate(self) -> None:
        self._followed.stop()

    def progressed(self) -> None:
        """Something happened in the session: write its state soon. Called in its event loop."""
        if self._store is None or self._handle is None or self._timer is not None:
            return
        wait = max(0.5, self._last_write_at + STORE_EVERY - time.monotonic())
        self._timer = asyncio.get_running_loop().call_later(wait, self._write)

    def closed(self) -> None:
        """The connection is gone, and all of it was followed. Called in the session's event
        loop."""
        self._stop_timer()
        if self._handle is None:
            return
        state = self._followed.carried()
        if self._heir is not None:
            self._heir._take_over(state)
            return
        _shelf.put(self._handle, state, time.monotonic())
        self._start_put(state)

    def _write(self) -> None:
        self._timer = None
        if self._followed.is_active:
            self._start_put(None)

    def _start_put(self, state: Carried | None) -> None:
        if self._store is not None and self._handle is not None:
            self._last_write_at = time.monotonic()
            put = self._put(self._store, self._handle, state, self._last_write)
            self._last_write = _in_background(put)

    async def _put(
        self,
        store: StateStore,
        handle: str,
        state: Carried | None,
        before: asyncio.Task[None] | None,
    ) -> None:
        if before is not None:
            await asyncio.wait([before])  # Writes in order: the last one must win.
        if state is None:
            state = await self._followed.carried_soon()
        text = f"{handle} {state.to_json()}"
        if text != self._written and await put_safely(store, handle, state):
            self._written = text

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _in_background(work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any] | None:
    try:
        task = asyncio.get_running_loop().create_task(work)
    except RuntimeError:
        work.close()
        say_once("The store was not asked: attach a session in its event loop.")
        return None
    _work.add(task)
    task.add_done_callback(_work.discard)
    return task


async def settled() -> None:
    """Wait for the store's work in this event loop; for tests, and for an app about to end."""
    here = asyncio.get_running_loop()
    until = time.monotonic() + _MOST_CLOSING
    while any(one._followed.is_closing for one in set(_holders.values())):
        if time.monotonic() > until:
            break
        await asyncio.sleep(0.005)
    while pending := [task for task in _work if task.get_loop() is here]:
        await asyncio.wait(pending)
