"""The page where an approval is put on record."""

import pytest

from intake.red_flags import SAFETY_VERSION

APPROVE = f"Approve version {SAFETY_VERSION}"
SIGNED = {"role": "Clinical safety officer", "person": "Dr Safe", "on": "2026-02-20", "sure": "yes"}


def test_an_approval_takes_the_warning_from_every_page_and_withdrawing_brings_it_back(admin, client):
    assert "not approved" in client.get("/").get_data(as_text=True)
    admin.opens("/safety")
    assert "It is not approved for clinical use." in admin.words

    admin.presses(APPROVE, **SIGNED)
    assert "Approved by Dr Safe, Clinical safety officer on 20 February 2026." in admin.words
    assert "not approved" not in client.get("/").get_data(as_text=True)

    admin.presses("Withdraw this approval")
    assert "not approved" in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"role": ""}, "Enter the role"),
        ({"person": ""}, "Enter the name"),
        ({"on": "soon"}, "Enter the date of the approval"),
        ({"on": "2126-01-01"}, "An approval cannot lie in the future"),
        ({"version": "0123456789ab"}, "The version has changed since this page was opened"),
    ],
)
def test_half_an_approval_is_refused_and_nothing_typed_is_lost(admin, wrong, problem):
    admin.opens("/safety").presses(APPROVE, **SIGNED | wrong)

    assert admin.status == 422
    assert problem in admin.words
    assert "It is not approved for clinical use." in admin.words


def test_it_must_be_said_that_this_very_version_was_read(admin):
    admin.opens("/safety").presses(
        APPROVE, **{name: typed for name, typed in SIGNED.items() if name != "sure"}
    )

    assert admin.status == 422
    assert "Confirm that this very version was read and signed" in admin.words


def test_the_clinics_own_settings_are_shown_to_stand_beside_it(admin):
    admin.opens("/safety")

    assert "They are outside the version." in admin.words
    assert "Emergency number: 999" in admin.words
    assert "Pattern table: yes" in admin.words


def test_nobody_else_sees_it(stranger):
    stranger.opens("/safety")

    assert "Approval of the safety content" not in stranger.html
