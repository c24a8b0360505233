"""Where a sentence starts, and where to go on."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini_live_interrupt.heard import sentences
from gemini_live_interrupt.heard.sentences import continuation_start, sentence_start

# Sentences are separated by "|"; each must start exactly there, seen from any of its characters.
GOLDEN = {
    "plain": "One thing. |Another! |A third? |The end",
    "titles": "Ask Dr. Low. |She met Mr. and Mrs. Smith at St. James. |Fine.",
    "latin abbreviations": "Take fruit, e.g. apples, i.e. red ones, etc. and go. |Thanks.",
    "acronyms": "The U.S. economy grew. |It did.",
    "decimals": "It is 3.5 m long and costs $2.50 today. |Not 1.000.",
    "times": "We meet at 5 p.m. on Monday. |Bring tea.",
    "versus": "It was cats vs. dogs. |Nobody won.",
    "urls": "See example.com/a.b for more. |Or write to me@example.org today. |Bye.",
    "curly quotes": "He said “no.” |“Yes,” she said. |“Why?” |Silence.",
    "straight quotes": 'He asked, "Why?" |She said, "Because." |Then they left.',
    "brackets": "He came (late.) |Then he left. |(Really.) |Good.",
    "list numbers": "1. Preheat the oven. |2. Mix it all. |3. Bake.",
    "list letters": "A) Take one. |B) Take two.",
    "bullets": "Buy this:\n|- Milk\n|- Bread\n|That is all.",
    "heading": "Ingredients\n|Two eggs. |Some flour.\n\n|Method\n|Mix.",
    "line wrap": "This goes on\nin the next line. |Done.",
    "ellipsis goes on": "Well... maybe. |Yes.",
    "ellipsis ends": "He left… |Then it rained. |So...",
    "several marks": "Really?! |Yes!! |OK.",
    "emoji": "Great 😀. |More 🎉! |Good.",
    "german": "Das ist z.B. gut. |Dr. Berger kam am 3. Mai. |Er sagte: „Komm!“ |Dann ging er.",
    "french": "Mme. Dupont est là. |M. Petit aussi. |Voilà !",
    "spanish": "¿Qué tal? |¡Muy bien! |Adiós.",
    "chinese": "你好。|今天天气很好！|你呢？|我也是。",
    "japanese": "今日はいい天気です。|散歩に行きましょう！|はい。",
    "hindi": "नमस्ते। |आप कैसे हैं? |मैं ठीक हूँ।",
    "arabic": "كيف حالك؟ |أنا بخير. |شكرا.",
    "urdu": "یہ ایک جملہ ہے۔ |یہ دوسرا ہے۔",
    "armenian": "Ես գնում եմ։ |Դու մնա։",
    "amharic": "ሰላም ነው፧ |አዎ።",
    "russian": "Он пришёл. |«Привет», — сказал он. |Это всё.",
    "thai": "สวัสดีครับวันนี้อากาศดีมากครับ |เราไปเดินเล่นกันเถอะ",
    "ellipsis capital": "Well... |He left... |Then it rained.",
    "ellipsis char": "He thought… |She left.",
    "ellipsis mid": "Well... maybe it is... fine. |Yes.",
    "fr quote end": "Il a dit : « Viens ici. » |Puis il est parti.",
    "fr quote q": "Elle demanda : « Où vas-tu ? » |Il ne répondit pas.",
    "fr quote go on": "« Viens », dit-il. |Puis il partit.",
    "fr q then verb": "« Où vas-tu ? » demanda-t-elle. |Il partit.",
    "greek": "Πού πας; |Πάω σπίτι. |Ωραία.",
    "greek 037e": "Πού πας; |Πάω σπίτι.",
    "thai again": "สวัสดีครับวันนี้อากาศดีมากครับ |เราไปเดินเล่นกันเถอะ",
    "thai2": "วันนี้อากาศดีมากเลยนะครับ |ไปทะเลกันไหม |ได้สิ",
    "ru td": "Мы купили яблоки, груши и т. д. и пошли домой. |Потом ели.",
    "ru td end": "Мы купили яблоки, груши и т. д. |Потом пошли домой.",
    "ru te": "Это важно, т. е. нужно. |Да.",
    "ru tp": "Книги, тетради и т. п. лежат там. |Вот.",
    "ru im": "Завод им. Ленина стоит. |Да.",
    "ru g": "Он родился в 1987 г. в Москве. |Потом уехал.",
    "cjk quote": "他说：“你好。” |然后走了。",
    "cjk quote2": "「行こう。」|彼は言った。|はい。",
    "cjk goes on": "“好吗？”他问。|我说好。",
    "ja quote to": "「行こう。」と彼は言った。|はい。",
    "arabic again": "كيف حالك؟ |أنا بخير. |شكرا!",
    "urdu again": "یہ ایک جملہ ہے۔ |کیا حال ہے؟ |ٹھیک۔",
    "hindi again": "नमस्ते। |आप कैसे हैं? |ठीक॥ |अच्छा।",
    "armenian again": "Ես գնում եմ։ |Դու մնա՞ս։ |Այո։",
    "ethiopic": "ሰላም ነው። |እንዴት ነህ፧ |አዎ።",
    "burmese": "မင်္ဂလာပါ။ |နေကောင်းလား။ |ကောင်းပါတယ်။",
    "khmer": "សួស្តី។ |អ្នកសុខសប្បាយទេ? |បាទ។",
    "tibetan": "བཀྲ་ཤིས། |བདེ་ལེགས།",
    "de abbr": "Das sind z. B. Äpfel, d. h. Obst, usw. und mehr. |Gut.",
    "de nr": "Das ist Nr. 5 von ca. 20. |Gut. |Am 3. Oktober fahren wir.",
    "es": "El Sr. López y la Sra. Díaz viven en EE. UU. desde 1990. |¿Verdad? |Sí.",
    "es2": "La Dra. Ruiz llegó. |Ud. puede pasar, p. ej. mañana. |Bien.",
    "it": "Il sig. Rossi e la sig.ra Bianchi, ecc. sono qui. |Bene. |Il dott. Neri no.",
    "pt": "O Sr. Silva e a Dra. Costa moram na Av. Paulista. |Certo. |Até p. ex. amanhã.",
    "nl": "Dhr. Jansen en mevr. de Vries, bijv. morgen, enz. komen. |Goed.",
    "pl": "Np. dr Nowak i prof. Kowalski, itd. są tu. |Dobrze. |Ul. Długa 5 m. 2.",
    "fr abbr": "M. Dupont, Mme. Petit, etc. sont là, p. ex. ici. |Bien.",
    "qexc": "Really?! |Yes!! |What?!? |OK.",
    "bracket": "He came (late.) |Then he left. |It was (I think.) |Good.",
    "bracket2": "Is it [really?] |Yes. |(No.) |Good.",
    "numbers": "It costs 3.50. |Then 4. |Fine. |Version 2.0 is out.",
    "number6": "I set it to 6. |Okay, done.",
    "initials": "J. R. R. Tolkien wrote it. |George W. Bush read it. |E. T. went home.",
    "vitamin": "Take vitamin C. |Then rest.",
    "am": "We left at 5 a.m. |Then we slept.",
    "us": "He lives in the U.S. |She does not.",
    "tr": "Dr. Yılmaz vb. kişiler geldi. |Evet.",
    "de century": "Das war im 19. Jh. in Wien, im 19. Jahrhundert. |Dann kam der Krieg.",
    "es number": "Vive en la Av. Libertad núm. 5, 2.º piso. |Es grande.",
    "fr titles": "Le Dr. Martin et le Pr. Durand, c.-à-d. les deux, sont là. |Bien.",
    "fr number": "M. Dupont habite au no. 5, av. Foch. |Il est vieux.",
    "it titles": "L'avv. Rossi e l'ing. Bianchi, cfr. pag. 3, arrivano. |Bene.",
    "pt century": "Custa aprox. 5 mil. |O séc. XIX foi longo.",
    "pl hab": "Dr hab. Jan Nowak mieszka przy al. Jerozolimskich. |Dobrze.",
    "tr titles": "Sn. Ahmet Bey ve Yrd. Doç. Dr. Kaya geldi. |Atatürk Cad. No. 5 adresinde.",
    "ru about": "Г-н Иванов, ок. 40 лет, и др. люди. |Всё.",
    "greek titles": "Ο κ. Παπαδόπουλος και η κα. Μαρία ήρθαν. |Ωραία.",
    "greek quotation": "«Πού πας;» |Εκείνος έφυγε. |«Πού πας;» ρώτησε.",
    "hindi title": "डॉ. शर्मा आए। |श्री. राम गए।",
    "arabic title": "هذا د. أحمد من مصر. |جاء أمس. |هل رأيته؟ |نعم.",
    "ja quotation": "「元気？」|彼女は笑った。",
    "korean quotation": '그는 "가자." 하고 말했다. |그리고 갔다.',
    "volumes": "See fig. 3 and p. 12, vol. 2, no. 5. |It is approx. 5 ft. tall. |Wow.",
    "number goes on": "Version 3.2.1. is out. |Get it.",
    "ru ellipsis goes on": "Ну... ладно. |Пойдём. |Он ушёл... |Она осталась.",
    "ru dash": "«Куда?» — спросил он. |«Туда», — сказала она.",
    "de war": "Im 2. Weltkrieg war das so. |Ja. |Am 1. Mai auch.",
    "sv": "Det är t.ex. bra, dvs. fint, osv. och mer. |Ja.",
}


@pytest.mark.parametrize("marked", GOLDEN.values(), ids=GOLDEN.keys())
def test_sentences_start_where_a_reader_says(marked: str) -> None:
    text = marked.replace("|", "")
    expected, start = [], 0
    for part in marked.split("|"):
        expected += [start] * len(part)
        start += len(part)
    assert [sentence_start(text, position) for position in range(len(text))] == expected


def parts(text: str, heard: str) -> str:
    assert text.startswith(heard)
    return text[continuation_start(text, len(heard)) :]


def test_a_cut_inside_a_sentence_goes_on_from_its_start() -> None:
    assert parts("First. Second one here. Third.", "First. Second one") == "Second one here. Third."


@pytest.mark.parametrize("heard", ["First.", "First. ", "First.  "])
def test_a_cut_between_sentences_goes_on_with_the_first_unheard(heard: str) -> None:
    assert parts("First.  Second. Third.", heard) == "Second. Third."


def test_nothing_is_left_when_all_was_heard() -> None:
    for heard in ("First. Second.", "First. Second"):
        assert parts("First. Second.", heard) == ""
    assert parts("First. “Second.”\n", "First. “Second") == ""


def test_everything_is_left_when_nothing_was_heard() -> None:
    assert parts(" Lead. Two.", "") == " Lead. Two."


def test_a_quote_belongs_to_its_sentence_before_it_closes() -> None:
    assert sentence_start('He left. "Yes', 12) == 9
    assert sentence_start("Он пришёл. «Привет", 15) == 11


def test_what_cannot_be_encoded_costs_nothing() -> None:
    text = "I asked Dr. Low \ud800 about it. She knew."
    assert sentence_start(text, 14) == 0
    assert sentence_start(text, len(text)) == text.index("She")


def test_a_sentence_heard_to_its_last_word_is_not_repeated() -> None:
    assert parts("He said “no.” Then he left.", "He said “no") == "Then he left."


def test_text_after_the_cut_tells_an_abbreviation_from_an_end() -> None:
    text = "I asked Dr. Low about it. She knew."
    assert parts(text, "I asked Dr.") == text


TEXTS = st.text(
    alphabet=st.sampled_from("ab A.!?…\n“”\"'()2,。你 ؟ا😀\u0301\ud800é—"), max_size=60
) | st.text(max_size=40)


@given(TEXTS, st.integers(-5, 70))
def test_always_a_start_at_or_before_the_position(text: str, position: int) -> None:
    start = sentence_start(text, position)
    assert 0 <= start <= max(0, min(position, len(text)))
    assert start == 0 or not text[start].isspace()
    assert sentence_start(text, start) == start


@given(TEXTS, st.integers(0, 70), st.integers(0, 70))
def test_what_is_left_never_grows_with_what_was_heard(text: str, one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert continuation_start(text, less) <= continuation_start(text, more)


@given(TEXTS, st.integers(0, 70))
def test_what_is_left_starts_a_sentence_and_loses_no_word(text: str, heard_end: int) -> None:
    start = continuation_start(text, heard_end)
    assert start == len(text) or sentence_start(text, start) == start
    assert not any(char.isalnum() for char in text[heard_end:start])


def test_without_the_library_plain_sentences_are_still_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def panic(*_: object) -> None:
        raise RuntimeError("panic")

    for absent in (None, panic):
        monkeypatch.setattr(sentences, "get_sentence_boundaries", absent)
        assert sentence_start("One. “Two!” 三。四", 6) == 5
        assert sentence_start("One. “Two!” 三。四", 14) == 14


def test_it_is_quick_enough_to_run_at_a_barge_in() -> None:
    text = "Hello Dr. Low. You said “no.” And then: 2. Next one, e.g. this. " * 31
    took = []
    for _ in range(7):
        begun = time.thread_time()
        continuation_start(text, 1900)
        took.append(time.thread_time() - begun)
    assert min(took) < 0.003
