"""What the model was told, when, and whether it used it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.record.explaining.call import Call, Cut, Message
from gemini_live_interrupt.record.explaining.causes.words import cut_words
from gemini_live_interrupt.record.explaining.ears import Microphone
from gemini_live_interrupt.record.explaining.finding import (
    Finding,
    clock,
    lines_of,
    plain,
    quoted,
    seconds,
    some,
)
from gemini_live_interrupt.record.explaining.followed import followed

_SLOW = 0.8
"""Seconds for a prompt builder, or for a send, that are long beside the 3 s until the next reply."""
_ALOUD = 7
"""Words of a note in a row that are no chance."""
_MAY_SPEAK = 2
"""Replies after a note that may speak it: the first is often made before the note was read."""
_FEW_WORDS = 2
"""Words of the user that rather acknowledge than ask."""
_MENDED, _MENDED_STRANGE = 19.0, 24.0
"""Weight of what a repair has made up for, where that is known of the model, and where it is not."""
_ANSWERED, _KNOWN = 14.0, 22.0
"""Weight of a note that a model ignored of which that is known: where the user got an answer, and where
the reply was not what anybody had asked for. What is so in every call explains this one least."""
_QUOTATION = re.compile(r'"(?:[^"\\]|\\.)*"')


def builder(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The app's prompt builder was slow, failed, or returned nothing."""
    failed = [(at, error) for at, what, error in call.noticed if what == "builder failed"]
    if failed:
        at, error = failed[0]
        yield Finding(
            name="builder failed",
            weight=59.0,
            says=f"The app's prompt builder failed at {clock(call, at.t)}: {plain(error)[:160]}. "
            "The built-in note was sent instead.",
            lines=some([at.line for at, _ in failed]),
            do="Mend the builder; it gets `(heard, user_text, history)`.",
            t=at.t,
        )
    for cut in call.cuts:
        if cut.built is None:
            continue
        end = cut.text_came.t if cut.text_came is not None else min(cut.until, call.end)
        took = end - cut.built.t
        dropped = [at for at, notice in cut.notices if notice.kind == "note dropped"]
        if took >= _SLOW and (dropped or cut.text_came is not None):
            yield Finding(
                name="slow builder",
                weight=83.0 if dropped else 41.0,
                says=f"The note for the cut at {clock(call, cut.t)} waited {seconds(took)} for the "
                "prompt builder"
                + (", and by then the reply had begun: it was dropped." if dropped else "."),
                lines=lines_of(cut.built, cut.text_came, *dropped),
                do="A builder has about 3 s, until the user has spoken and the model begins. "
                "Prepare what is slow before, and no network call "
                "in it.",
                t=cut.t,
            )
            return
        no_note = cut.text_came is not None and not cut.messages and not dropped
        if no_note and cut.interruption is not None and not cut.interruption.note:
            yield Finding(
                name="builder returned nothing",
                weight=50.0,
                says=f'The prompt builder returned "" for the cut at {clock(call, cut.t)}, so the '
                "model was told nothing.",
                lines=lines_of(cut.built, cut.text_came),
                do="If that was not meant, let the builder return `build_note`'s text.",
                t=cut.t,
            )
            return


