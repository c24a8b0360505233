"""What the core wants done is done here: a note goes out, the app is told, a line is logged.

Knows where each command leads. Must not know why it was given, or when.
"""

from __future__ import annotations

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.genai.app_calls import AppCalls
from gemini_live_interrupt.genai.hooks import Hooks
from gemini_live_interrupt.genai.outlines import outline_of_interruption, outline_of_outcome
from gemini_live_interrupt.genai.sending import Outbox
from gemini_live_interrupt.saying import Level, printable, say


class CarryingOut:
    """The commands of one session.

    Args:
        session_id: names it in logs.
        app: what is called in the app.
        outbox: what is sent goes there.
        hooks: what others want to be told.
    """

    def __init__(self, session_id: str, app: AppCalls, outbox: Outbox, hooks: Hooks) -> None:
        self._session_id = session_id
        self._app, self._outbox, self._hooks = app, outbox, hooks

    def carry_out(self, commands: list[e.Command]) -> None:
        """Do them, in order. Only called in the session's event loop."""
        for command in commands:
            match command:
                case e.BuildNote():
                    self._app.build(command.interruption)
                case e.SendNote():
                    self._outbox.put(command)
                case e.Notify():
                    self._say("INFO", outline_of_interruption(command.interruption))
                    self._app.tell_interruption(command.interruption)
                case e.Announce():
                    self._say("INFO", f"{command.notice.kind}: {printable(command.notice.detail)}")
                    self._app.tell_notice(command.notice)
                case e.Conclude():
                    self._say("INFO", outline_of_outcome(command.outcome))
                    self._app.tell_outcome(command.outcome)
                case e.Learn():
                    self._hooks.learned(command.route, command.worked)
                case e.Refused():
                    self._hooks.refused(command.delivery)
                case e.Log():
                    self._say(command.level, printable(command.message))

    def _say(self, level: Level, line: str) -> None:
        say(level, f"Session {self._session_id}: {line}")
