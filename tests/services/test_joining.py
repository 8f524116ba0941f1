"""Two records of one person are joined and parted; a joining by mistake shows nobody another's data."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from intake.config import Settings
from intake.questionnaire import PAGES
from intake.services import alerts, audit
from intake.services.appointments import booking, identifiers, joining
from intake.services.appointments.booking import Booking
from intake.services.appointments.joining import CannotJoin, JoinRefusal, RecordsChanged
from intake.services.appointments.matching import Directory, Likeness
from intake.services.appointments.matching import PersonFacts as Person
from intake.services.forms import draft, earlier, intakes
from intake.services.forms.entry import BY_PATIENT
from intake.services.forms.told_before import told_before
from intake.services.invitations import links
from intake.services.messages.correspondence import _address
from intake.services.operations import retention
from intake.storage import Database
from intake.storage.models import (
    Appointment,
    Channel,
    JoinedAppointment,
    Patient,
    PatientIdentifier,
    PatientJoin,
)
from tests.acting import acting, looking
from tests.services.answering import answers, has_sent, intake_of, save
from tests.services.conftest import NOW

ALI = Person("Ali Hassan", date(1980, 1, 1), "male", "11", "07700 900123", "ali@one.example")
HASSAN = Person("Hassan Ali", date(1980, 1, 2), "female", "22", "07700 900999", "hassan.ali@two.example")
TOLD = {"pmh_heart_list": ["high_bp"], "who_completing": "self"}


class Two:
    """Ali and Hassan, each with an appointment and a link."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.settings, self.now = database, settings, NOW
        (self.ali, self.alis), (self.hassan, self.hassans) = (self.books(each) for each in (ALI, HASSAN))

    def books(self, person: Person, patient_id: UUID | None = None, days: int = 3) -> tuple[Appointment, str]:
        with acting(self.database, settings=self.settings) as op:
            patient = op.session.get_one(Patient, patient_id) if patient_id else None
            starts_at = NOW + timedelta(days=days)
            made = booking.make(op, Booking(**vars(person), starts_at=starts_at), patient=patient)
            token = links.invite(op, made)
            op.commit()
        return made, token

    def join(self, *take: str, kept: UUID | None = None, joined: UUID | None = None) -> UUID:
        ids = kept or self.ali.patient_id, joined or self.hassan.patient_id
        self.now += timedelta(minutes=1)
        with acting(self.database, settings=self.settings, now=self.now) as op:
            shown = joining.two_records(op, *ids)
            assert shown is not None
            joining.join(op, *ids, take, version_token=shown.version_token)
            op.commit()
        with looking(self.database) as op:
            return joining.all_joined(op)[0].join_id

    def part(self, join_id: UUID, *to_joined: UUID) -> None:
        with acting(self.database, settings=self.settings) as op:
            shown = joining.joined_records(op, join_id)
            assert shown is not None
            joining.part(op, join_id, to_joined, version_token=shown.version_token)
            op.commit()

    def opens(self, token: str, born: date) -> bool:
        with acting(self.database, settings=self.settings) as op:
            try:
                links.identify(op, links.hash_of(token), born)
            except links.WrongDateOfBirth:
                op.commit()
                return False
            op.commit()
        return True

    def people(self) -> list[tuple[UUID, Person, list[UUID]]]:
        """Everything that hangs on each record, to be compared."""
        with looking(self.database) as op:
            stmt = select(Patient).order_by(Patient.id)
            return [
                (each.id, Person.of(each), sorted(visit.id for visit in each.appointments))
                for each in op.session.scalars(stmt)
            ]

    def is_whole(self) -> bool:
        with self.database.reading() as session:
            return audit.verify(session) == ()


@pytest.fixture
def two(database: Database, settings: Settings) -> Two:
    return Two(database, settings)


def test_parting_gives_back_exactly_what_was(two: Two) -> None:
    before = two.people()

    join_id = two.join(*joining.FACTS)
    assert [len(visits) for _, _, visits in two.people() if visits] == [2]
    two.part(join_id)

    assert two.people() == before
    assert two.is_whole()
    with looking(two.database) as op:
        assert op.session.scalars(select(PatientJoin)).all() == []
        assert op.session.scalars(select(JoinedAppointment)).all() == []


def test_a_link_asks_for_the_date_of_birth_it_was_made_for(two: Two) -> None:
    join_id = two.join("date_of_birth", "email")

    assert (two.opens(two.alis, HASSAN.date_of_birth), two.opens(two.alis, ALI.date_of_birth)) == (
        False,
        True,
    )
    assert (two.opens(two.hassans, ALI.date_of_birth), two.opens(two.hassans, HASSAN.date_of_birth)) == (
        False,
        True,
    )
    two.part(join_id)
    assert two.opens(two.alis, ALI.date_of_birth)
    assert two.opens(two.hassans, HASSAN.date_of_birth)


