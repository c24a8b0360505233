"""How what is written with digits, signs and capitals is said, as words that can be measured.

"$2.50", "12.6 V", "API" and "example.com" take longer to say than their letters tell; leaving that
out costs more accuracy than anything else. Numbers are spelled by num2words where it is installed
and knows the language (extra `numbers`), else by a rule of thumb. Only the length of the result
matters, so a wrong word of the right length is as good as the right one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module

__all__ = ["guess_language", "load_number_words", "spoken_form"]


def spoken_form(core: str, language: str) -> str | None:
    """The words in which one token without its outer punctuation is said, or None if it is said as
    it is written.

    Letters that are named one by one ("API") come out as `·`, which `spoken_units` measures as the
    name of a letter.

    Example:
        >>> spoken_form("Dr", "en"), spoken_form("API", "en"), spoken_form("house", "en")
        ('doctor', '···', None)
        >>> spoken_form("https://example.org/v2", "en").split()[-2:]
        ['v', 'two']
    """
    if core.isalpha() and not core.isupper():
        return _ABBREVIATIONS.get(core.lower()) if len(core) < 7 else None
    if core.isalpha() and not _is_acronym(core):
        return None
    return _spoken_form(core, language)


@lru_cache(maxsize=2048)
def _spoken_form(core: str, language: str) -> str | None:
    if _INITIALS.fullmatch(core):
        known = _ABBREVIATIONS.get(core.lower().rstrip("."))
        return known or LETTER_NAME * sum(map(str.isalpha, core))
    is_address = "://" in core or "@" in core or bool(_DOMAIN.search(core))
    words: list[str] = []
    runs = [match.group() for match in _RUN.finditer(core)]
    for i, run in enumerate(runs):
        before = runs[i - 1] if i else ""
        after = runs[i + 1] if i + 1 < len(runs) else ""
        if run[0].isdecimal():
            words.append(number_words(run, language))
        elif run.isalpha():
            if before[:1].isdecimal() and run.lower() in _ORDINAL_ENDINGS:
                continue
            # A letter by itself is more often a name ("written in C") than a unit.
            is_unit = before[:1].isdecimal() or (len(runs) == 1 and len(run) > 1)
            known = _UNITS.get(run) if is_unit else _ABBREVIATIONS.get(run.lower())
            words.append(known or (LETTER_NAME * len(run) if _is_acronym(run) else run))
        elif is_address:
            words.extend(_ADDRESS_SIGNS.get(sign, "") for sign in run)
        elif run == "/" and before[:1].isdecimal():
            words.append("over")
        elif run in "-–" and before[:1].isdecimal() and after[:1].isdecimal():
            words.append("to")
        else:
            words.extend(_SIGNS.get(sign, "") for sign in run)
    said = " ".join(filter(None, words))
    return said if said != core else None


LETTER_NAME = "·"

_RUN = re.compile(r"\d+(?:[.,'’]\d+)*|[^\W\d_]+|[\W_]+")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\.?")
_DOMAIN = re.compile(r"[^\W\d_]\.[^\W\d_]{2,}")
_VOWELS = re.compile(r"[AEIOUYÀ-ÖØ-ÝАЕЁИОУЫЭЮЯІЇЄ]")


def _is_acronym(letters: str) -> bool:
    """Whether capitals are named one by one: "API" and "HTTP" are, "NASA" and "I" are not."""
    if not letters.isupper() or not "A" <= letters[0] <= "Я":
        return False
    if len(letters) == 1:
        return letters not in "AIOÀÉYВИКОСУЯ"
    return len(letters) <= 3 or (len(letters) <= 5 and not _VOWELS.search(letters))


# English where an assistant writes them most; abbreviations of other languages are said about as
# long as these.
_ABBREVIATIONS = {
    "dr": "doctor", "mr": "mister", "mrs": "missis", "ms": "miz", "prof": "professor", "st": "saint",
    "vs": "versus", "etc": "et cetera", "e.g": "for example", "i.e": "that is", "approx": "approximately",
    "jr": "junior", "sr": "senior", "gen": "general", "sen": "senator", "capt": "captain",
    "bzw": "beziehungsweise", "usw": "und so weiter", "z.b": "zum Beispiel", "d.h": "das heißt",
    "mme": "madame", "mlle": "mademoiselle", "sra": "señora", "p.ej": "por ejemplo",
    "т.е": "то есть", "т.д": "так далее", "руб": "рублей",
}  # fmt: skip

_UNITS = {
    "km": "kilometers", "m": "meters", "cm": "centimeters", "mm": "millimeters", "kg": "kilograms",
    "g": "grams", "mg": "milligrams", "l": "liters", "ml": "milliliters", "h": "hours", "s": "seconds",
    "ms": "milliseconds", "min": "minutes", "MB": "megabytes", "GB": "gigabytes", "TB": "terabytes",
    "kB": "kilobytes", "Hz": "hertz", "kHz": "kilohertz", "GHz": "gigahertz", "V": "volts", "W": "watts",
    "kW": "kilowatts", "mph": "miles an hour", "C": "celsius", "F": "fahrenheit",
}  # fmt: skip

_SIGNS = {
    "%": "percent", "$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "₹": "rupees", "₽": "рублей",
    "&": "and", "+": "plus", "=": "equals", "@": "at", "#": "number", "°": "degrees", "×": "times",
    "<": "less than", ">": "greater than", "~": "about", "±": "plus minus",
}  # fmt: skip

_ADDRESS_SIGNS = _SIGNS | {".": "dot", "/": "slash", ":": "colon", "-": "dash", "_": "underscore"}

_ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th"})


# --- numbers


@lru_cache(maxsize=2048)
def number_words(digits: str, language: str) -> str:
    """The words of a number of digits with separators: "2,500.50", "1.000", "1987", "007".

    Example:
        >>> number_words("2,500", "en").replace(",", "")
        'two thousand five hundred'
    """
    whole, point, fraction = _parts(digits)
    say = load_number_words()
    if len(whole) > 12 or (len(whole) > 1 and whole[0] == "0"):
        words = " ".join(_one_number(digit, language, say) for digit in whole)
    elif _is_year(digits) and language in ("en", "de"):
        halves = (whole[:2], whole[2:])
        words = " ".join(_one_number(half, language, say) for half in halves)
    else:
        words = _one_number(whole, language, say)
    if point:
        words += " point " + " ".join(_one_number(digit, language, say) for digit in fraction)
    return words


def _is_year(digits: str) -> bool:
    """Whether English and German say the number in two halves."""
    if len(digits) != 4 or not digits.isdecimal():
        return False
    return 1100 <= int(digits) < 2100 and digits[1:3] != "00"


def _parts(digits: str) -> tuple[str, bool, str]:
    """The whole part, whether there is a fraction, and the fraction.

    A comma or a point before exactly three digits separates thousands, in any language: what it
    means is rarely known, and a fraction of exactly three digits is rarer than a thousand.
    """
    groups = re.split(r"[.,'’]", digits)
    if len(groups) == 1:
        return digits, False, ""
    if all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3:
        return "".join(groups), False, ""
    return "".join(groups[:-1]), True, groups[-1]


def _one_number(whole: str, language: str, say: Callable[..., str] | None) -> str:
    number = int(whole)
    if say is not None and language not in _WITHOUT_NUM2WORDS:
        try:
            return str(say(number, lang=language))
        except Exception:
            # num2words raises whatever its language module happens to: NotImplementedError,
            # KeyError, IndexError.
            pass
    return _approximate_number(number)


# num2words knows no Hindi or Chinese.
_WITHOUT_NUM2WORDS = frozenset({"hi", "zh"})


def _approximate_number(number: int) -> str:
    """Words of about the length of the number's words in any language."""
    words: list[str] = []
    for power in (10**9, 10**6, 1000, 1):
        group, number = divmod(number, power) if power > 1 else (number, 0)
        if not group:
            continue
        hundreds, rest = divmod(group, 100)
        if hundreds:
            words += ["four", "hundred"]
        if rest >= 20:
            words.append("twenty")
        if 0 < rest < 20 or rest % 10:
            words.append("fourteen" if 12 < rest < 20 else "four")
        if power > 1:
            words.append("thousand")
    return " ".join(words) or "zero"


