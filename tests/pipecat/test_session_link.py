"""The way into the live session: what is sent, and how a new session is noticed."""

from __future__ import annotations

from typing import Any

from gemini_live_interrupt.core.profiles import profile_for
from gemini_live_interrupt.genai.ours import is_ours
from gli_pipecat.session_link import SessionLink, profile_of

V38 = profile_for("gemini-3.8-live")


class Session:
    def __init__(self) -> None:
        self.sent: list[tuple[Any, ...]] = []

    async def send_client_content(self, *, turns: Any = None, turn_complete: bool = True) -> None:
        self.sent.append((turns["role"], turns["parts"][0]["text"], turn_complete, is_ours()))

    async def send_realtime_input(self, *, text: str) -> None:
        self.sent.append(("realtime", text, is_ours()))


class Service:
    def __init__(self) -> None:
        self._session: Session | None = None
        self._settings = type("Settings", (), {"model": "models/gemini-2.5-flash-live"})()


class GeminiLiveVertexLLMService(Service):
    """The name is what counts."""


async def test_a_silent_note_is_user_content_that_completes_no_turn_and_is_marked_as_ours() -> None:
    service = Service()
    service._session = session = Session()
    await SessionLink(service).send("Note.", "silent", V38)
    assert session.sent == [("user", "Note.", False, True)]


async def test_the_first_answering_message_of_a_session_may_have_to_end_its_history() -> None:
    service = Service()
    service._session = session = Session()
    link = SessionLink(service)
    link.changed()
    await link.send("Go on.", "answering", V38)
    await link.send("Go on!", "answering", V38)
    kicked = ("realtime", " ", True)
    assert session.sent == [
        ("user", "Go on.", True, True),
        kicked,
        ("user", "Go on!", True, True),
    ]
    service._session = session = Session()
    link.changed()
    await link.send("Go on.", "answering", V38)
    assert session.sent[-1] == kicked


async def test_vertex_and_2_5_get_no_space() -> None:
    for profile in (
        profile_for("gemini-3.8-live", vertex=True),
        profile_for("gemini-2.5-flash-native-audio"),
    ):
        service = Service()
        service._session = session = Session()
        await SessionLink(service).send("Go on.", "answering", profile)
        assert len(session.sent) == 1


def test_a_new_session_is_noticed_once_and_no_session_is_none() -> None:
    service = Service()
    link = SessionLink(service)
    assert link.changed() == (False, False)
    service._session = Session()
    assert link.changed() == (True, False)
    assert link.changed() == (False, False)
    service._session = None
    assert link.changed() == (False, False)
    service._session = Session()
    assert link.changed() == (True, True)


def test_a_service_without_a_session_attribute_cannot_be_reached() -> None:
    assert not SessionLink(object()).is_reachable
    assert SessionLink(Service()).is_reachable


def test_the_profile_follows_the_model_and_the_kind_of_service() -> None:
    assert profile_of(Service(), None).family == "2.5"
    assert profile_of(Service(), "gemini-3.1-flash-live-preview").family == "3.1"
    assert profile_of(Service(), None).backend == "developer"
    assert profile_of(GeminiLiveVertexLLMService(), None).backend == "vertex"
    assert profile_of(object(), None).family == "3.8"
