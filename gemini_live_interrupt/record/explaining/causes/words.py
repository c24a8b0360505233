"""Transcripts and sound that are missing, wrong, late, or never meant to be heard."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from gemini_live_interrupt.heard.control_tokens import words_of
from gemini_live_interrupt.record.explaining.call import Call, Cut, Reply, Words
from gemini_live_interrupt.record.explaining.ears import Microphone
from gemini_live_interrupt.record.explaining.finding import (
    Finding,
    clock,
    lines_of,
    quoted,
    seconds,
    some,
    times,
)

_TOKEN = re.compile(r"<[a-z]+\d+>", re.IGNORECASE)
_ENOUGH = 0.5
"""Seconds of voice that should have given words."""
_SOON = 2.0
"""Seconds after which the first words of a reply must have come."""
_SOME = 0.2
"""Seconds of voice of a short word, where an answer shows that it was understood."""
_AFTER = 8.0
"""Seconds after a cut in which the user's words should have come."""


def no_words_of_the_model(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """Sound without a transcript: nobody can know what was heard."""
    spoken = [one for one in call.replies if one.ms > 800.0]
    spoken = [one for one in spoken if one.cut is None or one.cut.t - one.t > _SOON]
    silent = [one for one in spoken if not one.text.strip() and not one.written]
    if not silent:
        return
    is_off = call.header.config.get("output_audio_transcription") is False
    yield Finding(
        name="no transcript of the model",
        weight=91.0 if len(silent) == len(spoken) else 60.0,
        says=f"The model spoke for {seconds(sum(one.ms for one in silent) / 1000)} without a "
        "transcript "
        f"({len(silent)} of {len(spoken)} replies): what was heard of it cannot be told.",
        lines=some([one.line for one in silent]),
        do='Add "output_audio_transcription": {} to the LiveConnectConfig.'
        if is_off
        else "The transcription was asked for, and the service sent none. Reconnect if it goes on; "
        "it is known to stop in long sessions.",
        t=silent[0].t,
    )


def no_words_of_the_user(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The user spoke, the model answered, and no transcript said what."""
    if call.header.config.get("input_audio_transcription") is False:
        yield Finding(
            name="no transcript of the user",
            weight=48.0 if call.cuts else 21.0,
            says="The session asks for no transcript of the user: whether a cut was a question or "
            "a cough cannot be told.",
            lines=(1,),
            do='Add "input_audio_transcription": {} to the LiveConnectConfig.',
        )
        return
    for cut in call.cuts:
        until = min(cut.t + _AFTER, cut.until + 1.0, call.end)
        if cut.next is None or any(one.t - cut.t < _AFTER for one in cut.words):
            continue
        if any(cut.t < one.t < cut.t + _AFTER for one in call.words):
            continue
        loud = microphone.loud(cut.t - 1.0, until)
        helped = any(one.kind == "nudge" and one.t < cut.until for one in cut.messages)
        understood = any(words_of(one.text) for one in call.words if not one.typed)
        if _SOME <= loud < _ENOUGH and not helped and understood:
            yield Finding(
                name="noise",
                weight=56.0,
                says=f"At {clock(call, cut.t)} a sound of {seconds(loud)} cut the reply. No words came "
                "of it, though others of this call were understood: it was a noise, or a short word.",
                lines=lines_of(cut, cut.next),
                do="Noise suppression on the device, or a higher threshold "
                "(startOfSpeechSensitivity LOW).",
                t=cut.t,
            )
            return
        if loud >= _SOME and not helped:
            yield Finding(
                name="no transcript of the user",
                weight=64.0,
                says=f"The user spoke for {seconds(loud)} around the cut at {clock(call, cut.t)}, "
                "the model answered, and no transcript "
                "said what it was.",
                lines=lines_of(cut, cut.next),
                do="The transcription was asked for, and the service sent none (known of short "
                "utterances on 3.1). The model has heard the "
                "speech itself; only notes, history and this explanation lack it.",
                t=cut.t,
            )
            return


def only_noise(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The transcript of speech was nothing but `<noise>`."""
    found = [one for one in call.words if one.text.strip() and not words_of(one.text)]
    spoken = [one for one in found if microphone.loud(one.t - 4.0, one.t) >= _SOME]
    if spoken:
        yield Finding(
            name="noise transcript",
            weight=66.0 if microphone.loud(spoken[0].t - 4.0, spoken[0].t) >= _ENOUGH else 30.0,
            says=f"At {clock(call, spoken[0].t)} the user's transcript was only "
            f"{quoted(spoken[0].text)}, although somebody had spoken "
            f"for {seconds(microphone.loud(spoken[0].t - 4.0, spoken[0].t))}.",
            lines=some([one.line for one in spoken]),
            do="The library takes it for a noise, so it asks the model to go on if it does not "
            "answer. Better sound helps: noise suppression, "
            "a closer microphone, a language in the transcription's configuration.",
            t=spoken[0].t,
        )


def wrong_language(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The user's transcript is in a script that nobody else uses in this call."""
    model = _script("".join(one.text + one.written for one in call.replies))
    typed = _script("".join(one.text for one in call.words if one.typed))
    strange = [
        one
        for one in call.words
        if not one.typed and (script := _script(words_of(one.text))) and model and script != model
    ]
    if strange and (not typed or typed == model):
        yield Finding(
            name="wrong language",
            weight=65.0,
            says=f"At {clock(call, strange[0].t)} the user's transcript was "
            f"{quoted(strange[0].text)}, in {_script(strange[0].text)} letters; "
            f"the model speaks in {model} ones.",
            lines=some([one.line for one in strange]),
            do="Name the language where the configuration takes one (languageCodes of the input "
            "transcription, speech_config). The transcript "
            "is invented then; the model itself hears the speech.",
            t=strange[0].t,
        )


def late_words(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The user's words came when the answer to them had begun."""
    for cut in call.cuts:
        following = cut.next
        if following is None or any(words_of(one.text) for one in cut.words):
            continue
        came = next(
            (
                one
                for one in call.words
                if not one.typed and words_of(one.text) and 0.0 <= one.t - following.t < 4.0
            ),
            None,
        )
        if came is None:
            continue
        since = microphone.loud(following.t + 0.3, came.t)
        if since < _ENOUGH and since <= microphone.loud(cut.t - 1.2, following.t):
            yield Finding(
                name="late transcript",
                weight=43.0,
                says=f"The user's words for the cut at {clock(call, cut.t)} came at "
                f"{clock(call, came.t)}, "
                f"{seconds(came.t - following.t)} after the reply to them had begun.",
                lines=lines_of(cut, following, came),
                do="Nothing: the model hears speech, not transcripts. The note could not have the "
                "words, and neither could a "
                "prompt builder.",
                t=came.t,
            )
            return


def same_words_again(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """A transcript came a second time."""
    spoken = [one for one in call.words if not one.typed and not one.interim and words_of(one.text)]
    next_of: dict[str, Words] = {}
    twice: list[tuple[Words, Words]] = []
    for one in reversed(spoken):
        text = one.text.strip()
        if text in next_of:
            twice.append((one, next_of[text]))
        next_of[text] = one
    for one, again in reversed(twice):
        if again.t - one.t >= 90.0 or len(words_of(one.text)) < 4:
            continue
        if microphone.is_there(one.t, again.t) and microphone.loud(one.t + 0.2, again.t) < 0.3:
            yield Finding(
                name="duplicate transcript",
                weight=33.0,
                says=f"{quoted(one.text)} came at {clock(call, one.t)}, and again at "
                f"{clock(call, again.t)}, and nobody had spoken in between.",
                lines=lines_of(one, again),
                do="A known error of the service. An app that acts upon the user's words should "
                "not act twice on the same ones.",
                t=again.t,
            )
            return


def split_words(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """One utterance in two transcripts."""
    if not call.header.profile.get("whole_utterances"):
        return
    spoken = [one for one in call.words if not one.typed and not one.interim and words_of(one.text)]
    for before, after in pairwise(spoken):
        reply = any(before.t < one.t <= after.t for one in call.replies)
        if (
            not reply
            and 0.0 < after.t - before.t < 1.5
            and before.text.strip() != after.text.strip()
        ):
            yield Finding(
                name="split utterance",
                weight=19.0,
                says=f"One utterance came as two transcripts, {quoted(before.text)} and "
                f"{quoted(after.text)}, {seconds(after.t - before.t)} apart.",
                lines=lines_of(before, after),
                do="A pause of about a second is enough for that. A longer silenceDurationMs keeps "
                "an utterance together.",
                t=after.t,
            )
            return


def control_tokens(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """Control tokens of the model stand in a transcript."""
    found: list[Reply | Words] = [one for one in call.replies if _TOKEN.search(one.text)]
    found += [one for one in call.words if _TOKEN.search(one.text)]
    if found:
        match = next(m for one in found if (m := _TOKEN.search(one.text)))
        yield Finding(
            name="control tokens",
            weight=26.0,
            says=f"{match[0]} stands in "
            f"{'a transcript' if len(found) == 1 else f'{len(found)} transcripts'}, first at "
            f"{clock(call, found[0].t)}: a token of the model, which nobody speaks.",
            lines=some(
                [one.text_lines[0] if isinstance(one, Reply) else one.line for one in found]
            ),
            do="The library leaves it out of what was heard and told. An app that shows captions "
            "should, too.",
            t=found[0].t,
        )


def unspoken(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """Text of the model that nobody speaks."""
    is_spoken = call.header.config.get("response_modalities") in ([], ["AUDIO"], None)
    if not is_spoken:
        return
    alone = [one for one in call.replies if one.written and not one.ms and not one.text]
    beside = [one for one in call.replies if one.written and (one.ms or one.text)]
    if alone:
        yield Finding(
            name="reply without sound",
            weight=78.0,
            says=f"The reply at {clock(call, alone[0].t)} came as text, "
            f"{quoted(alone[0].written)}, without any sound"
            + (f"; so did {len(alone) - 1} more." if len(alone) > 1 else "."),
            lines=some([one.written_line for one in alone]),
            do="A known error of the service (6.5 % of turns were reported on Vertex 2.5). The "
            "user hears nothing: ask again, or show the text. "
            "`reply_timeout` makes the library remind the model.",
            t=alone[0].t,
        )
    if beside:
        yield Finding(
            name="unspoken text",
            weight=28.0,
            says=f"A text part, {quoted(beside[0].written)}, stands beside the speech of the reply "
            f"at {clock(call, beside[0].t)}, and is not "
            "spoken.",
            lines=some([one.written_line for one in beside]),
            do="The library leaves it out of what was said. An app that shows text parts shows "
            "something that nobody said.",
            t=beside[0].t,
        )


def digital_silence(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The model's sound is all zeros."""
    silent = [one for one in call.replies if one.ms > 500.0 and one.levels and not any(one.levels)]
    if silent:
        yield Finding(
            name="digital silence",
            weight=75.0,
            says=f"The sound of the reply at {clock(call, silent[0].t)} is digital silence for all "
            f"its {seconds(silent[0].ms / 1000)}"
            + (f"; that is so {times(len(silent))}." if len(silent) > 1 else "."),
            lines=some([one.line for one in silent]),
            do="Sound of a test, or sound that was lost before it got here. What was heard can "
            "then only be told by proportion.",
            t=silent[0].t,
        )


def cut_with_text(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """`interrupted` and more text of the reply in one message."""
    for at, message in call.service:
        content = message.get("server_content")
        if isinstance(content, dict) and content.get("interrupted"):
            text = content.get("output_transcription")
            if isinstance(text, dict) and text.get("text"):
                yield Finding(
                    name="text with interrupted",
                    weight=12.0,
                    says=f"`interrupted` came at {clock(call, at.t)} in one message with more text "
                    "of the reply that it cuts.",
                    lines=(at.line,),
                    do="Nothing: the library reads a message whole before it decides.",
                    t=at.t,
                )
                return


def _script(text: str) -> str:
    """The script of most letters of a text, such as "Latin"; "" without letters."""
    names = Counter(
        unicodedata.name(letter, "").split(" ")[0].title() for letter in text if letter.isalpha()
    )
    for other, same in (("Hiragana", "Cjk"), ("Katakana", "Cjk")):
        if other in names:
            names[same] += names.pop(other)
    return names.most_common(1)[0][0] if names else ""


def cut_words(cut: Cut) -> str:
    """What the user said at a cut, as far as it came."""
    return " ".join(words_of(one.text) for one in cut.words if words_of(one.text))
