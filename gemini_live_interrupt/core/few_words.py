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
        "okay; okey; oke; ooh; hum; ham; aham; uhum; uh-hum; k; mm mm"
    ),
    "en": (
        "yes; yeah; yep; yup; right; all right; alright; sure; i see; got it; go on; go ahead; "
        "continue; carry on; keep going; please go on; please continue; please; exactly; "
        "of course; good; great; nice; cool; wow; really; interesting; true; fine; very good; "
        "i understand; understood; makes sense; that makes sense; yes please; so; absolutely; "
        "totally; definitely; certainly; perfect; amazing; awesome; gotcha; i get it; got that; "
        "sounds good; that's great; that's good; that's interesting; how interesting; "
        "is that so; no problem; then; alrighty; righto; you can continue; you can go on; "
        "tell me more; i'm listening; continue with the story; go on with the story; don't stop; "
        "please don't stop; oh wow; indeed; lovely; that's right; you're right; i know; "
        "okay then; keep talking; proceed"
    ),
    "de": (
        "ja; jaja; ja ja; genau; gut; sehr gut; na gut; stimmt; richtig; klar; alles klar; "
        "verstehe; ich verstehe; verstanden; weiter; mach weiter; red weiter; erzähl weiter; "
        "bitte; bitte weiter; ach so; achso; ach; interessant; schön; super; toll; wirklich; "
        "ach wirklich; echt; na klar; fahr fort; fahren sie fort; bitte fahr fort; "
        "erzählen sie weiter; in ordnung; jawohl; sprich weiter; sprechen sie weiter; "
        "reden sie weiter; ich höre zu; gerne; okay gut; perfekt; natürlich; aha ja; "
        "nicht aufhören; hör nicht auf; nur weiter"
    ),
    "fr": (
        "oui; ouais; d'accord; bien; très bien; bon; ah bon; c'est bon; je vois; je comprends; "
        "compris; continue; continuez; vas-y; allez-y; vas y; allez y; bien sûr; exactement; "
        "exact; super; intéressant; ah oui; s'il te plaît; s'il vous plaît; vraiment; "
        "poursuivez; poursuis; entendu; parfait; ça marche; je t'écoute; je vous écoute; "
        "bien entendu; génial; tout à fait; voilà; ah; c'est vrai; c'est intéressant; ok; "
        "n'arrête pas; n'arrêtez pas; ne t'arrête pas; ne vous arrêtez pas"
    ),
    "es": (
        "sí; si; claro; vale; bien; muy bien; ya; ya veo; ajá; entiendo; entendido; de acuerdo; "
        "sigue; siga; continúa; continúe; adelante; exacto; por supuesto; interesante; genial; "
        "perfecto; bueno; ah sí; por favor; claro que sí; de verdad; en serio; qué bien; "
        "qué interesante; te escucho; dale; ándale; sigue contando; sigue hablando; "
        "sigue por favor; cierto; correcto; no pares; no es suficiente; no te detengas; okey; "
        "prosigue"
    ),
    "it": (
        "sì; certo; bene; va bene; capisco; capito; ho capito; continua; vai; vai avanti; "
        "prosegui; esatto; giusto; interessante; d'accordo; prego; per favore; davvero; "
        "perfetto; continua pure; continui; prosegua; ti ascolto; certamente; ottimo; bello; "
        "sicuro; non fermarti; non ti fermare"
    ),
    "pt": (
        "sim; certo; tá; tá bom; está bem; bom; muito bem; entendi; entendo; continua; continue; "
        "pode continuar; segue; isso; exato; claro; beleza; legal; por favor; pode falar; "
        "perfeito; sério; a sério; ótimo; com certeza; estou ouvindo; estou a ouvir; verdade; "
        "prossiga; pode seguir; não pare; tudo bem"
    ),
    "nl": (
        "ja; oké; goed; prima; juist; precies; ik snap het; ik begrijp het; begrepen; ga door; "
        "ga verder; verder; natuurlijk; leuk; interessant; alsjeblieft; ja hoor; ga maar door; "
        "zeker; ik luister; echt; mooi; perfect; niet stoppen"
    ),
    "sv": (
        "ja; jo; okej; precis; just det; jag förstår; fortsätt; bra; visst; jaha; mm okej; "
        "absolut; verkligen; fortsätt gärna; jag lyssnar; sluta inte"
    ),
    "pl": (
        "tak; dobrze; dobra; jasne; rozumiem; mów dalej; kontynuuj; dalej; świetnie; aha; "
        "proszę; oczywiście; proszę mówić dalej; proszę kontynuować; no tak; pewnie; naprawdę; "
        "słucham; nie przestawaj; mów"
    ),
    "ru": (
        "да; ага; угу; так; хорошо; ладно; понятно; понял; поняла; ясно; продолжай; продолжайте; "
        "дальше; давай; давайте; конечно; точно; интересно; отлично; окей; ок; пожалуйста; "
        "ну да; ну; правда; слушаю; мгм; рассказывай; рассказывай дальше; рассказывайте дальше; "
        "продолжай рассказывать; а; класс; здорово; верно; ясненько; не останавливайся; "
        "не останавливайтесь; говори; говори дальше; круто; супер; я понял; я поняла"
    ),
    "uk": (
        "так; ага; угу; добре; гаразд; зрозуміло; зрозумів; зрозуміла; продовжуй; продовжуйте; "
        "далі; звичайно; цікаво; справді; слухаю; мгм; розповідай далі; чудово; ясно; "
        "не зупиняйся"
    ),
    "tr": (
        "evet; tamam; peki; olur; anladım; devam; devam et; devam edin; iyi; güzel; tabii; "
        "lütfen; hı hı; anlat; anlatmaya devam et; gerçekten mi; öyle mi; efendim; tabii ki; "
        "elbette; harika; dinliyorum; aynen; doğru; buyurun; sürdür; hıhı; durma"
    ),
    "ar": (
        "نعم; أجل; ايوه; أيوه; حسنا; طيب; تمام; فهمت; مفهوم; أكمل; اكمل; كمل; تابع; استمر; واصل; "
        "صحيح; جيد; ممتاز; من فضلك; آه; اه; إي; ايه; أها; تفضل; تفضلي; أكيد; ماشي; حقا; صح; "
        "طبعا; استمري; تابعي; واصلي; أكملي; رائع; لا تتوقف; لا تتوقفي; أسمعك"
    ),
    "he": (
        "כן; אוקיי; בסדר; טוב; הבנתי; תמשיך; תמשיכי; המשך; נכון; בטח; יופי; באמת; מעולה; "
        "אני מקשיב; אני מקשיבה; אהה; אל תפסיק; אל תפסיקי; ברור"
    ),
    "fa": (
        "بله; آره; باشه; خب; فهمیدم; ادامه بده; ادامه بدهید; درسته; واقعا; بفرمایید; اوهوم; "
        "درست; عالی; البته; گوش میدم; ادامه بدین"
    ),
    "hi": (
        "हाँ; हां; जी; जी हाँ; जी हां; हाँ जी; हां जी; ठीक; ठीक है; अच्छा; समझ गया; समझ गई; "
        "बिल्कुल; आगे; आगे बताओ; आगे बताइए; जारी रखो; जारी रखिए; सही; हम्म; ओके; हूँ; हूं; "
        "बोलिए; बोलो; बोलते रहो; बोलते रहिए; और बताओ; और बताइए; सच; सच में; वाह; बहुत अच्छा; "
        "बढ़िया; सुन रहा हूँ; सुन रही हूँ; अच्छा जी; मत रुको; मत रुकिए; रुको मत; रुकिए मत; "
        "हाँ आगे"
    ),
    "bn": "হ্যাঁ; আচ্ছা; ঠিক আছে; বুঝেছি; তারপর; বলুন; হুম; জি; তাই নাকি; বলতে থাকুন; চালিয়ে যান",
    "id": (
        "ya; iya; oke; baik; baiklah; lanjut; lanjutkan; teruskan; mengerti; betul; terus; "
        "iya terus; silakan; tentu; benar; oh begitu; saya mengerti; jangan berhenti"
    ),
    "vi": (
        "vâng; ừ; ờ; dạ; được; được rồi; tiếp đi; tiếp tục; nói tiếp đi; hiểu rồi; đúng rồi; "
        "thế à; vậy à; tiếp; vâng ạ; ok; ừm; hay quá; đúng; đừng dừng lại"
    ),
    "el": (
        "ναι; εντάξει; καλά; κατάλαβα; συνέχισε; συνεχίστε; σωστά; ωραία; α; αλήθεια; τέλεια; "
        "βεβαίως; σε ακούω; προχώρα; μάλιστα; μη σταματάς"
    ),
    "zh": (
        "嗯; 嗯嗯; 哦; 噢; 啊; 对; 對; 对对; 是; 是的; 是啊; 好; 好的; 好吧; 行; 可以; 明白; "
        "明白了; 知道了; 懂了; 继续; 繼續; 请继续; 继续吧; 接着说; 然后呢; 没错; 原来如此; "
        "这样啊; 是吗; 是嗎; 真的吗; 真的嗎; 真的; 这样; 哦这样; 原來如此; 原来是这样; 我明白; "
        "我明白了; 我知道了; 我懂了; 了解; 继续说; 繼續說; 继续讲; 请继续说; 请继续讲; 讲下去; "
        "说下去; 继续讲吧; 请说; 请讲; 你说; 你继续; 我在听; 當然; 当然; 有意思; 不错; 太好了; "
        "很好; 喔; 唔; 嗯哼; 好呀; 好啊; 好嘞; 没问题; 然後呢; 接着讲; 不要停; 别停; 別停; 吧; "
        "好吗继续; 明白吧; ok; okay"
    ),
    "ja": (
        "はい; ええ; うん; うんうん; そう; そうですね; そうなんだ; そうですか; なるほど; へえ; "
        "わかった; わかりました; 分かりました; 続けて; 続けてください; どうぞ; いいよ; "
        "いいですね; オッケー; オーケー; お願いします; それで; ほんと; ほんとに; 本当に; "
        "本当ですか; 本当; そっか; そうなんですね; そうなの; そうか; なるほどね; なるほどですね; "
        "ふん; ふんふん; ああ; あ; お; おお; へえそうなんだ; 了解; 了解です; 続きをお願いします; "
        "続きを聞かせて; 続けてお願いします; 話して; もっと聞かせて; もちろん; すごい; すごいね; "
        "面白い; 面白いですね; いいね; ね; です; 確かに; たしかに; ok; 止めないで; やめないで; "
        "やめないで続けて; 聞いてます; 聞いています; そうだね; はいどうぞ"
    ),
    "ko": (
        "네; 예; 응; 음; 그래; 그래요; 그렇군요; 그렇구나; 맞아; 맞아요; 알겠어; 알겠어요; "
        "알겠습니다; 좋아; 좋아요; 계속; 계속해; 계속해요; 계속하세요; 계속해 주세요; 오케이; "
        "아; 정말요; 정말; 진짜; 진짜요; 그래서; 그래서요; 말씀하세요; 계속 말씀하세요; "
        "말해 주세요; 계속 말해; 계속 얘기해; 계속 이야기해 주세요; 듣고 있어요; 듣고 있어; "
        "아하; 오; 와; 네네; 그럼요; 물론이죠; 당연하죠; 재밌네요; 이해했어요; 이해했습니다; "
        "멈추지 마; 멈추지 마세요; 어; 그렇죠; 그쵸"
    ),
    "th": (
        "ค่ะ; ครับ; คะ; ใช่; ใช่ค่ะ; ใช่ครับ; อืม; อือ; โอเค; ได้; ได้ค่ะ; ได้ครับ; เข้าใจแล้ว; "
        "ต่อ; ต่อเลย; พูดต่อ; เล่าต่อ; ดี; อ๋อ; อ้อ; อ่า; อื้ม; จริงเหรอ; จริงหรือ; เล่าต่อเลย; "
        "พูดต่อเลย; ผม; ได้เลย; แน่นอน; เยี่ยม; ดีมาก; น่าสนใจ; ฟังอยู่; นะ; จ้ะ; จ้า; เหรอ; ok; "
        "อย่าหยุด; ไม่ต้องหยุด; ไปต่อ; ว่ามา; เข้าใจ"
    ),
}
"""Words that only acknowledge; "any" are sounds that are written in all languages."""