def test_a_new_link_of_an_appointment_made_before_asks_for_the_same_date(two: Two) -> None:
    two.join()

    with acting(two.database) as op:
        token = links.invite(op, op.session.get_one(Appointment, two.hassan.id))
        op.commit()

    assert not two.opens(token, ALI.date_of_birth)
    assert two.opens(token, HASSAN.date_of_birth)


def test_an_appointment_made_since_asks_for_the_date_that_was_chosen(two: Two) -> None:
    two.join("date_of_birth")

    _, token = two.books(ALI, two.ali.patient_id, days=9)

    assert two.opens(token, HASSAN.date_of_birth)


def test_messages_about_an_appointment_made_before_go_where_they_went(two: Two) -> None:
    two.join("email", "phone")

    with looking(two.database) as op:
        ways = {
            each: _address(op.session.get_one(Appointment, each), way, list(Channel))
            for each in (two.ali.id, two.hassan.id)
            for way in (Channel.EMAIL,)
        }
    assert ways == {
        two.ali.id: (Channel.EMAIL, ALI.email),
        two.hassan.id: (Channel.EMAIL, HASSAN.email),
    }


@pytest.mark.parametrize("take", [(), joining.FACTS])
def test_an_open_form_shows_what_its_own_record_said(two: Two, take: tuple[str, ...]) -> None:
    with acting(two.database) as op:
        for appointment in (two.ali, two.hassan):
            draft.write(intake_of(op.session, appointment), draft.Draft())
        op.commit()

    two.join(*take)

    with looking(two.database) as op:
        known = [
            intakes.journey_of(op, intake_of(op.session, each)).answers for each in (two.ali, two.hassan)
        ]
    assert [(each["dob"], each["phone_best"], each["sex_at_birth"]) for each in known] == [
        ("1980-01-01", ALI.phone, "male"),
        ("1980-01-02", HASSAN.phone, "female"),
    ]


def test_nobody_is_offered_what_the_other_record_told(two: Two) -> None:
    has_sent(two.database, two.settings, two.ali, answers(TOLD))
    two.join("date_of_birth")
    since, _ = two.books(ALI, two.ali.patient_id, days=9)

    assert _offered(two, two.hassan) is None
    assert _offered(two, since) is None


def test_what_the_same_record_told_is_offered_before_and_after_parting(two: Two) -> None:
    again, _ = two.books(ALI, two.ali.patient_id, days=9)
    has_sent(two.database, two.settings, two.ali, answers(TOLD))
    join_id = two.join()
    assert _offered(two, again) == ("high_bp",)

    two.part(join_id)

    assert _offered(two, again) == ("high_bp",)


def test_a_clinician_reads_the_forms_of_both(two: Two) -> None:
    has_sent(two.database, two.settings, two.ali, answers(TOLD))
    two.join()

    with looking(two.database, settings=two.settings, now=NOW + timedelta(days=1)) as op:
        before = earlier.forms_before(op, intake_of(op.session, two.hassan))

    assert [each.intake.appointment_id for each in before] == [two.ali.id]


def test_a_call_dials_the_number_of_the_record_it_was_booked_for(two: Two) -> None:
    old, _ = two.books(Person("Hassan Ali", date(1941, 1, 1), "female", phone="07700 900555"))
    confirmed = {"dob": "1941-01-01", "sex_at_birth": "female", "rf_sudden_max": "yes", "on_when": "d1_3"}
    with acting(two.database, settings=two.settings) as op:
        intake = intake_of(op.session, old)
        draft.write(intake, draft.Draft(answers=answers(confirmed), passed=frozenset(PAGES)))
        save(op, intake, "u_now", {})
        op.commit()
    two.join(joined=old.patient_id)

    with looking(two.database, settings=two.settings) as op:
        rows = alerts.all_open(op)

    assert {(each.phone, each.other_phone) for each in rows} == {("07700 900555", ALI.phone)}


def test_a_fact_put_right_on_an_appointment_made_before_holds_for_its_record_only(two: Two) -> None:
    two.join()

    with acting(two.database, settings=two.settings) as op:
        found = op.session.get_one(Appointment, two.hassan.id)
        stands = Booking.of(found)
        wanted = Booking(**(vars(stands) | {"date_of_birth": date(1980, 2, 2)}))
        booking.change(op, found, wanted, version_token=stands.version_token)
        op.commit()

    assert two.opens(two.hassans, date(1980, 2, 2))
    assert two.opens(two.alis, ALI.date_of_birth)


