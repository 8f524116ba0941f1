"""What is said to somebody whom the provider has not let in, and what they can do."""

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.services.staff.sign_on.people import Why

SAID: dict[Why, tuple[Words, Words]] = {
    Why.AWAY: (
        _("The sign-in service does not answer"),
        _("Wait a minute, then try again. If you have another way to sign in, use that meanwhile."),
    ),
    Why.NOT_OURS: (
        _("Please sign in once more"),
        _("This sign-in was too old, was used already, or was begun in another browser."),
    ),
    Why.STOPPED: (
        _("You were not signed in"),
        _("The sign-in was stopped at the sign-in service. Try again, or ask an admin."),
    ),
    Why.NOT_SHOWN: (
        _("We could not sign you in"),
        _(
            "The sign-in service did not show us who you are in a way that we can trust. Try once more. "
            "If it happens again, tell whoever looks after the computer."
        ),
    ),
    Why.TOO_WEAK: (
        _("You need a stronger sign-in"),
        _(
            "This clinic asks for more than you have shown, such as a second factor. Set that up at the "
            "sign-in service, then try again."
        ),
    ),
    Why.NOT_AGAIN: (
        _("Please show again who you are"),
        _(
            "The sign-in service did not ask you again, or did not tell us so. Nothing was unlocked. Try "
            "once more. If it happens again, tell whoever looks after the computer."
        ),
    ),
    Why.ANOTHER: (
        _("That was somebody else"),
        _(
            "The page that waits belongs to another person. Nothing was unlocked. Sign in as that person, "
            "or go back and choose “I am somebody else”."
        ),
    ),
    Why.NO_EMAIL: (
        _("We do not know you yet"),
        _(
            "The sign-in service did not tell us an e-mail address that it has checked. Ask whoever looks "
            "after your account there."
        ),
    ),
    Why.NO_ACCOUNT: (
        _("You have no account here yet"),
        _(
            "Ask an admin of this clinic to let you in under “People”, with the e-mail address of your work "
            "account."
        ),
    ),
    Why.TAKEN: (
        _("This account is not yours to open"),
        _("The account with your e-mail address belongs to another sign-in. Ask an admin of this clinic."),
    ),
    Why.NO_ROLE: (
        _("You have no role here"),
        _("Your work account has no role in Backstory any more, or not yet. Ask whoever gives out roles."),
    ),
    Why.LAST_ADMIN: (
        _("You are the last admin"),
        _(
            "Your work account says that you are an admin no more, and nobody else is one. Make somebody "
            "else an admin first."
        ),
    ),
    Why.LEFT: (
        _("You are let in no longer"),
        _("An admin of this clinic has ended your access. Ask them if that is a mistake."),
    ),
}