STOP: Mapping[str, str] = {
    "en": (
        "stop; stop it; stop talking; stop there; please stop; enough; that's enough; "
        "that is enough; that will do; never mind; nevermind; forget it; forget about it; "
        "be quiet; shut up; cancel; hold it; no more; i've heard enough; you can stop; "
        "don't go on; don't continue; i don't want to hear; quit it; shush; hush; hold on; "
        "wait a minute; stop right there; that'll do; be silent; stop speaking; stop reading"
    ),
    "de": (
        "stopp; stop; hör auf; hören sie auf; aufhören; genug; das reicht; es reicht; reicht; "
        "sei still; sei ruhig; ruhe; vergiss es; lass gut sein; schon gut; abbrechen; "
        "nicht weiter; danke das reicht; das genügt; genügt; jetzt reicht's; reicht's; schluss; "
        "schluss jetzt; schluss damit; halt den mund; hör bitte auf; sei bitte still; klappe"
    ),
    "fr": (
        "stop; arrête; arrêtez; ça suffit; c'est assez; assez; tais-toi; taisez-vous; silence; "
        "laisse tomber; laissez tomber; annule; c'est bon arrête; tais toi; stop merci; ça ira; "
        "la ferme; chut"
    ),
    "es": (
        "pare; párate; basta; ya basta; basta ya; detente; deténgase; cállate; silencio; "
        "suficiente; es suficiente; olvídalo; déjalo; cancela; no sigas; ya está; "
        "deja de hablar; deje de hablar; ya no sigas; silencio por favor; no más"
    ),
    "it": (
        "basta; basta così; fermati; stop; smettila; smetti; zitto; silenzio; lascia stare; "
        "lascia perdere; annulla; ferma; stai zitto; stai zitta; smettila di parlare; "
        "fai silenzio; si fermi"
    ),
    "pt": (
        "pare; chega; basta; silêncio; cala a boca; já chega; esquece; deixa pra lá; "
        "deixa estar; cancela; pare de falar; para de falar; cale-se; cala-te; cale a boca; "
        "já basta; é o bastante"
    ),
    "nl": (
        "stop; stop maar; hou op; houd op; genoeg; zo is het genoeg; laat maar; wees stil; "
        "vergeet het; hou je mond; hou nou op; stop ermee; zwijg; het is genoeg"
    ),
    "sv": (
        "stopp; sluta; det räcker; räcker; tyst; glöm det; strunt i det; håll tyst; var tyst; "
        "det är nog; lägg av; avbryt"
    ),
    "pl": (
        "stop; przestań; dość; wystarczy; nieważne; zapomnij; zatrzymaj się; przestań mówić; "
        "dosyć; zamilcz; proszę przestać; bądź cicho"
    ),
    "ru": (
        "стоп; хватит; достаточно; остановись; остановитесь; перестань; перестаньте; прекрати; "
        "прекратите; замолчи; замолчите; не надо; забудь; неважно; отмена; довольно; помолчи; "
        "помолчите; всё хватит; перестань говорить; прекрати говорить; молчи; закончи; закончим"
    ),
    "uk": (
        "стоп; досить; зупинись; припини; замовкни; не треба; неважливо; годі; вистачить; "
        "замовкніть; зупиніться; перестань; мовчи"
    ),
    "tr": (
        "dur; durun; yeter; sus; sessiz ol; boş ver; boşver; vazgeç; iptal; konuşma; "
        "konuşmayı kes; kesin; yeterli; susun; durdur; dur artık; yeter artık"
    ),
    "ar": (
        "توقف; توقفي; كفى; يكفي; اسكت; اصمت; انس الأمر; لا تكمل; خلاص; الغ; قف; قفي; وقف; "
        "توقف عن الكلام; هذا يكفي; اسكتي; بس خلاص; كافي"
    ),
    "he": "עצור; עצרי; תפסיק; תפסיקי; מספיק; שקט; עזוב; לא חשוב; בטל",
    "fa": "بس کن; بسه; کافیه; کافی است; ساکت; ولش کن; متوقف شو",
    "hi": (
        "रुको; रुकिए; रुक जाओ; रुक जाइए; बस करो; बस कीजिए; बंद करो; बंद कीजिए; चुप; चुप रहो; "
        "रहने दो; रहने दीजिए; काफी है; बस बहुत हुआ; बहुत हुआ; चुप हो जाओ; चुप हो जाइए; "
        "बोलना बंद करो; रुक जाना"
    ),
    "bn": "থামুন; থামো; যথেষ্ট; চুপ; বাদ দিন",
    "id": "berhenti; stop; cukup; sudah cukup; diam; lupakan; batal",
    "vi": "dừng lại; dừng; thôi; đủ rồi; im đi; im lặng; bỏ đi",
    "el": "σταμάτα; σταματήστε; φτάνει; αρκετά; σώπα; άστο; ακύρωσε",
    "zh": (
        "停; 停下; 停止; 停一下; 别说了; 別說了; 不要说了; 不用说了; 够了; 夠了; 行了别说了; "
        "闭嘴; 住口; 安静; 算了; 取消; 不要再说了; 不要再讲了; 别再说了; 别讲了; 別講了; "
        "不要讲了; 不用讲了; 停下来; 停止说话; 停一停; 安静一点; 安靜; 閉嘴; 不用再说了; "
        "到此为止; 不说了; 可以停了"
    ),
    "ja": (
        "止めて; やめて; やめてください; 止めてください; ストップ; もういい; もういいです; "
        "もう結構です; 結構です; 静かに; 黙って; 十分です; キャンセル; もう十分です; もう十分; "
        "話すのをやめて; 話をやめて; 話すのをやめてください; もうやめて; もういいよ; "
        "もうけっこう; 終わりにして; 中止; ちょっと止めて; 静かにして; 静かにしてください; "
        "うるさい"
    ),
    "ko": (
        "그만; 그만해; 그만해요; 그만하세요; 멈춰; 멈춰요; 멈추세요; 됐어; 됐어요; 됐습니다; "
        "조용히; 조용히 해; 취소; 스톱; 그만 말해; 그만 말하세요; 이제 그만; 그만해 주세요; "
        "멈춰 주세요; 조용히 해 주세요; 조용히 하세요; 충분해요; 그만 됐어; 닥쳐"
    ),
    "th": (
        "หยุด; หยุดก่อน; หยุดพูด; พอ; พอแล้ว; พอแล้วค่ะ; พอแล้วครับ; เงียบ; ช่างมัน; ยกเลิก; "
        "หยุดได้แล้ว; หยุดพูดได้แล้ว; เงียบหน่อย; พอได้แล้ว; เลิกพูด; พอก่อน"
    ),
}
"""Words by which the user wants silence."""

