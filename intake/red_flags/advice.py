"""What a patient is told, in their words: cards, banner, closing page, prompts, and what a link says of itself.

Safety: never names a disease, and an EMERGENCY card never reassures. Reading age about 9 to 11. Placeholders are the
clinic's facts; what holds an optional one that is not set is left out whole (`in_force`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from string import Formatter

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.questionnaire.criteria import Facts
from intake.red_flags.model import Finding, Screening, Urgency
from intake.text import telephone


@dataclass(frozen=True)
class Wording:
    """Heading and action, which always say the same thing to do.

    `goes`: it says to go or come somewhere. `calls` is the clinic's fact with the number that the patient is told to
    call, "" when they are told to do something else.
    """

    heading: Words
    action: Words
    goes: bool = False
    calls: str = ""


@dataclass(frozen=True)
class Listed:
    """A sentence, and what it names one by one."""

    words: Words
    items: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Card:
    """One advice text. `said` while the clinic can phone; the others for when it is closed or there is no phone."""

    id: str
    urgency: Urgency
    _: KW_ONLY
    said: Wording
    closed: Wording | None = None
    no_phone: Wording | None = None
    no_phone_closed: Wording | None = None
    more: tuple[Words, ...] = ()
    lists: tuple[Listed, ...] = ()

    def wording(self, *, is_open: bool, has_phone: bool = True) -> Wording:
        """What is said now. Safety: never a promise of a call that cannot come.

        `has_phone`: there is a number that can be called.
        """
        if has_phone:
            return self.said if is_open or self.closed is None else self.closed
        closed = None if is_open else self.no_phone_closed
        return closed or self.no_phone or self.said

    def promises_a_call(self, *, is_open: bool, has_phone: bool) -> bool:
        """What is said now says that the clinic will phone: such a card has other words for a closed clinic."""
        return self.closed is not None and is_open and has_phone

    def action_inside(self, wording: Wording) -> Words | None:
        """What to do, for somebody who is in the clinic or on the telephone with it; None: the heading says it.

        What is said while the clinic is closed begins with that, which is not so for them.
        """
        return None if wording in (self.closed, self.no_phone_closed) else wording.action

    @property
    def closing(self) -> Words:
        return CLOSING[self.urgency]


CLOSING: dict[Urgency, Words] = {
    Urgency.EMERGENCY: _("It is not safe to wait."),
    Urgency.SAME_DAY: _("Please do not leave it until your visit."),
}
# The standing banner: from the answer on, on every page, until the answer is changed.
BANNER: dict[Urgency, Words] = {
    Urgency.EMERGENCY: _("Your answers need help now. Call {emergency_number}."),
    Urgency.SAME_DAY: _("Your answers should be checked today."),
}
BANNER_LINK = _("What to do")
TOLD_US = _("You told us:")
MOST_TOLD = 5
TOLD_US_MORE = _("and {n} more answers")
TOLD_US_UNSURE = _("You were not sure about {n} questions.")
CHANGE = _("Change this answer")
# Under the action of every EMERGENCY card, and in the foot of every page.
CANNOT_SPEAK = Listed(
    _("Cannot speak or hear on the phone?"),
    (
        _("Use {relay_line}."),
        _("Or send a text message to {emergency_text}."),
        _("Or ask someone near you to call."),
    ),
)
# On every wording that says to go or come somewhere.
ALONE: tuple[Words, ...] = (_("Cannot walk, or nobody with you? Call {emergency_number}."),)
NOT_LIVE = _("Nobody at {clinic_name} is reading this form right now.")

CHOICES: dict[Urgency, dict[str, Words]] = {
    Urgency.EMERGENCY: {
        "getting_help": _("I am getting help now"),
        "already_seen": _("I have already been seen for this"),
        "mistake": _("I pressed the wrong answer"),
        "continue": _("Carry on with the form"),
    },
    Urgency.SAME_DAY: {
        "understood": _("I will do this today"),
        "already_seen": _("I have already been seen for this"),
        "mistake": _("I pressed the wrong answer"),
    },
}
# Under the card, on the receipt.
RECEIPT: dict[Urgency, Words] = {
    Urgency.EMERGENCY: _("We have your answers. That does not replace the call."),
    Urgency.SAME_DAY: _("We have your answers."),
}

# Three cards say this; two of them say more.
_SAME_DAY = Card(
    "adv_same_day",
    Urgency.SAME_DAY,
    said=Wording(
        _("The clinic will phone you today"),
        _("Please keep your phone near. No call by {callback_by}? Phone us on {clinic_phone}."),
    ),
    closed=Wording(
        _("Call {urgent_line} today"),
        _("The clinic is closed until {clinic_opens}. Nobody here can phone you before then."),
        calls="urgent_line",
    ),
    no_phone=Wording(
        _("Come to the clinic today"),
        _(
            "You have no phone, so we cannot call you. Come in, or ask someone to phone {clinic_phone} for you."
        ),
        goes=True,
    ),
    no_phone_closed=Wording(
        _("Ask someone to call {urgent_line} today"),
        _("The clinic is closed until {clinic_opens}. Ask someone to call {urgent_line} for you today."),
    ),
    lists=(
        Listed(
            _("Call {emergency_number} if you get any of these:"),
            (
                _("worse pain that comes on fast"),
                _("chest pain"),
                _("trouble breathing"),
                _("weak legs"),
                _("trouble peeing"),
            ),
        ),
    ),
)
_CARDS: tuple[Card, ...] = (
    Card(
        "adv_call_now",
        Urgency.EMERGENCY,
        said=Wording(
            _("Call {emergency_number} now"),
            _("Your answers can be a sign of a problem that needs help straight away."),
            calls="emergency_number",
        ),
        more=(_("Do not drive yourself."), _("Unlock the door if you can."), _("Have your medicines ready.")),
    ),
    Card(
        "adv_call_still",
        Urgency.EMERGENCY,
        said=Wording(
            _("Call {emergency_number} now and keep still"),
            _("Try not to move your neck or back until help comes."),
            calls="emergency_number",
        ),
        more=(_("Do not drive. Do not walk about."),),
    ),
    Card(
        "adv_ed_now",
        Urgency.EMERGENCY,
        said=Wording(
            _("Go to an emergency department now"),
            _("Your answers can be a sign of a problem that must be checked within hours."),
            goes=True,
        ),
        more=(_("Do not drive yourself. Ask someone to take you."), _("Show them this page.")),
    ),
    Card(
        "adv_cancer_now",
        Urgency.EMERGENCY,
        said=Wording(
            _("Call your cancer helpline now"),
            _("Call {cancer_line}, or the number on your alert card."),
            goes=True,
            calls="cancer_line",
        ),
        more=(
            _("Tell them you have back pain and the answers below."),
            _(
                "No helpline, or no answer in 10 minutes? Go to an emergency department, or call {emergency_number}."
            ),
            _("Lie down if it is hard to walk."),
        ),
    ),
    Card(
        "adv_maternity_now",
        Urgency.EMERGENCY,
        said=Wording(
            _("Call your maternity unit now"),
            _("Call {maternity_line}. Tell them the answers below."),
            calls="maternity_line",
        ),
        more=(
            _("Call {emergency_number} if nobody answers."),
            _("Call {emergency_number} if you feel faint or bleed a lot."),
        ),
    ),
    Card(
        "adv_crisis_now",
        Urgency.EMERGENCY,
        said=Wording(
            _("Please talk to someone now"),
            _("Call {crisis_line}. If you are in danger, call {emergency_number}."),
            calls="crisis_line",
        ),
        more=(_("You do not have to be alone with this."), _("You can stop here. Your answers are saved.")),
    ),
    Card(
        "adv_poison_now",
        Urgency.SAME_DAY,
        said=Wording(
            _("Call {urgent_line} now"),
            _("You may have taken more tablets than is safe. Call now, even if you feel well."),
            calls="urgent_line",
        ),
        no_phone=Wording(
            _("Go to an emergency department now"),
            _(
                "You may have taken more tablets than is safe. Go to an emergency department now, even if you feel well."
            ),
            goes=True,
        ),
        more=(_("Did you take them to harm yourself? Call {crisis_line} or {emergency_number}."),),
    ),
    Card(
        "adv_maternity_today",
        Urgency.SAME_DAY,
        said=Wording(
            _("Call your maternity unit today"),
            _("Call {maternity_line}, at any hour. Do not wait until tomorrow."),
            calls="maternity_line",
        ),
        no_phone=Wording(
            _("Go to your maternity unit today"),
            _("Go to your maternity unit today. Do not wait until tomorrow."),
            goes=True,
        ),
        more=(
            _("Less than 14 weeks, or not sure? Call {early_pregnancy_line}."),
            _("No maternity unit? Call {urgent_line} today."),
            _("If you get worse, call {emergency_number}."),
        ),
    ),
    _SAME_DAY,
    replace(
        _SAME_DAY,
        id="adv_same_day_ces",
        lists=(
            *_SAME_DAY.lists,
            Listed(
                _("Go to an emergency department at once if you get any of these:"),
                (
                    _("numbness between your legs"),
                    _("trouble peeing, or no feeling when you pee"),
                    _("no control of your poo"),
                    _("weaker legs"),
                ),
            ),
        ),
    ),
    replace(
        _SAME_DAY,
        id="adv_same_day_cancer",
        lists=(
            *_SAME_DAY.lists,
            Listed(_("Do you have a cancer helpline or an alert card? Call that number today too.")),
        ),
    ),
)
CARDS: dict[str, Card] = {card.id: card for card in _CARDS}

# Only the highest tier is shown: one card, the first of these, with all reasons.
ORDER: dict[Urgency, tuple[str, ...]] = {
    Urgency.EMERGENCY: (
        "adv_call_now",
        "adv_call_still",
        "adv_maternity_now",
        "adv_crisis_now",
        "adv_cancer_now",
        "adv_ed_now",
    ),
    Urgency.SAME_DAY: (
        "adv_poison_now",
        "adv_maternity_today",
        "adv_same_day_ces",
        "adv_same_day_cancer",
        "adv_same_day",
    ),
}
# A rule lowered to SAME_DAY because the patient is not sure uses the text of its group, unless its own card says more.
UNSURE_SAME_DAY: dict[str, str] = {
    "ces": "adv_same_day_ces",
    "cord": "adv_same_day_ces",
    "cancer": "adv_same_day_cancer",
    "preg": "adv_maternity_today",
}
UNSURE_OTHERWISE = "adv_same_day"
# The card of a rule goes before that of its group.
UNSURE_OF_CARD: dict[str, str] = {
    "adv_cancer_now": "adv_same_day_cancer",
    "adv_maternity_now": "adv_maternity_today",
}


@dataclass(frozen=True)
class Close:
    """The closing page, for everybody."""

    heading: Words
    action: Words
    lists: tuple[Listed, ...]


CLOSE = Close(
    heading=_("Thank you. Your answers are saved."),
    action=_("The clinic sees them before your visit on {appointment}. Nobody watches this form live."),
    lists=(
        Listed(
            _("Call {emergency_number} if you get any of these:"),
            (
                _("chest pain"),
                _("trouble breathing"),
                _("a faint"),
                _("a face that drops, or slurred speech"),
                _("sudden, very bad pain"),
            ),
        ),
        Listed(
            _("Go to an emergency department if you get any of these:"),
            (
                _("weak legs"),
                _("numbness between your legs"),
                _("trouble peeing"),
                _("no control of your poo"),
                _("a fever with shaking"),
            ),
        ),
        Listed(
            _("Call {urgent_line} or the clinic the same day if you get any of these:"),
            (
                _("a fever"),
                _("a new rash or blisters where it hurts"),
                _("a swollen calf"),
                _("a worry that cannot wait"),
            ),
        ),
    ),
)

CHECK_PROMPT = _("You wrote “{phrase}”. Please check your answer to: {question}")
CHECK_PROMPT_MAP = _("You marked {place} on the picture. Please check your answer to: {question}")
CHECK_PROMPT_PAIR = _(
    "These two answers do not fit each other. Please check both. You can keep them if they are right."
)


@dataclass(frozen=True)
class Links:
    """What a link says of itself. `urgent` stands under each of the others."""

    wrong_date: Words
    locked: Words
    expired: Words
    sent: Words
    urgent: Words


LINKS = Links(
    wrong_date=_(
        "That date does not fit this link. You can try {left} more times. It is safest to type the year in full."
    ),
    locked=_(
        "This link is closed now. You tried the date five times. Please call us on {clinic_phone}. We will send you a new link."
    ),
    expired=_(
        "This link has run out. Please call us on {clinic_phone}. We will send you a new one, or fill the form in with you."
    ),
    sent=_("This form has been sent. To change something, call us on {clinic_phone}."),
    urgent=_("Do you need help now? Call {emergency_number}. Do not wait for a new link."),
)

# While the clinic is closed: on the start page, and beside a card for today.
CLOSED_AT_START = _(
    "The clinic is closed now. It opens on {clinic_opens}. You can fill the form in, but nobody reads it before then."
)
CLOSED_TODAY = _("Cannot wait? Call {urgent_line}, day or night.")
# Staff see this beside every alert of a patient who has no phone.
NO_PHONE = _("You said that you have no phone. We cannot call you.")

# Safety: paper cannot interrupt. Whoever ticks what may be urgent must not wait until staff copy it.
DO_NOT_WAIT = _(
    "If you tick “Yes” in part 1 for something that is new or has got worse, phone the clinic today on "
    "{clinic_phone}. If it is closed, contact {urgent_line}. Do not wait for your appointment."
)


def in_force(items: Iterable[Words], facts: Mapping[str, str]) -> Iterator[Words]:
    """The items whose placeholders the clinic has filled."""
    for item in items:
        names = (name for _, name, _, _ in Formatter().parse(str(item)) if name)
        if all(facts.get(name, name) for name in names):
            yield item


def has_phone(facts: Facts, region: str | None) -> bool:
    """There is a number that can be called from `region`, the clinic's; nobody else is promised a call.

    Safety: not for who chose that they have none, and not where the number is missing or no number at all.
    """
    said = facts.value("phone_best")
    return isinstance(said, str) and telephone.can_be_called(said, region)


def advice_for(finding: Finding) -> Card | None:
    """The card of one finding, or None below SAME_DAY."""
    rule = finding.rule
    if finding.urgency < Urgency.SAME_DAY or rule.advice is None:
        return None
    if finding.urgency < rule.urgency:
        group = UNSURE_SAME_DAY.get(rule.group, UNSURE_OTHERWISE)
        return CARDS[UNSURE_OF_CARD.get(rule.advice, group)]
    return CARDS[rule.advice]


def card_for(screening: Screening) -> tuple[Card, tuple[Finding, ...]] | None:
    """The one card to show, with every finding of its urgency as reasons; None when nothing is told.

    A card can be more urgent than what staff are asked to do: words of self-harm show the crisis card at once.
    """
    told = [(card, finding) for finding in screening.findings if (card := advice_for(finding))]
    if not told:
        return None
    highest = max(card.urgency for card, _ in told)
    shown = {card.id: card for card, _ in told if card.urgency is highest}
    card = shown[next(id for id in ORDER[highest] if id in shown)]
    return card, tuple(finding for each, finding in told if each.urgency is highest)