def too_late(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """A note that the reply did not wait for."""
    for cut in call.cuts:
        dropped = [at for at, notice in cut.notices if notice.kind == "note dropped"]
        slow = cut.built is not None and (
            cut.text_came is None or cut.text_came.t - cut.built.t > _SLOW
        )
        if not dropped or slow:
            continue
        tools = [
            tool for tool in call.tools if tool.t < dropped[0].t and _is_pending(tool.settled, cut)
        ]
        why = (
            f"it waited for the function call {plain(tools[0].call.name)!r}"
            if tools
            else "it waited for the end of the user's turn"
            if call.header.options.get("delivery") == "answering"
            else "it waited for the rest of the reply that the app had dropped"
        )
        yield Finding(
            name="note after the reply",
            weight=74.0,
            says=f"The note for the cut at {clock(call, cut.t)} was never sent: the next reply "
            f"began at {clock(call, cut.until)}, while {why}.",
            lines=lines_of(cut, *dropped, *tools[:1], cut.next),
            do="Answer function calls sooner, or make them NON_BLOCKING."
            if tools
            else 'delivery="silent" sends at once where the model uses such notes '
            "(`gemini-live-interrupt probe` tells).",
            t=cut.t,
        )
        return


def _is_pending(settled: object, cut: Cut) -> bool:
    at = getattr(settled, "t", None)
    return at is None or at > cut.t


def tools(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """Function calls that held a note up, that were slow, or that nobody answered."""
    for tool in call.tools:
        waited = (tool.settled.t if tool.settled else call.end) - tool.t
        held = next(
            (
                one
                for cut in call.cuts
                for one in cut.messages
                if one.kind == "note"
                and tool.t < one.t
                and one.t - cut.t > 1.0
                and _is_pending(tool.settled, cut)
            ),
            None,
        )
        if tool.settled is None and waited > 5.0:
            yield Finding(
                name="call without an answer",
                weight=61.0,
                says=f"The model called {plain(tool.call.name)!r} at {clock(call, tool.t)}, and no "
                "answer was seen until the end. It may wait "
                "for it, and notes wait, too.",
                lines=lines_of(tool),
                do="Answer each function call with `send_tool_response` and its id, also when it "
                "failed.",
                t=tool.t,
            )
            return
        if waited > 1.5 or held is not None:
            yield Finding(
                name="slow function call",
                weight=52.0 if held is not None else 36.0,
                says=f"The function call {plain(tool.call.name)!r} of {clock(call, tool.t)} took "
                f"{seconds(waited)}"
                + (
                    ", and the note of a cut waited for it."
                    if held is not None
                    else "; nobody speaks meanwhile."
                ),
                lines=lines_of(tool, tool.settled, held),
                do="Answer sooner, or declare the function NON_BLOCKING, so that the model goes on "
                "talking.",
                t=tool.t,
            )
            return
    if call.tools:
        tool = call.tools[0]
        yield Finding(
            name="function call",
            weight=21.0,
            says=f"The model called {plain(tool.call.name)!r} at {clock(call, tool.t)} before it "
            "replied, and was answered "
            f"{seconds((tool.settled.t if tool.settled else call.end) - tool.t)} later.",
            lines=lines_of(tool, tool.settled),
            do="Nothing, if that was meant.",
            t=tool.t,
        )


def sends(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """Messages of ours that were slow, failed, or are not wanted any more."""
    for message in call.messages:
        if message.failed is not None and not message.failed.gone:
            yield Finding(
                name="send failed",
                weight=81.0,
                says=f"Our {message.kind} of {clock(call, message.t)} could not be sent: "
                f"{plain(message.failed.error)[:160]}.",
                lines=lines_of(message),
                do="Let what keeps it push it on."
                if message.failed.kept
                else "Look at the error; this session gets no more notes after it.",
                t=message.t,
            )
            return
        if message.sent is not None and message.sent.t - message.t >= _SLOW:
            yield Finding(
                name="slow send",
                weight=46.0,
                says=f"Our {message.kind} of {clock(call, message.t)} took "
                f"{seconds(message.sent.t - message.t)} to be sent.",
                lines=lines_of(message, message.sent),
                do="The network, or the event loop, is busy: look for something that blocks the "
                "loop.",
                t=message.t,
            )
            return
    off = call.header.options.get("notes") is False
    if off and call.cuts:
        yield Finding(
            name="no notes",
            weight=76.0,
            says="This session sends no notes at all: its model takes none, or has refused them in "
            "this process before.",
            lines=(1,),
            do="Look at the first record of the process that ends with a refusal, or choose "
            "another model.",
        )


def read_aloud(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The model spoke what was meant for it alone."""
    for message in call.messages:
        ours = _words(_QUOTATION.sub(" | ", message.text))
        following = [one for one in call.replies if one.t > message.t]
        for reply in following[:_MAY_SPEAK]:
            found = _longest_run(ours, _words(reply.text))
            if len(found) >= _ALOUD:
                yield Finding(
                    name="note read aloud",
                    weight=87.0,
                    says=f"The reply at {clock(call, reply.t)} speaks words of our "
                    f"{message.kind}: {quoted(' '.join(found))}.",
                    lines=lines_of(message, reply),
                    do='Known of answering messages on 3.8 (10 of 12). Prefer `delivery="silent"`. '
                    "A shorter note of your own, without whole sentences, is read aloud less.",
                    t=reply.t,
                )
                return


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "|" else " " for c in text.casefold()).split()


def _longest_run(note: list[str], said: list[str]) -> list[str]:
    """The longest run of words that both have."""
    best: list[str] = []
    places: dict[str, list[int]] = {}
    for index, word in enumerate(note):
        places.setdefault(word, []).append(index)
    for start, word in enumerate(said):
        for place in places.get(word, ()):
            length = 0
            while (
                start + length < len(said)
                and place + length < len(note)
                and said[start + length] == note[place + length] != "|"
            ):
                length += 1
            if length > len(best):
                best = said[start : start + length]
    return best


# --- whether it was used


def unused(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The reply did not do what the note asked for."""
    for cut in call.cuts:
        what = followed(cut)
        told = [one for one in cut.messages if one.kind in ("note", "words") and one.t <= cut.until]
        if what.kind not in ("restarted", "skipped", "answered") or not told or cut.next is None:
            continue
        is_hum = len(cut_words(cut).split()) <= _FEW_WORDS
        did = {
            "restarted": f"began again before the sentence that was cut: {what.repeated_words} "
            "words twice",
            "skipped": f"went on {what.skipped_words} words beyond what was heard",
            "answered": "did not come back to what was cut",
        }[what.kind]
        found = _unused(call, cut, told[-1], did, what.kind, what.in_prompt, is_hum=is_hum)
        if what.repaired in ("resumed", "answered"):
            says = f"{found.says} The repair after it was followed ({what.repaired})."
            known = call.header.profile.get("silent_reaches_audio_turn") is False
            mended = _MENDED if known else _MENDED_STRANGE
            found = replace(found, weight=min(found.weight, mended), says=says)
        yield found
        return


def _unused(
    call: Call,
    cut: Cut,
    note: Message,
    did: str,
    kind: str,
    in_prompt: bool | None,
    *,
    is_hum: bool,
) -> Finding:
    assert cut.next is not None
    ignored = call.header.profile.get("silent_reaches_audio_turn") is False
    says = (
        f"The reply at {clock(call, cut.next.t)} {did}, although the model had been told at "
        f"{clock(call, note.t)} by a "
        f"{note.delivery} note"
    )
    lines = (note.line, cut.next.line, *((cut.outcome_line,) if cut.outcome_line else ()))
    sure = {"restarted": 72.0, "skipped": 72.0, "answered": 70.0 if is_hum else 45.0}[kind]
    if ignored and note.delivery == "silent":
        was_asked = kind == "answered" and not is_hum
        unread = " By the service's counts it was not in the prompt." if in_prompt is False else ""
        return Finding(
            name="a route that this model ignores",
            weight=_ANSWERED if was_asked else _KNOWN,
            says=f"{says}.{unread} Spoken turns of the "
            f"{call.header.profile.get('family', 'model')} family mostly ignore those (reported).",
            lines=(1, *lines),
            do='delivery="answering" works there, at the price of a possible double reply. '
            "`gemini-live-interrupt probe` tells what your model does.",
            t=cut.t,
        )
    if in_prompt is False:
        return Finding(
            name="note not in the prompt",
            weight=80.0,
            says=f"{says}. By the service's counts the note was not in the prompt of that reply.",
            lines=lines,
            do='Another route: delivery="answering", or `repair="always"`; `gemini-live-interrupt '
            "probe` asks which the model uses.",
            t=cut.t,
        )
    return Finding(
        name="note not used",
        weight=sure,
        says=f"{says}{', which was in its prompt' if in_prompt else ''}: the model decides.",
        lines=lines,
        do="Say in the system instruction that app context is to be followed, or change the note's "
        "words with `prompt_builder`. "
        "`replay` shows what other settings would have told.",
        t=cut.t,
    )


def untold(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """A reply was cut before any text of it had come: there was nothing to tell."""
    for cut in call.cuts:
        reply = cut.reply
        if (
            cut.interruption is not None
            or reply is None
            or not isinstance(cut.event, e.Interrupted)
        ):
            continue
        if reply.ms > 300.0 and not reply.text.strip() and any(one.text for one in call.replies):
            yield Finding(
                name="cut before its words",
                weight=34.0,
                says=f"The reply that began at {clock(call, reply.t)} was cut at "
                f"{clock(call, cut.t)}, before any of its text had come: there "
                "was nothing to tell.",
                lines=lines_of(reply, cut),
                do="Nothing: the model is asked to say it again if nobody speaks.",
                t=cut.t,
            )
            return
