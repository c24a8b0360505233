"""What went wrong with the service, and what a person can do about it, in plain words.

Knows the errors of google-genai, of the socket under it and of the network. Must not know which
command met them. Which texts the service sends was read in public reports of users, not measured
here.
"""

from __future__ import annotations

from gemini_live_interrupt.commands.shown import shown

_KEY = "The service refuses the key. Set GEMINI_API_KEY to one from https://aistudio.google.com/apikey."
_CREDENTIALS = "There are no Google Cloud credentials. Run `gcloud auth application-default login`."
_NETWORK = "The service cannot be reached. Look at the network, its proxy and its firewall."
_QUOTA = "The service takes no more calls with this key now: wait a while, or look at its limits."
_SLOW = "The service does not answer. Try again in a minute."


def what_to_do(error: BaseException, *, model: str) -> str:
    """A sentence or two about an error, for whoever ran the command.

    Args:
        error: what was raised; of a group the first that says something.
        model: which model was called.

    >>> what_to_do(OSError("unknown name"), model="gemini-3.8-live").partition(" (")
    ('The service cannot be reached. Look at the network, its proxy and its firewall.', ' (', 'OSError: unknown name)')
    """
    from google.auth.exceptions import GoogleAuthError
    from google.genai.errors import APIError
    from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    seen = f" ({type(error).__name__}: {shown(str(error))[:300]})"
    match error:
        case TimeoutError():  # Before OSError, which it is too.
            return _SLOW
        case GoogleAuthError():
            return _CREDENTIALS + seen
        case APIError():
            return _closed(error.code, str(error.details), model) + seen
        case ConnectionClosed():
            frame = error.rcvd
            return _closed(*((frame.code, frame.reason) if frame else (1006, "")), model) + seen
        case InvalidStatus():
            return _closed(error.response.status_code, "", model) + seen
        case InvalidHandshake() | OSError():
            return _NETWORK + seen
    return f"{type(error).__name__}: {shown(str(error))}"


def _closed(code: int, reason: str, model: str) -> str:
    said = reason.casefold()
    if code in (401, 403) or "api key" in said or "api_key" in said or "unauthenticated" in said:
        return _KEY
    if code == 429 or "quota" in said or "resource_exhausted" in said:
        return _QUOTA
    if code == 404 or "is not found" in said or "not supported for bidi" in said:
        return f"There is no live model {shown(model)} for this key. Name another with --model."
    if "location is not supported" in said:
        return "The service does not serve the place where you are."
    return f"The service closed the connection with {code}."
