"""The fixed text of our messages to the model, in the languages that we know.

Each language says the same as English. Which one a message is in goes by the language code of the
transcripts, where the server sends one, else by the text of the conversation. A language that is not
here gets English as a whole: a message never mixes two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gemini_live_interrupt.core.note_words.de import DE
from gemini_live_interrupt.core.note_words.en import EN
from gemini_live_interrupt.core.note_words.es import ES
from gemini_live_interrupt.core.note_words.fr import FR
from gemini_live_interrupt.core.note_words.hi import HI
from gemini_live_interrupt.core.note_words.it import IT
from gemini_live_interrupt.core.note_words.ja import JA
from gemini_live_interrupt.core.note_words.ko import KO
from gemini_live_interrupt.core.note_words.pt import PT
from gemini_live_interrupt.core.note_words.ru import RU
from gemini_live_interrupt.core.note_words.tr import TR
from gemini_live_interrupt.core.note_words.words import Words
from gemini_live_interrupt.core.note_words.zh import ZH

__all__ = ["LANGUAGES", "Words", "guess", "words_for"]

LANGUAGES: dict[str, Words] = {
    words.language: words for words in (EN, DE, ES, FR, IT, PT, RU, TR, HI, JA, KO, ZH)
}
"""By language code. Japanese stands before Chinese, whose characters it uses too."""

_LOOKED_AT = 4_000
"""Characters of a text that tell its language."""
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def words_for(code: str, text: str = "") -> Words:
    """The pieces in a language.

    Args:
        code: a language code such as "de" or "pt-BR"; "" if it is not known.
        text: what the conversation says, to guess by where the code is "".

    Example:
        >>> words_for("pt-BR").language, words_for("da").language
        ('pt', 'en')
        >>> words_for("", "Es war einmal ein Müller, der hatte drei Söhne und eine Mühle.").language
        'de'
    """
    return LANGUAGES.get(code.replace("_", "-").split("-")[0].lower() or guess(text), EN)


def guess(text: str) -> str:
    """The code of the language of a text; "en" where in doubt.

    Example:
        >>> guess("Il était une fois un meunier qui avait trois fils."), guess("Hm."), guess("今日は")
        ('fr', 'en', 'ja')
    """
    text = text[:_LOOKED_AT]
    letters = sum(map(str.isalpha, text))
    said = _WORD.findall(text.lower())
    for words in LANGUAGES.values():
        if words.script is not None and len(words.script.findall(text)) > _mostly(words) * letters:
            return words.language if _hits(words, said) or not words.common else "en"
    hits = {
        words.language: _hits(words, said) for words in LANGUAGES.values() if words.script is None
    }
    best = max(hits, key=lambda language: hits[language])
    sure = hits[best] >= 2 and all(
        hits[best] > other for language, other in hits.items() if language != best
    )
    return best if sure else "en"


def _hits(words: Words, said: Sequence[str]) -> int:
    common = set(words.common.split())
    return sum(word in common for word in said)


def _mostly(words: Words) -> float:
    """The share of the letters that must be in a script: kana are some of a Japanese text."""
    return 0.15 if words.language == "ja" else 0.5
