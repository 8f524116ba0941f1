"""A language nobody speaks: every text that was marked for translation stands in brackets, longer, accented.

Whatever shows no brackets on a page was never marked. The left-to-right one borrows the code of Esperanto,
the right-to-left one that of Hebrew.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations

import pytest

from intake import i18n
from intake.config import LANGUAGES

OFFERED = {"eo": "Esperanto", "he": "Hebrew"}
_ACCENTS = str.maketrans("aeioucnsyAEIOUCNSY", "àéîöûçñšýÀÉÎÖÛÇÑŠÝ")
_PLACEHOLDER = re.compile(r"(%\(\w+\)s|\{\w*\})")


class Pseudo(NullTranslations):
    """Puts brackets, accents and a third more length around every text."""

    def gettext(self, message: str) -> str:
        parts = _PLACEHOLDER.split(message)
        said = "".join(part if at % 2 else part.translate(_ACCENTS) for at, part in enumerate(parts))
        return f"[{said}{' ~' * (len(message) // 6)}]"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@contextmanager
def pseudo_languages() -> Iterator[None]:
    """Offer both while the block lasts."""
    with pytest.MonkeyPatch.context() as patch:
        for code, name in OFFERED.items():
            patch.setitem(LANGUAGES, code, name)
            patch.setitem(i18n._added, code, Pseudo())
        yield
