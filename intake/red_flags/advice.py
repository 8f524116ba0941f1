"""What a patient is told, in their words: cards, the closing page, and the check prompt.

Safety: never names a disease and never reassures. Reading age about 9 to 11. Placeholders are the clinic's facts.
"""

from dataclasses import KW_ONLY, dataclass

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.red_flags.model import Finding, Screening, Urgency


@dataclass(frozen=True)
class Card:
    """One advice text. `action_closed` replaces `action` while the clinic is closed."""

    id: str
    urgency: Urgency
    _: KW_ONLY
    heading: Words
    action: Words
    action_closed: Words | None = None
    more: tuple[Words, ...] = ()

    def act(self, clinic_is_open: bool) -> Words:
        return self.action if clinic_is_open or self.action_closed is None else self.action_closed

    @property
    def closing(self) -> Words:
        return CLOSING[self.urgency]


@dataclass(frozen=True)
class Watch:
    """Phrases in free text that do not fit a "no" to a question; None: no question asks it."""

    phrases: tuple[Words, ...]
    question_id: str | None


CLOSING: dict[Urgency, Words] = {
    Urgency.EMERGENCY: _("It may turn out not to be serious. It is still not safe to wait."),
    Urgency.SAME_DAY: _("It may turn out not to be serious, but it should be checked today."),
}

