"""What the sessions of this process have shown of each model on each backend.

Knows which routes worked. Must not know a session. It is evidence for later sessions with the same
model and backend, never a reason to send more. What `probe` has found about a model is where it
begins.
"""

from __future__ import annotations

from gemini_live_interrupt.core.learned import Evidence, Learned, LearnedRoute
from gemini_live_interrupt.core.profiles import Profile, Route
from gemini_live_interrupt.genai.refused import refusals
from gemini_live_interrupt.locks import Lock

_PROBED: dict[Route, LearnedRoute] = {
    "silent": "silent",
    "silent_and_repair": "repair",
    "answering": "answering",
}
_MOST_MODELS = 256
"""Names of models are the app's, and may be made up for each session."""
_lock = Lock()
_shown: dict[tuple[str, str], Learned] = {}
"""The one that was asked for last is the last."""


def shown_before(model: str | None, profile: Profile) -> tuple[Evidence, ...]:
    """What is known of a model's routes.

    Args:
        model: its name; None: its family stands for it.
        profile: its profile.
    """
    with _lock:
        return _of(model, profile).all


def remember(model: str | None, profile: Profile, route: LearnedRoute, worked: bool) -> None:
    """A route worked in a session with this model, or did not."""
    with _lock:
        _of(model, profile).saw(route, worked=worked)


def forget_all() -> None:
    """Begin anew, as in a new process: what was refused is forgotten, too."""
    refusals.clear()
    with _lock:
        _shown.clear()


def _of(model: str | None, profile: Profile) -> Learned:
    key = (model or profile.family).lower().rpartition("/")[2], profile.backend
    shown = _shown.pop(key, None) or Learned(_probed(profile))
    _shown[key] = shown
    while len(_shown) > _MOST_MODELS:
        del _shown[next(iter(_shown))]
    return shown


def _probed(profile: Profile) -> list[Evidence]:
    return [
        Evidence(
            route=_PROBED[found.route],
            worked=found.used,
            in_vain=0 if found.used else found.calls,
        )
        for found in profile.routes
        if found.route in _PROBED
    ]
