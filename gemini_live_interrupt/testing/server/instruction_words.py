"""The few words by which the scripted model understands an app's instructions, in twelve languages.

Any model does. Here stands what shows whose words a quotation holds, and what an instruction wants:
enough to tell the user's words from the reply's, what was heard from what comes next, and a request
to ask whether to go on from a request to go on. Knows nothing of quotations themselves.
"""

from __future__ import annotations

import re

__all__ = ["AFTER", "ASK_WHETHER", "CONTINUES", "HEARD", "USER"]


def _any(words: str) -> re.Pattern[str]:
    return re.compile(words.replace("\n", "|").replace(" | ", "|"), re.I)


USER = _any(r"""\buser\b|nutzer|usuario|utilisateur|utente|usuário|пользовател|kullanıcı
उपयोगकर्ता|ユーザー|사용자|用户""")
"""Names the user."""

HEARD = _any(r"""\bheard\b|gehört|\boyó\b|oyeron|entendu|sentit|sentite|ouvid|ouviu|услышал|услышан|duyul|duydu
सुना|सुने|聞こえ|들었|들렸|들린|听到""")
"""Says that something was heard."""

AFTER = _any(r"""\bcomes? after\b|nach den zuletzt|tras las últimas|après les derniers
dopo le ultime|depois das últimas|после последних|son sözlerden sonra|शब्दों के बाद
最後に聞こえた|마지막으로 들린|最后听到""")
"""Says that what is wanted comes after the quotation."""

CONTINUES = _any(r"""continu|\bgo(?:ing)? on\b|\bresume|this text|fortsetzung|fortfahren|diesem text
seguir|sigue|este texto|\bsuite\b|ce texte|prosegui|questo testo|продолж|этим текстом|devam|metin
आगे|続き|この文|이어|계속|接下来|接着|继续|这段文字""")
"""Says that the quotation is what comes next."""

ASK_WHETHER = _any(r"""\bask\b[^\n]{0,80}\bwhether\b|\bfrage\b[^\n]{0,80}\bob\b
pregunta\b[^\n]{0,80}\bsi\b|demande\b[^\n]{0,80}\bsi\b|chiedi\b[^\n]{0,80}\bse\b
pergunte\b[^\n]{0,80}\bse\b|спроси[^\n]{0,80}\bли\b|\bsor\b|पूछें|尋ね|묻고|询问""")
"""Wants the model to ask something, and no more."""