_CARDS: tuple[Card, ...] = (
    Card(
        "adv_call_now",
        Urgency.EMERGENCY,
        heading=_("Call {emergency_number} now"),
        action=_("Some of your answers can be a sign of a problem that needs help straight away."),
        more=(
            _("Do not drive yourself."),
            _("If you can, unlock the door and have your medicines ready."),
            _("Nobody at {clinic_name} is reading this form right now."),
        ),
    ),
    Card(
        "adv_call_still",
        Urgency.EMERGENCY,
        heading=_("Call {emergency_number} now and keep still"),
        action=_("Try not to move your neck or back until help comes."),
        more=(_("Nobody at {clinic_name} is reading this form right now."),),
    ),
    Card(
        "adv_ed_now",
        Urgency.EMERGENCY,
        heading=_("Go to an emergency department now"),
        action=_("Some of your answers can be a sign of a problem that must be checked within hours."),
        more=(
            _("Do not drive yourself. Ask someone to take you."),
            _("If you cannot get there safely, call {emergency_number}."),
            _("Show them this page."),
            _("Nobody at {clinic_name} is reading this form right now."),
        ),
    ),
    Card(
        "adv_cancer_now",
        Urgency.EMERGENCY,
        heading=_("Call your cancer helpline now"),
        action=_(
            "Call {cancer_line}, or the number on your alert card. Say that you have new back pain with the answers below."
        ),
        more=(
            _(
                "If nobody answers within 10 minutes, or you have no helpline, go to an emergency department or call {emergency_number}."
            ),
            _("Lie down if walking is hard."),
            _("Nobody at {clinic_name} is reading this form right now."),
        ),
    ),
    Card(
        "adv_maternity_now",
        Urgency.EMERGENCY,
        heading=_("Call your maternity unit now"),
        action=_("Call {maternity_line}. Tell them the answers below."),
        more=(
            _(
                "If nobody answers, or you have no maternity unit yet, or you feel faint or are bleeding a lot, call {emergency_number}."
            ),
            _("Nobody at {clinic_name} is reading this form right now."),
        ),
    ),
    Card(
        "adv_crisis_now",
        Urgency.EMERGENCY,
        heading=_("Please talk to someone now"),
        action=_("Call {crisis_line}, or {emergency_number} if you are in danger."),
        more=(_("You do not have to be alone with this."),),
    ),
    Card(
        "adv_maternity_today",
        Urgency.SAME_DAY,
        heading=_("Call your maternity unit today"),
        action=_("Call {maternity_line}, at any hour. Do not wait until tomorrow."),
        more=(
            _("If you have no maternity unit, contact {urgent_line} today."),
            _("If you get worse, call {emergency_number}."),
        ),
    ),
    Card(
        "adv_same_day",
        Urgency.SAME_DAY,
        heading=_("The clinic should speak to you today"),
        action=_(
            "We will phone you today on the number you gave. If you have heard nothing by {callback_by}, phone us on {clinic_phone}."
        ),
        action_closed=_("We are closed. Please contact {urgent_line} today."),
        more=(
            _(
                "If it gets worse, or you get chest pain, trouble breathing, weak legs, or trouble peeing, call {emergency_number}."
            ),
        ),
    ),
    Card(
        "adv_same_day_ces",
        Urgency.SAME_DAY,
        heading=_("The clinic should speak to you today"),
        action=_(
            "We will phone you today on the number you gave. If you have heard nothing by {callback_by}, phone us on {clinic_phone}."
        ),
        action_closed=_("We are closed. Please contact {urgent_line} today."),
        more=(
            _(
                "If it gets worse, or you get chest pain, trouble breathing, weak legs, or trouble peeing, call {emergency_number}."
            ),
            _(
                "Go to an emergency department at once if you get numbness between your legs, trouble peeing, loss of bowel control, or weaker legs."
            ),
        ),
    ),
    Card(
        "adv_same_day_cancer",
        Urgency.SAME_DAY,
        heading=_("The clinic should speak to you today"),
        action=_(
            "We will phone you today on the number you gave. If you have heard nothing by {callback_by}, phone us on {clinic_phone}."
        ),
        action_closed=_("We are closed. Please contact {urgent_line} today."),
        more=(
            _(
                "If it gets worse, or you get chest pain, trouble breathing, weak legs, or trouble peeing, call {emergency_number}."
            ),
            _("If you have a cancer helpline or alert card, call that number today as well."),
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
        "adv_maternity_today",
        "adv_same_day_ces",
        "adv_same_day_cancer",
        "adv_same_day",
    ),
}
# A rule lowered to SAME_DAY because the patient is not sure uses the text of its group.
UNSURE_SAME_DAY: dict[str, str] = {
    "ces": "adv_same_day_ces",
    "cord": "adv_same_day_ces",
    "cancer": "adv_same_day_cancer",
    "preg": "adv_maternity_today",
}


@dataclass(frozen=True)
class Close:
    """The closing page, for everybody."""

    heading: Words
    action: Words
    get_help_now: Words
    go_now: Words
    today: Words


CLOSE = Close(
    heading=_("Thank you. Your answers are saved for your appointment."),
    action=_("Nobody watches this form live."),
    get_help_now=_(
        "Call {emergency_number} if you get chest pain, trouble breathing, a faint, a face that drops, slurred speech, or sudden very bad pain."
    ),
    go_now=_(
        "Go to an emergency department if you get weak legs, numbness between your legs, trouble peeing, loss of bowel control, or a fever with shaking."
    ),
    today=_(
        "Contact {urgent_line} or the clinic the same day if you get a fever, a new rash or blisters where it hurts, or if you are worried and cannot wait."
    ),
)

CHECK_PROMPT = _("You wrote “{phrase}”. Please check your answer to: {question}")
WATCH_PHRASES: tuple[Watch, ...] = (
    Watch(
        (
            _("chest pain"),
            _("chest tightness"),
        ),
        "rf_chest_pain",
    ),
    Watch(
        (
            _("can't breathe"),
            _("cannot breathe"),
            _("short of breath"),
        ),
        "rf_breathless",
    ),
    Watch(
        (
            _("collapsed"),
            _("passed out"),
            _("blacked out"),
        ),
        "rf_faint",
    ),
    Watch(
        (
            _("coughing blood"),
            _("coughed up blood"),
        ),
        "rf_cough_blood",
    ),
    Watch(
        (
            _("can't pee"),
            _("cannot pee"),
            _("can't wee"),
            _("cannot wee"),
        ),
        "rf_pee_start",
    ),
    Watch(
        (
            _("wet myself"),
            _("wetting myself"),
        ),
        "rf_pee_leak",
    ),
    Watch((_("soiled myself"),), "rf_bowel_control"),
    Watch(
        (
            _("numb down below"),
            _("numb between"),
            _("numb when i wipe"),
        ),
        "rf_saddle_numb",
    ),
    Watch((_("numb"),), "rf_numb_below"),
    Watch(
        (
            _("ripping"),
            _("tearing"),
        ),
        "rf_tearing",
    ),
    Watch(
        (
            _("kill myself"),
            _("end my life"),
            _("suicid"),
        ),
        None,
    ),
)
# A tap on these places while the question is answered "no" shows the same prompt.
WATCH_REGIONS: dict[str, str] = {"f_saddle": "rf_saddle_numb", "b_saddle": "rf_saddle_numb"}


def advice_for(finding: Finding) -> Card | None:
    """The card of one finding, or None below SAME_DAY."""
    if finding.urgency < Urgency.SAME_DAY:
        return None
    if finding.urgency < finding.rule.urgency:
        return CARDS[UNSURE_SAME_DAY.get(finding.rule.group, "adv_same_day")]
    return CARDS[finding.rule.advice] if finding.rule.advice else None


def card_for(screening: Screening) -> tuple[Card, tuple[Finding, ...]] | None:
    """The one card to show, with every finding of its tier as reasons; None when nothing is told."""
    told = [finding for finding in screening.findings if finding.urgency == screening.urgency]
    cards = {card.id: card for card in map(advice_for, told) if card}
    if screening.urgency is None or not cards:
        return None
    return cards[next(id for id in ORDER[screening.urgency] if id in cards)], tuple(told)
