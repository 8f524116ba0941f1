"""The letter with the link and the blank form, as the desk prints them."""

from sqlalchemy import select

from intake.services.invitations import links
from intake.storage.models import AuditEvent, Invitation
from tests.documents.reading import squeezed, words


def test_the_letter_is_printed_with_the_link_and_that_is_noted(
    patient, reception, clinic_database, clock, settings
):
    _keep(clinic_database, patient, code="ABCDEFGHJKMN")

    reception.opens(f"/appointments/{patient.appointment.id}").presses("Print the letter")

    assert reception.page.mimetype == "application/pdf"
    assert "Anna" not in reception.page.headers["Content-Disposition"]
    printed = squeezed(words(reception.page.data))
    host = settings.public_url.partition("://")[2]
    assert f"{host}/c/ABCD-EFGH-JKMN" in printed
    assert "AnnaCanary" in printed
    with clinic_database.reading() as session:
        assert session.scalars(select(Invitation.printed_at)).one() == clock.now
        noted = set(session.scalars(select(AuditEvent.action)))
    assert {"invitation:printed", "invitation:shown"} <= noted


def test_looking_at_the_letter_again_does_not_count_as_printing(patient, reception, clinic_database):
    _keep(clinic_database, patient, code="ABCDEFGHJKMN")

    reception.opens(f"/appointments/{patient.appointment.id}/letter.pdf")

    with clinic_database.reading() as session:
        assert session.scalars(select(Invitation.printed_at)).one() is None


def test_a_link_that_is_not_kept_must_be_replaced_first(patient, reception, clinic_database):
    _keep(clinic_database, patient, code=None)

    reception.opens(f"/appointments/{patient.appointment.id}").presses("Print the letter")

    assert "Make a new link first" in reception.words
    with clinic_database.reading() as session:
        assert session.scalars(select(Invitation.printed_at)).one() is None


def test_anybody_who_works_here_prints_the_blank_form(reception):
    reception.opens("/paper-form.pdf")

    assert reception.page.mimetype == "application/pdf"
    printed = words(reception.page.data)
    assert "[rf_saddle_numb]" in squeezed(printed)
    assert "{" not in printed


def _keep(database, patient, code):
    """Let the link of this patient be one whose secrets are kept, or an older one without."""
    with database.writing() as session:
        invitation = links.with_token(session, patient.token)
        assert invitation is not None
        invitation.token = patient.token if code else None
        invitation.code = code
        session.commit()
