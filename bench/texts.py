"""Texts that a voice assistant might say: eleven kinds in English, twelve other languages.

Written for these benches. `TUNED` names those the constants of the estimate were chosen on; figures
that are published come from the others.
"""

from __future__ import annotations

ENGLISH: dict[str, str] = {
    "story": (
        "The old lighthouse keeper woke before dawn, as he had every morning for thirty years. "
        "Outside, the wind had dropped, and a thin mist lay over the water like a blanket. He put"
        " the kettle on, pulled on his boots, and climbed the hundred and twelve steps to the "
        "lamp room. Something was wrong. The great lens was turning, slowly and silently, but the"
        " lamp itself was dark! He reached for the switch, then stopped; somebody had been here "
        "in the night. On the brass rail lay a small wet glove, no bigger than a child's hand. He"
        " picked it up and looked out to sea. Far away, beyond the reef, a single light was "
        "blinking: short, short, long. It was a signal that nobody had used since the war. "
        "“Well,” he said to the gulls, “I suppose we have a visitor.” Then he went down to get "
        "the boat ready."
    ),
    "list": (
        "Here are the five things I would check first. 1. The battery: it should read at least "
        "12.6 volts when the engine is off. 2. The terminals, which are often dirty after 3 or 4 "
        "winters. 3. The fuse number 27 in the left box; it costs about $2.50 and takes a minute "
        "to replace. 4. The ground cable between the engine and the body. 5. The starter itself, "
        "which usually lasts 150,000 kilometers. If the first four are fine, I would call a "
        "mechanic, because a new starter costs between $180 and $420, depending on the model. In "
        "2019 there was also a recall for about 35% of these cars, so have a look at the letter "
        "you got from the dealer. Would you like me to go through the battery test with you, step"
        " by step?"
    ),
    "dialogue": (
        "Okay, so imagine you walk in and he says, “Good afternoon, do you have a reservation?” "
        "You could say, “Yes, a table for two, under Miller.” If he cannot find it, stay calm. "
        "Just tell him, “I called on Monday, around six.” Then he will probably ask, “Could you "
        "spell the name, please?” And you answer, “Of course. M, I, double L, E, R.” Easy, right?"
        " Now, let's make it harder. He says, “I'm so sorry, sir, but we are full tonight.” What "
        "would you do? You might try, “That's a pity. Is there a place at the bar?” or, “When is "
        "your next free table?” Good. Never say, “That's your problem!” even if it is. Shall we "
        "try it again, and this time you begin?"
    ),
    "technical": (
        "To fix that error, open a terminal and run the installer again with the verbose flag. "
        "The API at api.example.com returns HTTP 429 when you send more than 60 requests a "
        "minute, so your client should wait, e.g. for two seconds, and try again. Dr. Chen's "
        "benchmark, which ran on an 8 core CPU with 32 GB of RAM, shows that a JSON parser "
        "written in C is about 4.5 times faster than the default one. That matters if your files "
        "are larger than 100 MB; otherwise you will not notice. Also, the URL in your config is "
        "wrong: it should be https://docs.example.org/v2, not v1. Set the timeout to 30 seconds, "
        "i.e. half of what you have now, and keep TLS 1.3 on. After that, restart the service and"
        " check the log vs. the old one. If you still see the problem, send me the first 20 lines"
        " and I'll have a look."
    ),
    "finance": (
        "Let me walk you through the quarter. Revenue rose to $4.2 billion, up 7.5% from a year "
        "ago, while operating costs fell by 120 million. That leaves a margin of 18.3%, the best "
        "since 2016. The board approved a dividend of $0.35 per share, which will be paid on "
        "March 14, and set aside 250,000 shares for the staff plan. Now, the less pleasant part. "
        "Debt stands at 9 billion, and about a third of it has to be refinanced before 2027, at "
        "rates that will be 2 or 3 points higher. The CFO, Ms. Alvarez, said she expects interest"
        " payments of roughly $410 million next year. So, if you hold the stock for the income, "
        "not much changes; if you hold it for growth, you may want to wait for the report in "
        "July. Do you want the numbers for the other segments as well?"
    ),
    "news": (
        "Rescue teams in the northern valley have reached the last of the villages that were cut "
        "off by the storm on Sunday night. According to the regional government more than two "
        "thousand people spent the night in schools and sports halls after the river rose by "
        "almost three meters within a few hours. Engineers are still working to restore the power"
        " lines along the main road between the coast and the capital. The prime minister is "
        "expected to visit the area tomorrow morning together with the head of the civil "
        "protection agency. Meteorologists say the worst is over but warn that the ground is so "
        "wet that even light rain could cause new landslides. Schools will remain closed until "
        "Thursday. In other news the central bank has left interest rates unchanged for the third"
        " time in a row, as most analysts had predicted."
    ),
    "guide": (
        "When you leave the station, turn left and follow the tram lines down the hill. After "
        "about five minutes you will see a red brick church on your right; the museum is just "
        "behind it. Tickets cost 14 euros, but on Wednesdays, after five o'clock, entry is free. "
        "Start on the second floor with the maps, because the groups always start at the bottom. "
        "Don't miss the small room at the end of the corridor: it holds a globe from 1492, the "
        "oldest one that still exists. When you are done, cross the courtyard, go through the "
        "gate, and have a coffee in the garden. It's quiet there, even in summer. From there, you"
        " can walk back along the canal, which takes half an hour, or take bus 36 from the "
        "bridge. Either way, bring an umbrella. The weather changes quickly here!"
    ),
    "recipe": (
        "First, heat the oven to 180 degrees and butter a 24 centimeter tin. Beat 4 eggs with 200"
        " grams of sugar until the mixture is pale and thick, which takes about 5 minutes with a "
        "machine and a good deal longer by hand. Melt 150 grams of dark chocolate with the same "
        "amount of butter, let it cool a little, and stir it into the eggs. Then fold in 90 grams"
        " of ground almonds, a pinch of salt, and 2 tablespoons of flour. Don't stir too much! "
        "Pour everything into the tin and bake it for 25 to 30 minutes. The middle should still "
        "be soft when you press it. Leave it in the tin until it is cold, then dust it with "
        "cocoa. It tastes even better on the next day, if there is any left. Some people add 1/2 "
        "a teaspoon of chili; I would not."
    ),
    "science": (
        "That's a lovely question. The sky is blue because air scatters short waves much more "
        "than long ones. Sunlight looks white, but it is a mixture of all colors, from violet to "
        "red. When it enters the atmosphere, tiny molecules, mostly nitrogen and oxygen, send the"
        " blue part off in every direction, and so it reaches your eye from everywhere at once. "
        "So why isn't the sky violet? Two reasons. The sun gives off less violet to begin with, "
        "and our eyes, with their three kinds of cones, are not very good at seeing it. In the "
        "evening the light has to cross perhaps forty times as much air; by then, most of the "
        "blue is gone, and what is left is orange and red. On Mars it is the other way round: the"
        " day is butterscotch, and the sunset is blue."
    ),
    "service": (
        "Thanks for waiting. I've found your order: it's number 4471, placed on October 3rd, for "
        "two pairs of hiking boots. One pair was delivered last Friday at 10:45 and signed for by"
        " a neighbor, Mr. Okafor. The other one is still in the warehouse, I'm afraid, since size"
        " 43 is out of stock. You have three options. You can wait, and it should arrive within "
        "10 days. You can take the same boot in brown, which we can send today. Or you can have "
        "your money back, i.e. $129.95 plus shipping. There is no hurry; the offer stands until "
        "the 20th. If you decide later, just call us, or write to help@example.com, and mention "
        "the number. Is there anything else that I can do for you?"
    ),
    "history": (
        "The canal was built between the spring of that year and the end of the following "
        "decade by workers who came from every part of the country. Most of them had never "
        "seen a machine before they arrived at the camp near the river mouth. The first plan "
        "was to dig a straight line through the hills but the engineers soon learned that the"
        " rock was far harder than the maps had promised. They turned south and followed the "
        "old valley instead. This added eleven miles to the route and almost two years to the"
        " work. When the water finally reached the upper lock there was no celebration "
        "because the company had run out of money a month earlier. Boats began to use the "
        "canal in the summer and within a few years the price of coal in the city had fallen "
        "by half. Today the towpath is a quiet place where people walk their dogs and "
        "children look for frogs."
    ),
}

