"""The small words of a language: those that open a phrase, and those that are said in passing.

A speaker who pauses where no mark is written mostly does so before a preposition or a conjunction: 21
of 24 such pauses in replies of gemini-2.0-flash-exp ("mostly cloudy | with a temperature"). And small
words are short: said faster than their letters tell. Lists by grammar, for the languages that
`spoken_forms.guess_language` tells apart and that put such words before what they join; Japanese and
Korean put them behind or within words, Turkish most of them, and Chinese and Thai write no words.
"""

from __future__ import annotations

__all__ = ["OPENING", "SMALL"]

_OPENING = {
    "en": "about after against although among and around as at because before behind between beyond but by despite "
    "during except for from if in inside into like near nor of off on once onto or out over since so than that "
    "though through to toward towards under unless until upon when where whereas whether which while who whom "
    "whose with within without",
    "de": "als am an auf aus außer bei beim bevor bis da damit dass denn durch für gegen hinter im in indem ins mit "
    "nach nachdem neben ob obwohl oder ohne seit sobald sondern sowie statt trotz über um und unter vom von vor "
    "während weil wenn wie wo zu zum zur zwischen aber",
    "fr": "à après au aux avant avec car chez comme contre dans de depuis des derrière dès donc du durant en entre et "
    "jusque lorsque mais ni où ou par parce pendant pour pourtant puis puisque quand que qui sans sauf selon si "
    "sous sur tandis vers",
    "es": "a al ante aunque bajo como con contra cuando de del desde donde durante en entre hacia hasta mientras ni o "
    "para pero por porque pues que quien según si sin sino sobre tras y e u",
    "it": "a ad al alla alle ai agli allo anche che chi come con contro cui da dal dalla dalle dai dagli del dei della "
    "delle degli dello di dopo dove durante e ed fino fra in ma mentre nel nella nelle nei negli nello né o "
    "oppure per perché però poi prima quando quindi se senza sopra sotto su sul sulla sulle sui sugli tra",
    "pt": "a à ao aos às antes após até com como conforme contra da das de desde do dos durante e em embora enquanto "
    "entre mas na nas nem no nos num numa onde ou para pela pelas pelo pelos perante pois por porque porém "
    "quando que quem se sem sob sobre",
    "nl": "aan achter als bij binnen boven dan dat die doordat door en hoewel in langs maar met na naar naast nadat of "
    "om omdat onder op over sinds terwijl tegen tijdens tot totdat tussen uit van vanaf via voor voordat want "
    "waar wanneer zodat zonder",
    "pl": "a aby albo ale bez bo by choć czy dla do gdy gdzie i jak jako jeśli jeżeli kiedy które która który lub "
    "między na nad niż o od oraz po pod podczas ponieważ poza przed przez przy u w we więc z za ze że żeby",
    "tr": "ama ancak çünkü eğer fakat gibi için ile ki ve veya ya yoksa",
    "sv": "av bakom bland där därför efter eftersom eller emot en för förrän från före genom hos i innan inom kring "
    "medan med mellan men mot när och om på samt sedan som så till tills trots under ur utan ut vid via än åt "
    "över att",
    "id": "agar akan antara atau bagi bahwa dalam dan dari dengan di hingga jika kalau karena ke kepada ketika "
    "maka meskipun namun oleh pada saat sambil sampai sebelum sehingga sejak selama seperti serta setelah supaya "
    "tanpa tapi tentang terhadap tetapi untuk yang",
    "vi": "bằng bởi cho còn của do dù đến để hay hoặc khi mà mặc nên nếu như nhưng ở qua rồi rằng sau tại theo thì "
    "trên trong trước từ và vào vì với về",
    "ru": "а без благодаря в во для до если за и из или изо к как когда который которая которое которые ко между на "
    "над не но о об около от перед по под после потому при про с со среди так что чтобы через хотя у где",
    "uk": "а але без бо в від для до з за зі із й і коли крім між на над не о об по під після при про проти "
    "та тому у хоча через чи щоб що як який яка яке які якщо де",
    "ar": "إلى على من في عن مع بعد قبل بين حتى عند منذ خلال حول تحت فوق أمام وراء ثم أو أم لكن لأن إذا عندما حيث "
    "الذي التي الذين كما بدون",
    "he": "של על עם אל מן אחרי לפני בין תחת מעל ליד אצל בלי עד כדי כי אם או אבל אלא כאשר אשר למרות לכן גם כמו",
    "hi": "और या लेकिन पर परंतु क्योंकि कि जो जब जहाँ अगर यदि तो ताकि इसलिए जैसे",
}

_PASSING = {
    "en": "a am an are be been can could did do does had has have he her him his i is it its may me might must my our "
    "shall she should than the their them there these they this those us was we were will would you your",
    "de": "das dem den der des die ein eine einem einen einer er es hat hatte ich ihm ihn ihr ist kann man mein "
    "nicht sein sich sie sind war was werden wir wird",
    "fr": "a ai ce ces cet cette elle elles est il ils je l la le les leur lui ma me mes mon ne nous on ont pas s sa "
    "se ses son sont ta te tes toi ton tu un une vous y d c j n m t qu",
    "es": "el ella ellos es esta este ha han he la las le les lo los me mi mis no nos se ser son su sus te tu un una "
    "unos yo era fue",
    "it": "ci è era gli ha hai hanno ho i il io la le lei lo loro lui mi ne noi non si sono sua suo te ti tu un una "
    "uno vi voi",
    "pt": "as é ela ele eles era eu foi há isso lhe lo la me meu minha não nós o os seu sua são te tem um uma você",
    "nl": "de dit een er had haar heb heeft hem het hij hun ik is je jij kan mijn niet ons we wij was ze zich zij "
    "zijn u",
    "pl": "go ich im ja je jego jej jest ją mi mnie my nie on ona oni się są ta te ten to tu ty tym był było",
    "tr": "bir bu da de biz ben o mi mı mu mü ne sen siz şu",
    "sv": "de dem den det du en ett ha hade han hon i inte jag kan man mig min ni oss sig sin ska var vi är",
    "id": "ada anda dia ini itu kami kita mereka saya sudah adalah",
    "vi": "anh các cái chị có con đã đang em là một những này nó tôi được sẽ",
    "ru": "бы был была было были вы его ее её ей ему же и их ли мы мне меня ни он она они оно то ты это я",
    "uk": "б би був була було були ви його її йому ж і їх ми мені мене ні він вона вони воно то ти це я",
    "ar": "أن إن هو هي هذا هذه ذلك تلك لا ما لم قد كان كانت",
    "he": "אני אתה את הוא היא אנחנו הם זה זאת לא יש אין היה",
    "hi": "है हैं था थी थे का की के को से में ने भी ही हूँ मैं वह यह",
}

OPENING: dict[str, frozenset[str]] = {
    language: frozenset(words.split()) for language, words in _OPENING.items()
}
"""Prepositions, conjunctions and relative words, in small letters."""

SMALL: dict[str, frozenset[str]] = {
    language: OPENING[language] | frozenset(words.split()) for language, words in _PASSING.items()
}
"""Those and articles, pronouns and auxiliary verbs."""