def test_both_numbers_find_the_one_patient_and_are_shown(two: Two) -> None:
    two.join()

    with looking(two.database, settings=two.settings) as op:
        found = {identifiers.patients_called(op, "clinic", number) for number in ("11", "22")}
        ali = op.session.get_one(Patient, two.ali.patient_id)
        shown = identifiers.all_numbers(op, ali)
        match = Directory(op).match(HASSAN)
    assert found == {frozenset([two.ali.patient_id])}
    assert shown == (("", "11"), ("", "22"))
    assert [(each.patient_id, each.likeness) for each in match.asked] == [
        (two.ali.patient_id, Likeness.NUMBER)
    ]
    assert "number" not in [each.fact for each in match.asked[0].differences]


def test_erasing_takes_both_records(two: Two) -> None:
    two.join()

    with acting(two.database, settings=two.settings) as op:
        for each in (two.hassan.id, two.ali.id):
            assert retention.erase(op, each) is not None
        op.commit()

    assert two.people() == []
    with looking(two.database) as op:
        left = [
            op.session.scalars(select(row)).all()
            for row in (PatientJoin, JoinedAppointment, PatientIdentifier)
        ]
    assert left == [[], [], []]
    assert two.is_whole()


def test_erasing_one_side_leaves_what_can_still_be_parted(two: Two) -> None:
    join_id = two.join()

    with acting(two.database, settings=two.settings) as op:
        retention.erase(op, two.hassan.id)
        op.commit()
    two.part(join_id)

    assert [
        (person.name, len(visits))
        for _, person, visits in sorted(two.people(), key=lambda each: each[1].name)
    ] == [
        ("Ali Hassan", 1),
        ("Hassan Ali", 0),
    ]


def test_a_third_record_is_parted_before_the_second(two: Two) -> None:
    third, _ = two.books(Person("Ali Hasan", date(1980, 1, 1), phone="07700 900555"))
    before = two.people()
    first_join = two.join("phone")
    second_join = two.join("phone", joined=third.patient_id)

    with pytest.raises(CannotJoin) as refused:
        two.part(first_join)

    assert refused.value.reason is JoinRefusal.LATER_FIRST
    two.part(second_join)
    two.part(first_join)
    assert two.people() == before


def test_a_record_that_is_part_of_another_is_joined_to_nothing(two: Two) -> None:
    third, _ = two.books(Person("Ali Hasan", date(1980, 1, 1)))
    two.join()

    for kept, joined in (
        (third.patient_id, two.hassan.patient_id),
        (two.hassan.patient_id, third.patient_id),
        (third.patient_id, two.ali.patient_id),
        (two.ali.patient_id, two.ali.patient_id),
    ):
        with pytest.raises(CannotJoin):
            two.join(kept=kept, joined=joined)


def test_an_appointment_made_since_goes_to_whom_it_is_given(two: Two) -> None:
    join_id = two.join()
    since, token = two.books(ALI, two.ali.patient_id, days=9)

    two.part(join_id, since.id)

    with looking(two.database) as op:
        assert op.session.get_one(Appointment, since.id).patient_id == two.hassan.patient_id
    assert two.opens(token, HASSAN.date_of_birth)


def test_nothing_is_joined_or_parted_that_is_not_what_was_looked_at(two: Two) -> None:
    ids = two.ali.patient_id, two.hassan.patient_id
    with acting(two.database) as op, pytest.raises(RecordsChanged):
        joining.join(op, *ids, (), version_token="of another moment")
    join_id = two.join()
    with acting(two.database) as op, pytest.raises(RecordsChanged):
        joining.part(op, join_id, (), version_token="of another moment")

    with looking(two.database) as op:
        assert joining.joined_records(op, join_id) is not None


def test_who_joined_and_parted_is_recorded_on_both_without_a_name(two: Two) -> None:
    two.part(two.join("phone"))

    with looking(two.database) as op:
        deeds = audit.history(op.session, audit.Action.PATIENTS_JOINED, audit.Action.PATIENTS_PARTED)
    assert {each.about for each in deeds} == {
        f"patient:{two.ali.patient_id}",
        f"patient:{two.hassan.patient_id}",
    }
    assert len(deeds) == 4
    assert "Hassan" not in repr(deeds)


def _offered(two: Two, appointment: Appointment) -> object:
    """The illnesses that would be offered again on the form of this appointment."""
    with acting(two.database, settings=two.settings, now=NOW + timedelta(days=1)) as op:
        intake = intake_of(op.session, appointment)
        opened = answers({"who_completing": "self"}).merged({"pmh_heart_list": None})
        draft.write(intake, draft.Draft(answers=opened))
        told = told_before(op, intakes.looked_at(op, intake), PAGES["h_lists"], entry=BY_PATIENT)
        op.rollback()
    return {question.id: value for question, value in told.answers}.get("pmh_heart_list") if told else None