ALONE_STOP: Mapping[str, str] = {
    "en": "quiet; silence; wait; hold on please",
    "de": "halt; moment",
    "es/pt": "para",
    "it": "fermo",
    "nl": "stil",
    "pl": "cicho; koniec",
    "ru/uk": "тихо; тише",
    "tr": "kes; kes şunu",
    "ar": "بس",
    "he": "די",
    "hi": "बस",
}
"""Words that are others as well, so that they want silence only by themselves."""

WOULD_YOU_STOP: Mapping[str, str] = {
    "en": (
        "can you stop; could you stop; would you stop; will you stop; can you stop talking; "
        "could you stop talking; would you stop talking; will you stop talking; "
        "can you please stop; could you please stop; could you please stop talking; "
        "can you please stop talking; will you please stop; please can you stop; "
        "can you be quiet; could you be quiet; will you be quiet; will you shut up"
    ),
    "de": (
        "kannst du aufhören; könntest du aufhören; können sie aufhören; hörst du auf; "
        "kannst du bitte aufhören; könntest du bitte aufhören; kannst du still sein"
    ),
    "fr": (
        "tu peux arrêter; peux-tu arrêter; vous pouvez arrêter; peux-tu te taire; tu peux te taire"
    ),
    "es": "puedes parar; puede parar; podrías parar; puedes callarte; puedes detenerte",
    "it": "puoi fermarti; puoi smettere; può fermarsi; puoi stare zitto",
    "pt": "pode parar; podes parar; você pode parar; pode ficar quieto",
    "nl": "kun je stoppen; kan je stoppen; wil je stoppen; kun je stil zijn",
    "sv": "kan du sluta; kan du vara tyst",
    "pl": "możesz przestać; możesz skończyć; czy możesz przestać; możesz się zatrzymać",
    "ru": "можешь остановиться; можете остановиться; можешь замолчать; может хватит",
    "uk": "можеш зупинитися; можеш замовкнути",
    "tr": "durabilir misin; durur musun; susar mısın; keser misin",
    "ar": "هل يمكنك التوقف; ممكن تسكت; ممكن توقف",
    "he": "אתה יכול להפסיק; את יכולה להפסיק; אפשר להפסיק",
    "hi": "क्या आप रुक सकते हैं; क्या तुम रुक सकते हो; रुक सकते हो",
    "zh": (
        "你能停一下吗; 能停一下吗; 可以停了吗; 你可以停吗; 能不能停一下; 能安静一下吗; 你能停下来吗"
    ),
    "ja": (
        "やめてくれますか; やめてもらえますか; 止めてくれますか; 止めてもらえますか; "
        "静かにしてくれますか"
    ),
    "ko": "그만할래; 그만할래요; 그만해 줄래; 그만해 줄래요; 멈춰 줄래요; 그만해 주시겠어요",
    "th": "หยุดได้ไหม; หยุดพูดได้ไหม; เงียบได้ไหม; ช่วยหยุดได้ไหม",
}
"""Questions that want silence."""

