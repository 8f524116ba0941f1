"""The values an answer can have, as they are stored and as they travel.

yes / no / not sure      "yes" "no" "not_sure" ("prefer_not_say", "not_applicable" where offered)
one of many, a day       an option id; "YYYY-MM-DD"
many, places, a ranking  a tuple of ids or of texts (JSON: a list)
rated things             a tuple of Rating (JSON: a list of {"text", "rating"})
scales and numbers       a whole number
a grid                   {row id: option id}
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Rating:
    """Something that matters to the patient, and how well they can do it: 0 (cannot) to 10, None unrated."""

    text: str
    rating: int | None = None


Value: TypeAlias = str | int | tuple[str, ...] | tuple[Rating, ...] | Mapping[str, str]


class BadAnswer(ValueError):
    """A value that cannot be an answer to the question. Its message never repeats what was typed."""
