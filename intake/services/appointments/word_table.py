"""Words and whose they are, in order, so that their beginnings, and words with a slip, are found by halving.

Two columns of the same length: a word costs its letters once, and twelve bytes wherever it occurs.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

_LAST = "\U0010ffff"
# More words are sorted in together, and more places left out together, rather than one by one.
_MANY, _FEW = 200, 8
SHORTEST_WITH_A_SLIP = 4


class WordTable:
    """Each entry is a word and the place of whoever has it; a place is at least 0 and below 2**32."""

    def __init__(self, entries: Iterable[tuple[str, int]] = ()) -> None:
        self._fill(entries)

    def add(self, entries: Iterable[tuple[str, int]]) -> None:
        """Take these in as well."""
        more = list(entries)
        if len(more) > _MANY:
            self._fill([*zip(self._words, self._places, strict=True), *more])
            return
        for word, place in more:
            at = bisect_left(self._words, word)
            if at < len(self._words) and self._words[at] == word:
                word = self._words[at]
            self._words.insert(at, word)
            self._places.insert(at, place)

    def remove(self, gone: set[int]) -> None:
        """Leave out all that belongs to these places."""
        if len(gone) > _FEW:
            kept = zip(self._words, self._places, strict=True)
            self._fill([(word, place) for word, place in kept if place not in gone])
            return
        for place in gone:
            for at in self._entries_of(place):
                del self._words[at], self._places[at]

    def exactly(self, word: str) -> set[int]:
        """Whoever has this word."""
        return set(self._places[bisect_left(self._words, word) : bisect_right(self._words, word)])

    def beginning(self, word: str) -> set[int]:
        """Whoever has a word that begins like this."""
        low, high = self._range(word)
        return set(self._places[low:high])

    def slipped(self, word: str) -> set[int]:
        """Whoever has a word that is one slip away, or begins so and goes on after the last letter.

        A slip is a letter too many, left out, or another, or two letters the wrong way round. Words that are
        shorter than four letters, and words with a digit, have none.
        """
        found: set[int] = set()
        if len(word) < SHORTEST_WITH_A_SLIP or any(letter.isdigit() for letter in word):
            return found
        for at in range(len(word)):
            head, rest = word[:at], word[at:]
            last = len(rest) == 1
            found |= self._found(head + rest[1:], whole=last)
            if not last:
                found |= self._found(head + rest[1] + rest[0] + rest[2:], whole=len(rest) == 2)
            for letter in self._letters_after(head):
                found |= self.beginning(head + letter + rest)
                if letter != rest[0]:
                    found |= self._found(head + letter + rest[1:], whole=last)
        return found

    def __len__(self) -> int:
        return len(self._words)

    def _fill(self, entries: Iterable[tuple[str, int]]) -> None:
        self._words: list[str] = []
        self._places = array("I")
        word = ""
        for each, place in sorted(entries):
            word = word if each == word else each
            self._words.append(word)
            self._places.append(place)

    def _found(self, word: str, *, whole: bool) -> set[int]:
        return self.exactly(word) if whole else self.beginning(word)

    def _entries_of(self, place: int) -> list[int]:
        """Where its words are, the last first."""
        found, start = list[int](), 0
        for _ in range(self._places.count(place)):
            start = self._places.index(place, start) + 1
            found.append(start - 1)
        return found[::-1]

    def _range(self, word: str) -> tuple[int, int]:
        low = bisect_left(self._words, word)
        return low, bisect_left(self._words, word + _LAST, low)

    def _letters_after(self, head: str) -> Iterator[str]:
        """The letters with which words go on that begin like this."""
        _, end = self._range(head)
        at = bisect_right(self._words, head)
        while at < end:
            letter = self._words[at][len(head)]
            yield letter
            at = bisect_left(self._words, head + letter + _LAST, at, end)
