"""What is wrapped around google-genai's live classes, and by whom.

Knows the methods that the library lives on, and how to read a chain of wrappers. Changes nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from gemini_live_interrupt.commands.doctor.finding import Finding, bad, good, note

METHODS = (
    ("AsyncLive", "connect"),
    ("AsyncSession", "_receive"),
    ("AsyncSession", "send_client_content"),
    ("AsyncSession", "send_realtime_input"),
    ("AsyncSession", "send_tool_response"),
    ("AsyncSession", "send"),
)
_NEEDED = METHODS[:3]
_OURS = "gemini_live_interrupt"
_OF_THE_SDK = ("contextlib", "functools", "google.genai")
"""What google-genai decorates its own methods with."""


def look(live: Any = None) -> list[Finding]:
    """What is wrapped in this process.

    Args:
        live: google-genai's live module; for tests.
    """
    try:
        live = live or import_module("google.genai.live")
    except ImportError as error:
        return [bad(f"google-genai cannot be imported: {error}.", "pip install google-genai")]
    found: list[Finding] = []
    by: dict[str, list[str]] = {}
    for owner, name in METHODS:
        method = inspect.getattr_static(getattr(live, owner, None), name, None)
        if method is None:
            if (owner, name) in _NEEDED:
                found.append(
                    bad(
                        f"google-genai has no {owner}.{name}, which the library needs.",
                        "Install a version of google-genai that has been tested (see above).",
                    )
                )
            continue
        for module in wrappers(method):
            if module.startswith(_OF_THE_SDK):
                continue
            by.setdefault(module, []).append(f"{owner}.{name}")
    if _OURS in by:
        found.append(good("This library is enabled in this process."))
    for module, names in by.items():
        if module != _OURS:
            found.append(
                note(f"{module} is wrapped around {', '.join(names)}. Both work, in either order.")
            )
    if not by:
        found.append(good("Nothing is wrapped around google-genai's live sessions yet."))
    if find_spec("google.genai.interactions") is not None:
        found.append(
            note(
                "Sessions of client.aio.interactions are of another kind and are not followed.",
                "Use client.aio.live.connect.",
            )
        )
    return found


def wrappers(method: Any) -> Iterator[str]:
    """The modules of the wrappers around a method, the outermost first; ours by its package."""
    seen = 0
    while (inner := getattr(method, "__wrapped__", None)) is not None and seen < 64:
        seen += 1
        yield _module_of(method)
        method = inner


def _module_of(wrapper: Any) -> str:
    # wrapt's proxies show the wrapped function's module: the wrapper's own says who put it there.
    own = getattr(wrapper, "_self_wrapper", None)
    if own is not None:
        module = str(getattr(own, "__module__", "") or "somebody")
    elif inspect.isfunction(wrapper):
        module = str(wrapper.__globals__.get("__name__", "somebody"))
    else:
        module = type(wrapper).__module__
    return _OURS if module.split(".")[0] == _OURS else module
