"""Why what somebody typed cannot be read, in words: one sentence for each reason of `intake.text`."""

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.text import email, record_number

EMAIL: dict[email.EmailReason, Words] = {
    email.EmailReason.EMPTY: _("Enter an e-mail address, such as anna@example.org"),
    email.EmailReason.NOT_ONE: _(
        "This is no e-mail address, such as anna@example.org. Write one and nothing else"
    ),
    email.EmailReason.AROUND: _(
        "Leave out what stands around the address, such as “mailto:”, “<” or quotation marks. Write it like "
        "anna@example.org"
    ),
    email.EmailReason.COMMA: _("There is a comma in this e-mail address where a dot should be"),
    email.EmailReason.DOTS: _(
        "There is a dot too many in this e-mail address: two together, or one at an end"
    ),
    email.EmailReason.LETTERS: _(
        "Use plain letters (a to z) before the “@”. E-mail cannot be sent to others"
    ),
    email.EmailReason.TOO_LONG: _("This e-mail address is too long"),
    email.EmailReason.UNSOUND: _("This is no e-mail address, such as anna@example.org"),
}
RECORD_NUMBER: dict[record_number.RecordNumberReason, Words] = {
    record_number.RecordNumberReason.TOO_LONG: _("A patient number can have at most 50 characters"),
    record_number.RecordNumberReason.DIGITS: _("An NHS number has ten figures, such as 999 000 0018"),
    record_number.RecordNumberReason.CHECK_DIGIT: _(
        "This is no NHS number: its last figure does not fit the others. Look for a slip"
    ),
}