@lru_cache(maxsize=1)
def load_number_words() -> Callable[..., str] | None:
    """num2words, if it is installed.

    Its import takes about 0.1 s, once, at the first number; call this at start-up to have it over
    with.
    """
    try:
        module = import_module("num2words")
    except ImportError:
        return None
    say: Callable[..., str] = module.num2words
    return say


# --- language

# The most frequent short words that few of the other languages share; enough to choose how a number
# is said.
_FREQUENT = {
    "en": {"the", "and", "of", "is", "you", "to", "that", "it", "was", "for", "are", "with"},
    "de": {"der", "die", "und", "das", "ist", "nicht", "ein", "ich", "zu", "den", "mit", "auf"},
    "fr": {"le", "et", "les", "des", "est", "que", "dans", "vous", "une", "pour", "du", "au"},
    "es": {"el", "los", "las", "y", "que", "es", "una", "por", "con", "para", "del", "más"},
    "it": {"il", "di", "che", "è", "la", "per", "non", "gli", "una", "sono", "con", "nel"},
    "pt": {"o", "os", "um", "uma", "não", "que", "e", "do", "da", "em", "ela", "ele"},
    "nl": {"het", "een", "van", "niet", "dat", "de", "zijn", "op", "ik", "je"},
    "pl": {"nie", "się", "na", "jest", "że", "do", "to", "z", "jak", "ale"},
    "tr": {"ve", "bir", "bu", "da", "için", "çok", "ne", "de", "ama", "biz"},
    "sv": {"och", "att", "det", "som", "en", "är", "inte", "på", "jag", "av"},
    "id": {"yang", "dan", "di", "itu", "dengan", "untuk", "tidak", "ini", "dari", "akan"},
    "vi": {"và", "là", "của", "không", "có", "một", "cho", "được", "với", "các"},
}

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("uk", re.compile("[іїєґ]")),
    ("ru", re.compile("[а-яё]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)


def guess_language(text: str) -> str:
    """The language of `text`, as far as that changes how numbers are said; English when in doubt.

    Example:
        >>> guess_language("Der Wind und das Meer"), guess_language("今日は"), guess_language("")
        ('de', 'ja', 'en')
    """
    for language, pattern in _SCRIPTS:
        if pattern.search(text):
            return language
    words = re.findall(r"[^\W\d_]+", text.lower())
    return max(_FREQUENT, key=lambda language: sum(map(_FREQUENT[language].__contains__, words)))
