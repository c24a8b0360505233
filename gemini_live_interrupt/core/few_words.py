"""The few words with which people interrupt to say go on, or stop, in each language.

Data only, to be read by `acknowledgements.py`. A line is one language; a word more in it is all that
a new one needs. A word that means something else in another language here is left out, since nobody
says which language is spoken: "no" is a yes in Polish. So are thanks, which are said to go on and to
stop.
"""

from __future__ import annotations

from collections.abc import Mapping

GO_ON: Mapping[str, str] = {
    "any": (
        "mm-hm; mhm; mm hmm; mmhmm; mm; mmm; hm; hmm; uh huh; uh-huh; uhuh; aha; ah; oh; ok; "
        "okay; okey; oke"
    ),
    "en": (
        "yes; yeah; yep; yup; right; all right; alright; sure; i see; got it; go on; "
        "go ahead; continue; carry on; keep going; please go on; please continue; please; "
        "exactly; of course; good; great; nice; cool; wow; really; interesting; true; fine; "
        "very good; i understand; understood; makes sense; that makes sense; yes please; so"
    ),
    "de": (
        "ja; jaja; ja ja; genau; gut; sehr gut; na gut; stimmt; richtig; klar; alles klar; "
        "verstehe; ich verstehe; verstanden; weiter; mach weiter; red weiter; erzähl weiter; "
        "bitte; bitte weiter; ach so; achso; ach; interessant; schön; super; toll"
    ),
    "fr": (
        "oui; ouais; d'accord; bien; très bien; bon; ah bon; c'est bon; je vois; "
        "je comprends; compris; continue; continuez; vas-y; allez-y; vas y; allez y; "
        "bien sûr; exactement; exact; super; intéressant; ah oui; s'il te plaît; "
        "s'il vous plaît"
    ),
    "es": (
        "sí; si; claro; vale; bien; muy bien; ya; ya veo; ajá; entiendo; entendido; "
        "de acuerdo; sigue; siga; continúa; continúe; adelante; exacto; por supuesto; "
        "interesante; genial; perfecto; bueno; ah sí; por favor"
    ),
    "it": (
        "sì; certo; bene; va bene; capisco; capito; ho capito; continua; vai; vai avanti; "
        "prosegui; esatto; giusto; interessante; d'accordo; prego; per favore"
    ),
    "pt": (
        "sim; certo; tá; tá bom; está bem; bom; muito bem; entendi; entendo; continua; "
        "continue; pode continuar; segue; isso; exato; claro; beleza; legal; por favor"
    ),
    "nl": (
        "ja; oké; goed; prima; juist; precies; ik snap het; ik begrijp het; begrepen; "
        "ga door; ga verder; verder; natuurlijk; leuk; interessant; alsjeblieft"
    ),
    "sv": "ja; jo; okej; precis; just det; jag förstår; fortsätt; bra; visst",
    "pl": (
        "tak; dobrze; dobra; jasne; rozumiem; mów dalej; kontynuuj; dalej; świetnie; aha; proszę"
    ),
    "ru": (
        "да; ага; угу; так; хорошо; ладно; понятно; понял; поняла; ясно; продолжай; "
        "продолжайте; дальше; давай; давайте; конечно; точно; интересно; отлично; окей; ок; "
        "пожалуйста"
    ),
    "uk": (
        "так; ага; угу; добре; гаразд; зрозуміло; зрозумів; зрозуміла; продовжуй; "
        "продовжуйте; далі; звичайно; цікаво"
    ),
    "tr": (
        "evet; tamam; peki; olur; anladım; devam; devam et; devam edin; iyi; güzel; tabii; "
        "lütfen; hı hı"
    ),
    "ar": (
        "نعم; أجل; ايوه; أيوه; حسنا; طيب; تمام; فهمت; مفهوم; أكمل; اكمل; كمل; تابع; استمر; "
        "واصل; صحيح; جيد; ممتاز; من فضلك"
    ),
    "he": "כן; אוקיי; בסדר; טוב; הבנתי; תמשיך; תמשיכי; המשך; נכון; בטח; יופי",
    "fa": "بله; آره; باشه; خب; فهمیدم; ادامه بده; ادامه بدهید; درسته",
    "hi": (
        "हाँ; हां; जी; जी हाँ; जी हां; हाँ जी; हां जी; ठीक; ठीक है; अच्छा; समझ गया; समझ गई; "
        "बिल्कुल; आगे; आगे बताओ; आगे बताइए; जारी रखो; जारी रखिए; सही; हम्म"
    ),
    "bn": "হ্যাঁ; আচ্ছা; ঠিক আছে; বুঝেছি; তারপর; বলুন",
    "id": "ya; iya; oke; baik; baiklah; lanjut; lanjutkan; teruskan; mengerti; betul",
    "vi": "vâng; ừ; ờ; dạ; được; được rồi; tiếp đi; tiếp tục; nói tiếp đi; hiểu rồi; đúng rồi",
    "el": "ναι; εντάξει; καλά; κατάλαβα; συνέχισε; συνεχίστε; σωστά; ωραία",
    "zh": (
        "嗯; 嗯嗯; 哦; 噢; 啊; 对; 對; 对对; 是; 是的; 是啊; 好; 好的; 好吧; 行; 可以; 明白; "
        "明白了; 知道了; 懂了; 继续; 繼續; 请继续; 继续吧; 接着说; 然后呢; 没错; 原来如此; "
        "这样啊"
    ),
    "ja": (
        "はい; ええ; うん; うんうん; そう; そうですね; そうなんだ; そうですか; なるほど; "
        "へえ; わかった; わかりました; 分かりました; 続けて; 続けてください; どうぞ; いいよ; "
        "いいですね; オッケー; オーケー; お願いします; それで"
    ),
    "ko": (
        "네; 예; 응; 음; 그래; 그래요; 그렇군요; 그렇구나; 맞아; 맞아요; 알겠어; 알겠어요; "
        "알겠습니다; 좋아; 좋아요; 계속; 계속해; 계속해요; 계속하세요; 계속해 주세요; "
        "오케이; 아"
    ),
    "th": (
        "ค่ะ; ครับ; คะ; ใช่; ใช่ค่ะ; ใช่ครับ; อืม; อือ; โอเค; ได้; ได้ค่ะ; ได้ครับ; "
        "เข้าใจแล้ว; ต่อ; ต่อเลย; พูดต่อ; เล่าต่อ; ดี"
    ),
}
"""Words that only acknowledge; "any" are sounds that are written in all languages."""

