"""Profiles as text: what `probe` has found out about models, in place of our own table.

Knows the format, a small TOML, and checks all of it. Must not know where the text is kept, or how
the answers were got. Each model stands under its name and backend, with the fields of `Profile`
that were found out, and with what each route has shown. Whatever the text does not say is as our
table has it for the model's family::

    version = 1

    [[model]]
    name = "gemini-live-2.5-flash-native-audio"
    backend = "vertex"
    silent_reaches_audio_turn = false

    [model.routes.silent]
    calls = 10
    in_prompt = 9
    used = 0
    replies = 1.0
    closes = 0
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, get_args

from gemini_live_interrupt.core.events import Delivery
from gemini_live_interrupt.core.profiles import (
    Backend,
    Profile,
    Route,
    RouteFound,
    profile_for,
)

VERSION = 1
MOST_CHARACTERS = 100_000
"""Of a text: more than a hundred models have."""
_LONGEST_LINE = 300
"""Characters: a key of thousands of names with dots takes `tomllib` the square of their number."""
_MOST_CALLS = 1_000_000
_FLAGS = (
    "silent_reaches_audio_turn",
    "whole_utterances",
    "reports_activity",
    "text_interrupts",
    "forgets_blocking_calls",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundProfile:
    """The profile of one model on one backend."""

    name: str
    """As `connect()` gets it, without what stands before its last slash."""
    profile: Profile


@dataclass(frozen=True, slots=True)
class FoundProfiles:
    """Profiles that were found out, and our table for all other models.

    >>> found = FoundProfiles.from_text('''
    ... version = 1
    ... [[model]]
    ... name = "gemini-3.8-live"
    ... backend = "developer"
    ... silent_reaches_audio_turn = true
    ... ''')
    >>> found.profile_for("models/gemini-3.8-live").silent_reaches_audio_turn
    True
    >>> found.profile_for("gemini-3.8-live", vertex=True).silent_reaches_audio_turn is None
    True
    """

    models: tuple[FoundProfile, ...] = ()

    def profile_for(self, model: str | None, *, vertex: bool = False) -> Profile:
        """The profile of a model, as `profiles.profile_for` has it where nothing was found out."""
        ours = profile_for(model, vertex=vertex)
        name = (model or "").lower().rpartition("/")[2]
        for found in self.models:
            if found.name == name and found.profile.backend == ours.backend:
                return found.profile
        return ours

    @classmethod
    def from_text(cls, text: str) -> FoundProfiles:
        """Read what `to_text` wrote, whoever may have changed it.

        Raises:
            ValueError: if it is not such a text; says which line or name is wrong.
        """
        try:
            _check_size(text)
            data = tomllib.loads(text)
            version = data.pop("version", None)
            if type(version) is not int or version != VERSION:
                raise ValueError(f"it needs a line `version = {VERSION}`")
            entries = _typed("model", data.pop("model", []), list)
            _none_left("", data)
            models = tuple(_model(entry) for entry in entries)
            _check_that_each_stands_once(models)
            return cls(models)
        except (ValueError, TypeError, RecursionError) as error:
            raise ValueError(f"these are no profiles of models: {error}") from error

    def to_text(self) -> str:
        """The profiles as TOML, for `from_text`."""
        return f"version = {VERSION}\n" + "".join(_model_text(found) for found in self.models)


def _check_size(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"it has more than {MOST_CHARACTERS} characters")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _LONGEST_LINE:
            raise ValueError(f"line {number} has more than {_LONGEST_LINE} characters")


def _check_that_each_stands_once(models: Iterable[FoundProfile]) -> None:
    seen: set[tuple[str, Backend]] = set()
    for found in models:
        key = found.name, found.profile.backend
        if key in seen:
            raise ValueError(f"{found.name!r} on {found.profile.backend} stands in it twice")
        seen.add(key)


def _model(entry: Any) -> FoundProfile:
    data = dict(_typed("model", entry, dict))
    name = _typed("name", data.pop("name", None), str).lower().rpartition("/")[2]
    if not name:
        raise ValueError("a `name` is empty")
    backend = _one_of("backend", data.pop("backend", "developer"), Backend)
    known: dict[str, Any] = {}
    for flag in _FLAGS:
        if flag in data:
            known[flag] = _typed(flag, data.pop(flag), bool)
    if "deliveries" in data:
        wanted = _typed("deliveries", data.pop("deliveries"), list)
        known["deliveries"] = tuple(_one_of("deliveries", way, Delivery) for way in wanted)
    routes = _typed("routes", data.pop("routes", {}), dict)
    known["routes"] = tuple(_route(route, found) for route, found in routes.items())
    _none_left(f" of {name!r}", data)
    return FoundProfile(
        name=name,
        profile=replace(profile_for(name, vertex=backend == "vertex"), known=True, **known),
    )


def _route(name: str, found: Any) -> RouteFound:
    data = dict(_typed(name, found, dict))
    wanted = {field.name for field in fields(RouteFound)} - {"route"}
    numbers = {key: data.pop(key) for key in sorted(wanted & set(data))}
    _none_left(f" of route {name!r}", data)
    for key, value in numbers.items():
        is_whole = type(value) is int or (key == "replies" and type(value) is float)
        if not is_whole or not 0 <= value <= _MOST_CALLS:
            raise ValueError(f"{key} of route {name!r} is {value!r:.40}, not a count")
    if "calls" not in numbers:
        raise ValueError(f"route {name!r} does not say how many `calls` there were")
    return RouteFound(route=_one_of("routes", name, Route), **numbers)


def _typed(name: str, value: Any, wanted: type) -> Any:
    if type(value) is not wanted:
        raise ValueError(f"{name!r} must be a {wanted.__name__}, not {value!r:.40}")
    return value


def _one_of(name: str, value: Any, words: Any) -> Any:
    if value not in get_args(words):
        raise ValueError(f"`{name}` has {value!r:.40}; there are {', '.join(get_args(words))}")
    return value


def _none_left(where: str, data: dict[str, Any]) -> None:
    if data:
        raise ValueError(f"nothing{where} is called {', '.join(map(repr, sorted(data)[:5]))}")


def _model_text(found: FoundProfile) -> str:
    profile = found.profile
    lines = [
        "",
        "[[model]]",
        f"name = {_quoted(found.name)}",
        f"backend = {_quoted(profile.backend)}",
    ]
    lines.append(f"deliveries = [{', '.join(map(_quoted, profile.deliveries))}]")
    for flag in _FLAGS:
        value = getattr(profile, flag)
        if value is not None:
            lines.append(f"{flag} = {str(value).lower()}")
    for route in profile.routes:
        lines += ["", f"[model.routes.{route.route}]"]
        lines += _numbers(route)
    return "\n".join([*lines, ""])


def _numbers(route: RouteFound) -> Iterable[str]:
    for field in fields(RouteFound):
        value = getattr(route, field.name)
        if field.name != "route" and value is not None:
            yield f"{field.name} = {value}"


def _quoted(text: str) -> str:
    return json.dumps(text)
