"""What can go wrong between this server and Gemini, and what a person can do about it.

Knows the errors of google-genai, of the socket under it and of the network. Must not know the call
they ended. Which texts the service sends was read in public reports of users, not measured here.
"""

from __future__ import annotations

from dataclasses import dataclass

from google.auth.exceptions import GoogleAuthError
from google.genai.errors import APIError
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that went wrong."""

    what: str
    """One sentence, for whoever uses the page."""
    todo: str
    """What to do, for whoever runs the server: show it to nobody else where your users are not you."""
    again: bool = False
    """Whether connecting again may help."""


REFUSED_KEY = Trouble(
    what="Gemini refuses the key.",
    todo="Set GEMINI_API_KEY to a key from https://aistudio.google.com/apikey and restart the server.",
)
QUOTA = Trouble(
    what="Gemini takes no more calls with this key now.",
    todo="The quota is used up, or too many sessions are open: see the key's limits, or wait a while.",
)
NO_NETWORK = Trouble(
    what="The server cannot reach Gemini.",
    todo="Look at the server's network, its proxy and its firewall.",
    again=True,
)
NO_ANSWER = Trouble(
    what="Gemini does not answer.",
    todo="Try again in a minute; if it stays so, look at the model's name and configuration.",
    again=True,
)


def trouble_of(error: BaseException, *, model: str) -> Trouble | None:
    """What an error means.

    Args:
        error: out of `connect()`, `receive()` or a send of google-genai.
        model: the model that was asked for.

    Returns:
        None for an error that is not one of these: a mistake in this program, probably.

    >>> trouble_of(OSError("Name or service not known"), model="gemini-3.8-live").what
    'The server cannot reach Gemini.'
    """
    match error:
        case TimeoutError():  # Before OSError, which it is too.
            return NO_ANSWER
        case GoogleAuthError():
            return Trouble(
                what="The server has no Google Cloud credentials.",
                todo="Run `gcloud auth application-default login`, or set GEMINI_API_KEY.",
            )
        case APIError():
            return _closed(error.code, str(error.details), model)
        case ConnectionClosed():
            received = error.rcvd
            return _closed(*((received.code, received.reason) if received else (1006, "")), model)
        case InvalidStatus():
            return _closed(error.response.status_code, "", model)
        case InvalidHandshake() | OSError():
            return NO_NETWORK
    return None


def _closed(code: int, reason: str, model: str) -> Trouble:
    said = reason.casefold()
    if code in (401, 403) or "api key" in said or "api_key" in said or "unauthenticated" in said:
        return REFUSED_KEY
    if code == 429 or "quota" in said or "resource_exhausted" in said:
        return QUOTA
    if "is not found" in said or "not supported for bidi" in said or code == 404:
        return Trouble(
            what=f"Gemini has no live model {model} for this key.",
            todo="Set GEMINI_LIVE_MODEL to another one and restart the server.",
        )
    if "location is not supported" in said:
        return Trouble(
            what="Gemini does not serve the place where this server runs.",
            todo="Run it elsewhere, or use Vertex AI in a region that has the model.",
        )
    if code == 1007:
        return Trouble(
            what="Gemini did not take a message of this app.",
            todo=f"It says: {reason or 'nothing more'}. Look at the session's configuration.",
        )
    return Trouble(
        what="The connection to Gemini has ended.",
        todo=f"It was closed with {code}{f': {reason}' if reason else ''}. Start a new call.",
        again=True,
    )