STOP: Mapping[str, str] = {
    "en": (
        "stop; stop it; stop talking; stop there; please stop; enough; that's enough; "
        "that is enough; that will do; never mind; nevermind; forget it; forget about it; "
        "be quiet; quiet; shut up; cancel; hold it; no more; i've heard enough; "
        "you can stop; don't go on; don't continue; i don't want to hear"
    ),
    "de": (
        "stopp; stop; halt; hör auf; hören sie auf; aufhören; genug; das reicht; es reicht; "
        "reicht; sei still; sei ruhig; ruhe; vergiss es; lass gut sein; schon gut; "
        "abbrechen; nicht weiter; danke das reicht"
    ),
    "fr": (
        "stop; arrête; arrêtez; ça suffit; c'est assez; assez; tais-toi; taisez-vous; "
        "silence; laisse tomber; laissez tomber; annule; c'est bon arrête"
    ),
    "es": (
        "para; pare; párate; basta; ya basta; basta ya; detente; deténgase; cállate; "
        "silencio; suficiente; es suficiente; olvídalo; déjalo; cancela; no sigas; ya está"
    ),
    "it": (
        "basta; basta così; fermati; fermo; stop; smettila; smetti; zitto; silenzio; "
        "lascia stare; lascia perdere; annulla"
    ),
    "pt": (
        "para; pare; chega; basta; silêncio; cala a boca; já chega; esquece; deixa pra lá; "
        "deixa estar; cancela"
    ),
    "nl": (
        "stop; stop maar; hou op; houd op; genoeg; zo is het genoeg; laat maar; stil; "
        "wees stil; vergeet het"
    ),
    "sv": "stopp; sluta; det räcker; räcker; tyst; glöm det; strunt i det",
    "pl": "stop; przestań; dość; wystarczy; cicho; nieważne; zapomnij; koniec",
    "ru": (
        "стоп; хватит; достаточно; остановись; остановитесь; перестань; перестаньте; "
        "прекрати; прекратите; замолчи; замолчите; тихо; тише; не надо; забудь; неважно; "
        "отмена; довольно"
    ),
    "uk": "стоп; досить; зупинись; припини; замовкни; тихо; не треба; неважливо",
    "tr": "dur; durun; yeter; sus; kes; sessiz ol; boş ver; boşver; vazgeç; iptal",
    "ar": "توقف; توقفي; كفى; يكفي; اسكت; اصمت; انس الأمر; لا تكمل; خلاص; بس; الغ",
    "he": "עצור; עצרי; תפסיק; תפסיקי; די; מספיק; שקט; עזוב; לא חשוב; בטל",
    "fa": "بس کن; بسه; کافیه; کافی است; ساکت; ولش کن; متوقف شو",
    "hi": (
        "रुको; रुकिए; रुक जाओ; रुक जाइए; बस; बस करो; बस कीजिए; बंद करो; बंद कीजिए; चुप; "
        "चुप रहो; रहने दो; रहने दीजिए; काफी है"
    ),
    "bn": "থামুন; থামো; যথেষ্ট; চুপ; বাদ দিন",
    "id": "berhenti; stop; cukup; sudah cukup; diam; lupakan; batal",
    "vi": "dừng lại; dừng; thôi; đủ rồi; im đi; im lặng; bỏ đi",
    "el": "σταμάτα; σταματήστε; φτάνει; αρκετά; σώπα; άστο; ακύρωσε",
    "zh": (
        "停; 停下; 停止; 停一下; 别说了; 別說了; 不要说了; 不用说了; 够了; 夠了; 行了别说了; "
        "闭嘴; 住口; 安静; 算了; 取消"
    ),
    "ja": (
        "止めて; やめて; やめてください; 止めてください; ストップ; もういい; もういいです; "
        "もう結構です; 結構です; 静かに; 黙って; 十分です; キャンセル"
    ),
    "ko": (
        "그만; 그만해; 그만해요; 그만하세요; 멈춰; 멈춰요; 멈추세요; 됐어; 됐어요; 됐습니다; "
        "조용히; 조용히 해; 취소; 스톱"
    ),
    "th": "หยุด; หยุดก่อน; หยุดพูด; พอ; พอแล้ว; พอแล้วค่ะ; พอแล้วครับ; เงียบ; ช่างมัน; ยกเลิก",
}
"""Words by which the user wants silence."""
