"""The wrappers around google-genai: put on its classes once, taken off without a trace.

Knows the names of google-genai's live classes, and nothing of conversations. Enabling wraps a few
methods of `AsyncSession` and `AsyncLive.connect` once for the process. Disabling takes the wrappers
off, or leaves them in place without effect where somebody else has wrapped on top of them.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
import threading
from typing import Any

import wrapt

from gemini_live_interrupt.genai.wrapping import Around, Mark, is_wrapped, mark_of, wrap
from gemini_live_interrupt.saying import warn_once

_LIVE = "google.genai.live"
_OLDEST, _NEWEST = (1, 68), (3,)
"""Versions of google-genai that were tried."""
_NEEDED = {("AsyncSession", "_receive"), ("AsyncSession", "send_client_content")}


class Patch:
    """The wrappers of this process.

    Args:
        targets: what is around which method of which class: class, method, what.
    """

    def __init__(self, targets: list[tuple[str, str, Around]]) -> None:
        self._targets = targets
        self._lock = threading.RLock()
        self._wanted = False
        self._hooked = False
        self._in_charge: dict[tuple[type, str], Mark] = {}
        """Our latest wrapper of each method. An older one may be hidden below a wrapper of somebody
        else that does not show what it wraps; it only passes on."""
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._unlock)

    def _unlock(self) -> None:
        """In a child of `fork`: whoever held the lock is not there."""
        self._lock = threading.RLock()

    def put_on(self) -> None:
        """Wrap google-genai, now or when it is imported; works again after it was reloaded."""
        with self._lock:
            self._wanted = True
            hooked, self._hooked = self._hooked, True
        # Outside the lock: another thread may be importing google-genai, and wait for it in `_wrap`.
        if not hooked:
            # Works whether google-genai was imported before, or will be, and does not import it.
            wrapt.register_post_import_hook(self._wrap, _LIVE)
        self._wrap_if_imported()

    def take_off(self) -> None:
        """Leave google-genai as it would be without us."""
        with self._lock:
            self._wanted = False
            for mark in self._in_charge.values():
                mark.is_active = False
            self._in_charge.clear()
            live = sys.modules.get(_LIVE)
            for class_name, method, _ in self._targets if live is not None else ():
                owner = _owner(live, class_name, method)
                outermost: Any = vars(owner)[method] if owner is not None else None
                # Wrappers that others put on top of ours stay; ours then only passes on.
                if mark_of(outermost) is not None:
                    setattr(owner, method, outermost.__wrapped__)

    def _wrap_if_imported(self) -> None:
        live = sys.modules.get(_LIVE)
        if live is not None:
            self._wrap(live)

    def _wrap(self, live: Any) -> None:
        """Wrap the classes of google-genai's live module; called when it is imported, or at once."""
        # If another thread is in the middle of the import, this waits for it.
        live = importlib.import_module(_LIVE)
        with self._lock:
            if not self._wanted:
                return
            for class_name, method, around in self._targets:
                owner = _owner(live, class_name, method)
                if owner is not None:
                    self._wrap_method(owner, method, around)
                elif (class_name, method) in _NEEDED:
                    warn_once(
                        f"google-genai has no {class_name}.{method}; interrupts are not resumed."
                    )
                    return
        _check_version()

    def _wrap_method(self, owner: type, method: str, around: Around) -> None:
        outermost = vars(owner)[method]
        if is_wrapped(outermost):
            return
        before = self._in_charge.get((owner, method))
        if before is not None:
            before.is_active = False
        wrapper, self._in_charge[owner, method] = wrap(outermost, around)
        setattr(owner, method, wrapper)


def _owner(live: Any, class_name: str, method: str) -> type | None:
    """The class that has the method: `class_name`, or one that it inherits from."""
    cls = getattr(live, class_name, None)
    bases = cls.__mro__ if isinstance(cls, type) else ()
    return next((base for base in bases if method in vars(base)), None)


def _check_version() -> None:
    try:
        from google.genai.version import __version__ as version
    except ImportError:
        return
    found = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if not _OLDEST <= found < (_NEWEST[0] + 1,):
        warn_once(
            f"google-genai {version} was not tried with this version of gemini-live-interrupt "
            f"(it was with {_OLDEST[0]}.{_OLDEST[1]} to {_NEWEST[0]}.x). It may work; update whichever is older."
        )
