"""The context manager of `connect()`, with a look at the session that it gives.

Knows when a session begins and when the app closes it. Must not know how `connect` is wrapped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import wrapt
from loguru import logger

from gemini_live_interrupt.genai.following import follow, handle_of, shell_of
from gemini_live_interrupt.genai.settings import Settings


class Connecting(wrapt.ObjectProxy):  # type: ignore[type-arg]
    """What `connect()` returned.

    Args:
        manager: that.
        arguments: what it was called with.
        settings: gives the settings of the moment; None: nothing is followed.
    """

    def __init__(
        self, manager: Any, arguments: dict[str, Any], settings: Callable[[], Settings | None]
    ) -> None:
        super().__init__(manager)
        self._self_arguments = arguments
        self._self_settings = settings
        self._self_session: Any = None

    async def __aenter__(self) -> Any:
        session = await self.__wrapped__.__aenter__()
        settings = self._self_settings()
        if settings is None or handle_of(session) is not None:
            return session
        self._self_session = session
        try:
            handle = follow(
                session,
                settings,
                model=self._self_arguments.get("model"),
                config=self._self_arguments.get("config"),
            )
        except Exception as error:
            logger.opt(exception=error).warning(
                "This session is not followed because of an error of ours."
            )
            return session
        if settings.on_session is not None:
            try:
                settings.on_session(handle)
            except Exception as error:
                logger.opt(exception=error).warning("A callback of the app failed.")
        return session

    async def __aexit__(self, *exc: Any) -> Any:
        shell = shell_of(self._self_session) if self._self_session is not None else None
        if shell is not None:
            shell.close(wanted=True)
        return await self.__wrapped__.__aexit__(*exc)
