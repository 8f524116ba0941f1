"""What may be broken without any verdict showing it, each with the reason. Nothing else may."""

# A part that is asked only after another part of its rule, or of which another part says the same or more.
# Each is tried again on thousands of people around the cases of its rule; who tells it apart revives it.
SAME_FOR_ALL = " (the same for everybody)"

REDUNDANT: dict[str, str] = {
    "not sure, group cancer": "every card that a rule of this group lowers to today has a row of its own",
    "not sure, card adv_maternity_now: None": "the group of pregnancy names the same card",
    "Both.truth: truth <= lowest for truth < lowest": "what is as low changes nothing",
    "Both.truth: if False: for if truth == Truth.NO:": "it only stops early: nothing is lower",
    "matches: if False: for if not texts:": "it only stops early: no words, nothing found",
    "_doubt: any for all (": "of the questions of an entry all are asked or none, as they are declared today",
    "card_for: for card, _ in told for": "an order holds cards of its own urgency only",
    "Journey._is_early: page.early_when.truth(self.facts) > Truth": "of a place nobody is not sure",
    "Journey._is_early: Truth.YES for Truth.NOT_SURE": "of a place nobody is not sure",
    "Either.truth: truth >= highest for truth > highest": "what is as high changes nothing",
    "Either.truth: if False: for if truth == Truth.YES:": "it only stops early: nothing is higher",
}


def reason(what: str) -> str | None:
    """Why nobody notices it; None when there is no reason."""
    if what.endswith(SAME_FOR_ALL):
        return "the same for everybody"
    return next((why for name, why in REDUNDANT.items() if what.startswith(name)), None)