BESIDE: Mapping[str, str] = {
    "en": (
        "no; thanks; thank you; thank you very much; now; for now; already; just; you can; "
        "i think; sorry; hey"
    ),
    "de": "nein; danke; vielen dank; danke schön; jetzt; mal; doch; endlich; nun; mir",
    "fr": "non; merci; merci beaucoup; maintenant; là",
    "es": "no; gracias; muchas gracias; ahora",
    "it": "no; grazie; ora; adesso",
    "pt": "não; obrigado; obrigada; agora",
    "nl": "nee; dank je; dankjewel; bedankt; nu; maar",
    "sv": "nej; tack; nu",
    "pl": "nie; dziękuję; dzięki; teraz; już",
    "ru": "нет; спасибо; большое спасибо; всё; уже; пока; сейчас; да",
    "uk": "ні; дякую; все; вже",
    "tr": "hayır; teşekkürler; teşekkür ederim; sağ ol; artık; şimdi",
    "ar": "لا; شكرا; شكرا لك; شكرا جزيلا; الآن",
    "he": "לא; תודה; תודה רבה; עכשיו",
    "fa": "نه; ممنون; مرسی; لطفا; دیگه",
    "hi": "नहीं; धन्यवाद; शुक्रिया; कृपया; अब",
    "vi": "không; cảm ơn; cám ơn",
    "id": "tidak; terima kasih; sekarang; tolong; dulu",
    "el": "όχι; ευχαριστώ; τώρα; παρακαλώ",
    "zh": (
        "不; 不用; 谢谢; 謝謝; 谢谢你; 了; 请; 請; 你; 先; 一下; 好了; 可以了; 行了; 别; 現在; 现在"
    ),
    "ja": (
        "いいえ; いや; ありがとう; ありがとうございます; ちょっと; もう; ください; よ; すみません"
    ),
    "ko": "아니; 아니요; 감사합니다; 고마워요; 고마워; 이제; 잠깐; 좀",
    "th": "ไม่; ขอบคุณ; หน่อย; ก่อน; กรุณา; ช่วย; แล้ว; ได้แล้ว",
}
"""What is said beside a word of stopping, and neither goes on nor stops by itself."""

NOT: Mapping[str, str] = {
    "en": "not; don't; can't; won't; didn't; doesn't; never; without; non; couldn't; the; a",
    "de": "nicht; nie; ohne; kein",
    "fr": "pas; ne; jamais; sans",
    "it": "non",
    "es": "no; nunca; sin",
    "pt": "não; não é; nunca; sem",
    "nl": "niet; nooit; zonder",
    "ru": "не",
    "pl": "nie",
    "ar": "لا",
    "hi": "मत",
}
"""Words before which a word of stopping means something else."""