OTHER_LANGUAGES: dict[str, tuple[str, str]] = {
    "de": (
        "de",
        "Der alte Müller stand früh auf, weil der Wind gedreht hatte. Draußen war es noch dunkel,"
        " aber über den Feldern lag schon ein heller Streifen. Er zählte die Säcke: es waren 27, "
        "genau wie am Abend zuvor. Dann hörte er Schritte auf der Treppe. „Wer ist da?“, rief er."
        " Niemand antwortete! Nach einer Weile, als alles wieder still war, nahm er die Laterne "
        "und ging hinunter. Vor der Tür stand ein Korb mit drei Broten, einem Stück Käse und "
        "einem Brief. Dr. Berger hatte ihn geschrieben, und zwar schon im Mai 1987. Der Müller "
        "setzte sich auf die Bank und las ihn zweimal. Danach wusste er, dass er die Mühle doch "
        "nicht verkaufen würde.",
    ),
    "es": (
        "es",
        "Para llegar al mercado, sigue esta calle hasta la plaza y gira a la derecha. Verás una "
        "fuente antigua, y detrás de ella, un edificio amarillo con 4 balcones. El mercado abre a"
        " las 8 y cierra a las 3. ¿Te gusta el pescado? Entonces busca el puesto de María, que "
        "está al fondo, junto a la puerta. Los sábados hay mucha gente, así que es mejor ir "
        "temprano. Un kilo de tomates cuesta unos 2 euros; el queso, en cambio, es más caro. "
        "Después puedes tomar un café en la terraza, donde casi siempre hay música. ¡No olvides "
        "llevar una bolsa! Si llueve, quédate dentro y prueba las aceitunas.",
    ),
    "fr": (
        "fr",
        "Avant de partir, vérifiez que toutes les fenêtres sont fermées et que le gaz est coupé. "
        "La clé se trouve sous le pot de fleurs, à gauche de la porte. Le train part à 9 heures, "
        "et le trajet dure environ 3 heures. Vous avez une place près de la fenêtre, dans la "
        "voiture 14. Quand vous arriverez, prenez le tramway, puis marchez cinq minutes le long "
        "du fleuve. L'hôtel est petit, mais très calme. Le soir, on peut dîner sur la terrasse : "
        "la soupe est excellente, et le pain vient du village. Demain, si le temps le permet, "
        "nous irons voir le vieux moulin. Il date de 1750, et il tourne encore !",
    ),
    "it": (
        "it",
        "Per fare un buon sugo servono pochi ingredienti, ma devono essere freschi. Taglia la "
        "cipolla, mettila in una pentola con l'olio e lasciala cuocere piano, per almeno dieci "
        "minuti. Poi aggiungi i pomodori, un po' di sale e qualche foglia di basilico. Non avere "
        "fretta! Il sugo deve restare sul fuoco per 40 minuti, e ogni tanto bisogna girarlo. "
        "Intanto fai bollire l'acqua: ne servono 5 litri per mezzo chilo di pasta. Mia nonna "
        "diceva sempre che il segreto è la pazienza. Quando la pasta è quasi pronta, scolala, "
        "versala nella pentola e mescola bene. Vuoi anche una ricetta per il dolce?",
    ),
    "pt": (
        "pt-br",
        "O menino morava perto do porto e conhecia todos os barcos pelo nome. Todas as tardes, "
        "depois da escola, ele sentava na ponte e esperava. Um dia chegou um navio branco, muito "
        "grande, com 3 bandeiras que ele nunca tinha visto. Quem seria o capitão? Era uma mulher "
        "de cabelo curto, que falava devagar e ria alto. Ela contou que vinha de uma ilha onde "
        "chovia 200 dias por ano. O menino não acreditou; pediu, então, uma prova. A capitã abriu"
        " a mão e mostrou uma pedra azul, lisa e fria. Dentro dela, se a gente olhava bem, havia "
        "uma nuvem.",
    ),
    "ru": (
        "ru",
        "Утром мы вышли из дома рано, потому что дорога была длинной. Погода стояла хорошая, "
        "только над рекой висел туман. Сначала мы шли по полю, потом через лес, и нигде не "
        "встретили ни одного человека. В полдень дедушка остановился, достал хлеб и сыр, и мы "
        "сели отдыхать. «Ещё 5 километров», — сказал он. Я очень устал, но не хотел этого "
        "показать. Скоро за холмом появилась деревня: старая церковь, мост и несколько белых "
        "домов. Нас уже ждали! Бабушка накрыла стол, а собака бегала вокруг и лаяла. Вечером "
        "пошёл дождь, и мы долго слушали, как он стучит по крыше.",
    ),
    "tr": (
        "tr",
        "Bu sabah hava çok güzeldi, o yüzden sahile yürüdük. Deniz sakindi, ama su hâlâ soğuktu. "
        "Kardeşim, her zamanki gibi, önce ayağını soktu, sonra geri kaçtı. Yolda küçük bir dükkân"
        " gördük; orada taze ekmek, peynir ve 3 çeşit zeytin satıyorlardı. Yaşlı adam bize çay "
        "ikram etti ve eski günleri anlattı. Burada bir zamanlar 40 balıkçı varmış. Şimdi kaç "
        "tane kaldı biliyor musunuz? Sadece iki. Öğleden sonra bulutlar geldi, biz de eve döndük."
        " Akşam büyükannem çorba yaptı ve hepimiz aynı masada oturduk.",
    ),
    "hi": (
        "hi",
        "एक छोटे गाँव में एक किसान रहता था, जिसके पास दो बैल और एक पुरानी गाड़ी थी। हर सुबह वह "
        "सूरज से पहले उठता, खेत में जाता और शाम तक काम करता। एक दिन उसे रास्ते में एक थैली मिली। "
        "उसमें सोने के सिक्के थे! किसान ने सोचा, यह किसकी हो सकती है? वह बाज़ार गया, सबसे पूछा, "
        "लेकिन किसी को कुछ पता नहीं था। आखिर में एक बूढ़ी औरत आई और रोने लगी। उसने कहा, यह मेरी "
        "बेटी की शादी के लिए है। किसान ने बिना कुछ कहे थैली उसे दे दी। उस साल बारिश अच्छी हुई, और"
        " उसके खेत में सबसे ज़्यादा फसल हुई।",
    ),
    "zh": (
        "cmn",
        "从前，山脚下有一个小村子，村里的人都靠种茶生活。每年春天，天还没亮，大家就背着竹篮上"
        "山。有一个孩子，名字叫小林，他最喜欢听爷爷讲故事。爷爷说，山顶上有一棵很老的茶树，已"
        "经活了三"
        "百年。小林问：那棵树现在还在吗？爷爷笑了笑，没有回答。第二天早上，小林自己一个人出发"
        "了。路很难走，雾也越来越大。他走了两个小时，终于看见了那棵树。树下坐着一位老人，正在"
        "喝茶！老"
        "人对他说，你来得正好，水刚刚开。",
    ),
    "ja": (
        "ja",
        "きょうは とても いい てんきです。あさ、いぬと いっしょに かわまで あるきました"
        "。みちの とちゅうで、ともだちに あいました。ともだちは あたらしい じてんしゃを "
        "みせて "
        "くれました。すこし おおきいですが、いろが とても きれいです。それから、ふたりで "
        "おちゃを のんで、ゆっくり はなしました。らいしゅう、いっしょに うみへ いく "
        "つもりです。あめが ふったら、うちで えいがを みます。あなたも いっしょに きませんか。",
    ),
    "ko": (
        "ko",
        "어제는 비가 많이 와서 하루 종일 집에 있었습니다. 아침에는 책을 읽고, 오"
        "후에는 동생과 함께 빵을 만들었습니다. 처음에는 잘 안 됐지만, 두 번째는 "
        "아주 "
        "맛있었습니다. 저녁이 되자 비가 그치고, 하늘에 무지개가 나타났습니다. 우리"
        "는 창문을 열고 한참 동안 바라보았습니다. 할머니께서 전화를 하셔서, 다음 "
        "주에 "
        "시골로 오라고 하셨습니다. 기차로 세 시간쯤 걸리지만, 저는 그 길을 아주 "
        "좋아합니다. 여러분도 기차 여행을 좋아하세요?",
    ),
    "ar": (
        "ar",
        "كان هناك رجل عجوز يعيش قرب النهر، وكان يعرف كل الطيور. في كل صباح، كان يجلس تحت الشجرة "
        "ويسمع أصواتها. ذات يوم جاء إليه ولد صغير، وسأله عن سر هذه الطيور. قال الرجل: اجلس معي، "
        "واسمع جيدا. جلس الولد ساعة، ثم ساعة أخرى، ولم يفهم شيئا. بعد ثلاثة أيام، بدأ يعرف الفرق "
        "بين صوت الفرح وصوت الخوف. هل تعرف ماذا قال له الرجل؟ قال إن الصبر هو اللغة الأولى. ومنذ "
        "ذلك اليوم، صار الولد يأتي كل صباح.",
    ),
}
"""Voice and text by language."""

TUNED_ENGLISH = ("story", "list", "dialogue", "technical", "news", "finance")
TUNED_LANGUAGES = ("de", "zh", "hi", "ar")
