"""What record systems call the columns of an export, in English and other languages: one table.

Collected from the public documentation of record systems and calendars. A heading says only what a column
may hold; `mapping` looks at the cells too, and reception has the last word.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from intake.i18n import Words
from intake.i18n import lazy as _


class ColumnRole(StrEnum):
    """What a column of a file holds."""

    NOTHING = ""
    NAME = "name"
    FIRST_NAME = "first_name"
    MIDDLE_NAME = "middle_name"
    LAST_NAME = "last_name"
    DATE_OF_BIRTH = "date_of_birth"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date_time"
    END = "end"
    MINUTES = "minutes"
    STATUS = "status"
    CANCELLED = "cancelled"
    SEX = "sex_at_birth"
    PHONE = "phone"
    OTHER_PHONE = "other_phone"
    EMAIL = "email"
    NUMBER = "number"
    RECORD_NUMBER = "record_number"
    CLINICIAN = "clinician"
    LANGUAGE = "language"
    NEEDS = "needs"
    ID = "id"


# Of these a file may have several columns; of every other role one.
SEVERAL = frozenset(
    {
        ColumnRole.NOTHING,
        ColumnRole.PHONE,
        ColumnRole.OTHER_PHONE,
        ColumnRole.STATUS,
        ColumnRole.CANCELLED,
        ColumnRole.RECORD_NUMBER,
    }
)

NAMES_OF_ROLES: Mapping[ColumnRole, Words] = {
    ColumnRole.NOTHING: _("Do not read this column"),
    ColumnRole.NAME: _("Patient: whole name"),
    ColumnRole.FIRST_NAME: _("Patient: first name"),
    ColumnRole.MIDDLE_NAME: _("Patient: middle name"),
    ColumnRole.LAST_NAME: _("Patient: last name"),
    ColumnRole.DATE_OF_BIRTH: _("Date of birth"),
    ColumnRole.DATE_TIME: _("Date and time of the appointment"),
    ColumnRole.DATE: _("Date of the appointment"),
    ColumnRole.TIME: _("Time of the appointment"),
    ColumnRole.END: _("When the appointment ends"),
    ColumnRole.MINUTES: _("How long it takes"),
    ColumnRole.STATUS: _("Status (booked, cancelled, did not attend)"),
    ColumnRole.CANCELLED: _("Filled in or “yes” when it is cancelled or missed"),
    ColumnRole.SEX: _("Sex recorded at birth"),
    ColumnRole.PHONE: _("Telephone"),
    ColumnRole.OTHER_PHONE: _("Second telephone"),
    ColumnRole.EMAIL: _("E-mail address"),
    ColumnRole.NUMBER: _("The patient’s number at the clinic"),
    ColumnRole.RECORD_NUMBER: _("The patient’s number in another record system"),
    ColumnRole.CLINICIAN: _("Clinician"),
    ColumnRole.LANGUAGE: _("Language of the form"),
    ColumnRole.NEEDS: _("What the patient needs"),
    ColumnRole.ID: _("The appointment’s own number (never used twice)"),
}

# By language. Where a heading could mean two things ("ID", "Start"), `mapping` decides.
HEADINGS: Mapping[str, Mapping[ColumnRole, str]] = {
    "en": {
        ColumnRole.NAME: "name; full name; patient; patient name; patient full name; client; client name; "
        "client full name; name of patient; patient s name; customer; customer name; attendee; "
        "attendee name; subject; invitee name; contact name",
        ColumnRole.FIRST_NAME: "first name; firstname; forename; forenames; given name; given names; "
        "first names; legal first name; fname",
        ColumnRole.MIDDLE_NAME: "middle name; middle names; middlename; middle initial",
        ColumnRole.LAST_NAME: "last name; lastname; surname; family name; legal last name; lname",
        ColumnRole.DATE_OF_BIRTH: "date of birth; dob; d o b; birth date; birthdate; birthday; born; "
        "date birth; birth day",
        ColumnRole.DATE: "date; appointment date; appt date; start date; session date; booking date; "
        "visit date; date of appointment; date of service; service date; day; event date; "
        "appointment day; slot date",
        ColumnRole.TIME: "time; appointment time; appt time; start time; session time; from; starts; "
        "booking time; time of appointment; begin time; time from; slot time; planned time",
        ColumnRole.DATE_TIME: "date time; date and time; appointment date time; appointment date and time; "
        "appointment; start; starts at; start at; appointment start; start date time; when; "
        "appointment start time; start datetime; datetime; scheduled at; appointment at; "
        "begins; scheduled time; date time of appointment; starts on; appt date time; session",
        ColumnRole.END: "end; end time; ends; ends at; end at; appointment end; appointment end time; "
        "finish; finish time; to; end date time; time to; end datetime; until",
        ColumnRole.MINUTES: "minutes; duration; length; duration minutes; duration mins; duration min; mins; "
        "appointment length; appointment duration; session length; slot length; planned duration",
        ColumnRole.STATUS: "status; appointment status; appt status; booking status; attendance; "
        "attendance status; arrival status; session status; appointment state; "
        "confirmation status; slot status; show status; appointment outcome; outcome",
        ColumnRole.CANCELLED: "cancelled; canceled; cancelled at; canceled at; cancelled on; "
        "cancellation date; "
        "cancellation time; cancellation reason; cancel reason; did not arrive; did not attend; "
        "no show; dna; is cancelled; date cancelled; cancelled date; cancellation; deleted; "
        "no show at; cancelled by",
        ColumnRole.SEX: "sex; sex at birth; birth sex; sex assigned at birth; sex recorded at birth; "
        "biological sex; legal sex; administrative sex; gender at birth; sex gender; gender sex",
        ColumnRole.PHONE: "phone; telephone; mobile; mobile phone; cell; cell phone; cellphone; "
        "mobile number; "
        "phone number; telephone number; tel; tel mobile; mobile no; contact number; phone mobile; "
        "mobile telephone; primary phone; phone 1; tel no; preferred phone; contact phone; "
        "mobile tel; cell number; sms number; phone no; preferred contact number; handphone; "
        "phone numbers; phones; telephone numbers; contact numbers; mobiles; mobile phone number",
        ColumnRole.OTHER_PHONE: "home; home phone; home telephone; home tel; home number; landline; "
        "work phone; "
        "work; work number; other phone; phone 2; alternate phone; phone home; tel home; "
        "phone work; evening phone; daytime phone; secondary phone; home tel no; work telephone; "
        "day phone; other number; alternative phone; home phone number; work phone number",
        ColumnRole.EMAIL: "email; e mail; email address; e mail address; mail; primary email; contact email; "
        "email 1",
        ColumnRole.NUMBER: "number; patient id; patient number; patient no; client id; client number; mrn; "
        "chart number; hospital number; medical record number; record number; "
        "file number; client no; chart no; patient reference; patient ref; "
        "client reference; patient guid; health number; phn; patient code; client code; "
        "emis number; local number; hospital no; patient identifier",
        ColumnRole.CLINICIAN: "clinician; practitioner; provider; therapist; doctor; physio; "
        "physiotherapist; "
        "staff member; staff; with; practitioner name; provider name; clinician name; staff name; "
        "osteopath; chiropractor; session holder; consultant; health professional; diary; "
        "assigned to; staff member name; team member; treating practitioner; calendar; "
        "healthcare professional; clinic staff; seen by; rota clinician",
        ColumnRole.LANGUAGE: "language; preferred language; spoken language; main language; first language",
        ColumnRole.NEEDS: "needs; special needs; accessibility; accessibility needs; reasonable adjustments; "
        "communication needs; accessibility requirements",
        ColumnRole.ID: "appointment id; appt id; booking id; appointment number; appointment guid; event id; "
        "booking reference; appointment reference; session id; slot id; appointment uid; uid; "
        "booking number; appointment no; appointment ref; booking ref",
    },
    "de": {
        ColumnRole.NAME: "patientenname; patient name; kunde; kundenname; name vorname; patient in; "
        "patientin; "
        "name des patienten; vor und nachname; nachname vorname; klient",
        ColumnRole.FIRST_NAME: "vorname; vornamen; rufname",
        ColumnRole.LAST_NAME: "nachname; familienname; zuname",
        ColumnRole.DATE_OF_BIRTH: "geburtsdatum; geb datum; geb; geburtstag; geboren; geboren am; "
        "geb dat; gebdatum",
        ColumnRole.DATE: "datum; termin am; termindatum; tag; startdatum; datum des termins; beginndatum",
        ColumnRole.TIME: "uhrzeit; zeit; beginn; von; startzeit; terminzeit; anfang; beginnt um",
        ColumnRole.DATE_TIME: "termin; terminbeginn; datum uhrzeit; datum und uhrzeit; datum zeit; "
        "beginnt am",
        ColumnRole.END: "ende; bis; endzeit; terminende; endet um",
        ColumnRole.MINUTES: "dauer; minuten; dauer min; dauer minuten; termindauer; dauer in minuten",
        ColumnRole.STATUS: "terminstatus; zustand",
        ColumnRole.CANCELLED: "abgesagt; storniert; absage; absagegrund; nicht erschienen; abgesagt am; "
        "storniert am",
        ColumnRole.SEX: "geschlecht; geschlecht bei geburt",
        ColumnRole.PHONE: "telefon; handy; mobil; mobiltelefon; telefonnummer; handynummer; mobilnummer; "
        "rufnummer; telefon mobil; tel mobil; tel nr",
        ColumnRole.OTHER_PHONE: "telefon privat; festnetz; privat; telefon 2; telefon arbeit; "
        "telefon dienstlich; "
        "tel privat; festnetznummer; telefon geschaftlich",
        ColumnRole.EMAIL: "e mail adresse; email adresse; mailadresse; emailadresse",
        ColumnRole.NUMBER: "patientennummer; patienten nr; pat nr; patnr; patientennr; kundennummer; "
        "patienten id; kartei nr; karteinummer; nummer",
        ColumnRole.CLINICIAN: "behandler; behandlerin; therapeut; therapeutin; arzt; arztin; mitarbeiter; "
        "kalender; physiotherapeut; behandler in; mitarbeiterin",
        ColumnRole.LANGUAGE: "sprache",
        ColumnRole.NEEDS: "bedarf; besonderheiten",
        ColumnRole.ID: "termin id; terminnummer; termin nr; buchungsnummer",
    },
    "fr": {
        ColumnRole.NAME: "nom du patient; nom complet; nom et prenom; nom prenom; prenom et nom",
        ColumnRole.FIRST_NAME: "prenom; prenoms; prenom du patient",
        ColumnRole.LAST_NAME: "nom; nom de famille; nom d usage",
        ColumnRole.DATE_OF_BIRTH: "date de naissance; ne le; nee le; ne e le; naissance; ddn",
        ColumnRole.DATE: "date du rendez vous; date du rdv; date rdv; jour; date de debut",
        ColumnRole.TIME: "heure; heure de debut; heure du rendez vous; heure rdv; heure du rdv; debut a",
        ColumnRole.DATE_TIME: "rendez vous; rdv; debut; date et heure; date heure; debut du rendez vous",
        ColumnRole.END: "fin; heure de fin; fin du rendez vous",
        ColumnRole.MINUTES: "duree; duree min; duree minutes; duree en minutes",
        ColumnRole.STATUS: "statut; etat; presence; statut du rdv; statut du rendez vous",
        ColumnRole.CANCELLED: "annule; annulation; absent; annule le; motif d annulation; non venu",
        ColumnRole.SEX: "sexe; sexe a la naissance",
        ColumnRole.PHONE: "portable; mobile; telephone portable; telephone mobile; tel portable; tel",
        ColumnRole.OTHER_PHONE: "telephone fixe; fixe; domicile; tel fixe; autre telephone; "
        "telephone secondaire",
        ColumnRole.EMAIL: "courriel; adresse email; adresse e mail; adresse mail; mel",
        ColumnRole.NUMBER: "numero de dossier; numero patient; n dossier; identifiant patient; no de dossier",
        ColumnRole.CLINICIAN: "praticien; medecin; therapeute; agenda; kine; docteur; professionnel",
        ColumnRole.LANGUAGE: "langue",
        ColumnRole.NEEDS: "besoins",
        ColumnRole.ID: "identifiant du rendez vous; id rdv; numero de rendez vous; id rendez vous",
    },
    "es": {
        ColumnRole.NAME: "nombre completo; paciente; nombre del paciente; nombre y apellidos; cliente",
        ColumnRole.FIRST_NAME: "nombre; nombres",
        ColumnRole.LAST_NAME: "apellidos; apellido",
        ColumnRole.DATE_OF_BIRTH: "fecha de nacimiento; nacimiento; f nacimiento; fecha nacimiento",
        ColumnRole.DATE: "fecha; fecha de la cita; fecha cita; dia",
        ColumnRole.TIME: "hora; hora de inicio; hora de la cita; hora inicio",
        ColumnRole.DATE_TIME: "cita; fecha y hora; inicio; fecha hora",
        ColumnRole.END: "fin; hora de fin; hora fin; hasta",
        ColumnRole.MINUTES: "duracion; minutos; duracion min; duracion minutos",
        ColumnRole.STATUS: "estado; estado de la cita; asistencia",
        ColumnRole.CANCELLED: "cancelada; anulada; cancelado; no asistio",
        ColumnRole.SEX: "sexo; sexo al nacer",
        ColumnRole.PHONE: "movil; telefono; telefono movil; celular; numero de telefono",
        ColumnRole.OTHER_PHONE: "telefono fijo; fijo; otro telefono; telefono 2; telefono de casa",
        ColumnRole.EMAIL: "correo; correo electronico; direccion de correo",
        ColumnRole.NUMBER: "numero de paciente; n historia; historia clinica; numero de historia",
        ColumnRole.CLINICIAN: "profesional; fisioterapeuta; medico; terapeuta; especialista",
        ColumnRole.LANGUAGE: "idioma",
        ColumnRole.NEEDS: "necesidades",
        ColumnRole.ID: "id cita; id de la cita; numero de cita",
    },
    "it": {
        ColumnRole.NAME: "paziente; nome e cognome; cognome e nome; nome completo; nominativo; cognome nome",
        ColumnRole.FIRST_NAME: "nome",
        ColumnRole.LAST_NAME: "cognome",
        ColumnRole.DATE_OF_BIRTH: "data di nascita; nato il; nata il; nascita; data nascita",
        ColumnRole.DATE: "data; data appuntamento; giorno; data dell appuntamento",
        ColumnRole.TIME: "ora; ora inizio; orario; ora di inizio; dalle",
        ColumnRole.DATE_TIME: "appuntamento; data e ora; inizio; data ora",
        ColumnRole.END: "fine; ora fine; ora di fine; alle",
        ColumnRole.MINUTES: "durata; minuti; durata min; durata minuti",
        ColumnRole.STATUS: "stato; stato appuntamento",
        ColumnRole.CANCELLED: "annullato; disdetto; cancellato; annullata; disdetta",
        ColumnRole.SEX: "sesso; sesso alla nascita",
        ColumnRole.PHONE: "cellulare; telefono; numero di telefono",
        ColumnRole.OTHER_PHONE: "telefono fisso; fisso; telefono casa; altro telefono",
        ColumnRole.EMAIL: "posta elettronica; indirizzo email; indirizzo e mail",
        ColumnRole.NUMBER: "numero paziente; codice paziente; numero cartella",
        ColumnRole.CLINICIAN: "medico; terapista; fisioterapista; operatore; professionista",
        ColumnRole.LANGUAGE: "lingua",
        ColumnRole.NEEDS: "esigenze",
        ColumnRole.ID: "id appuntamento; numero appuntamento",
    },
    "nl": {
        ColumnRole.NAME: "naam; patientnaam; volledige naam; client; clientnaam; naam patient",
        ColumnRole.FIRST_NAME: "voornaam; roepnaam; voornamen",
        ColumnRole.MIDDLE_NAME: "tussenvoegsel; voorvoegsel",
        ColumnRole.LAST_NAME: "achternaam; familienaam",
        ColumnRole.DATE_OF_BIRTH: "geboortedatum; geboren; geb datum",
        ColumnRole.DATE: "datum; afspraakdatum; datum afspraak",
        ColumnRole.TIME: "tijd; starttijd; begintijd; tijdstip; aanvang; van",
        ColumnRole.DATE_TIME: "afspraak; datum en tijd; datum tijd; begin",
        ColumnRole.END: "einde; eindtijd; tot",
        ColumnRole.MINUTES: "duur; minuten; duur min; duur minuten",
        ColumnRole.STATUS: "afspraakstatus",
        ColumnRole.CANCELLED: "geannuleerd; afgezegd; niet verschenen; no show",
        ColumnRole.SEX: "geslacht; geboortegeslacht",
        ColumnRole.PHONE: "telefoon; mobiel; telefoonnummer; mobiel nummer; gsm; mobiele telefoon",
        ColumnRole.OTHER_PHONE: "telefoon thuis; vaste telefoon; telefoon werk; telefoon 2; vast nummer",
        ColumnRole.EMAIL: "e mailadres; emailadres; mailadres",
        ColumnRole.NUMBER: "patientnummer; clientnummer; dossiernummer; patient nr",
        ColumnRole.CLINICIAN: "behandelaar; therapeut; medewerker; fysiotherapeut; arts; agenda",
        ColumnRole.LANGUAGE: "taal",
        ColumnRole.ID: "afspraaknummer; afspraak id",
    },
    "pl": {
        ColumnRole.NAME: "pacjent; imie i nazwisko; nazwisko i imie; klient",
        ColumnRole.FIRST_NAME: "imie; imiona",
        ColumnRole.LAST_NAME: "nazwisko",
        ColumnRole.DATE_OF_BIRTH: "data urodzenia; urodzony; urodzona; data ur",
        ColumnRole.DATE: "data; data wizyty; dzien; termin wizyty",
        ColumnRole.TIME: "godzina; czas; godzina wizyty; od; godzina rozpoczecia",
        ColumnRole.DATE_TIME: "wizyta; termin; data i godzina; poczatek; data godzina",
        ColumnRole.END: "koniec; do; godzina zakonczenia",
        ColumnRole.MINUTES: "czas trwania; minuty; dlugosc; czas trwania min",
        ColumnRole.STATUS: "status wizyty; stan",
        ColumnRole.CANCELLED: "odwolana; anulowana; odwolano",
        ColumnRole.SEX: "plec",
        ColumnRole.PHONE: "telefon; komorka; telefon komorkowy; nr telefonu; numer telefonu",
        ColumnRole.OTHER_PHONE: "telefon stacjonarny; telefon domowy; telefon 2",
        ColumnRole.EMAIL: "adres e mail; adres email; poczta",
        ColumnRole.NUMBER: "numer pacjenta; nr pacjenta; numer karty; nr karty",
        ColumnRole.CLINICIAN: "lekarz; terapeuta; fizjoterapeuta; specjalista; pracownik",
        ColumnRole.LANGUAGE: "jezyk",
        ColumnRole.ID: "id wizyty; numer wizyty; nr wizyty",
    },
    "pt": {
        ColumnRole.NAME: "paciente; nome completo; nome do paciente; utente; cliente",
        ColumnRole.FIRST_NAME: "primeiro nome; nome proprio",
        ColumnRole.LAST_NAME: "apelido; sobrenome; ultimo nome",
        ColumnRole.DATE_OF_BIRTH: "data de nascimento; nascimento; data nascimento; data nasc",
        ColumnRole.DATE: "data; data da consulta; dia",
        ColumnRole.TIME: "hora; hora de inicio; horario; hora inicio",
        ColumnRole.DATE_TIME: "consulta; data e hora; inicio; data hora",
        ColumnRole.END: "fim; hora de fim; termino; hora fim",
        ColumnRole.MINUTES: "duracao; minutos; duracao min",
        ColumnRole.STATUS: "estado; situacao; estado da consulta",
        ColumnRole.CANCELLED: "cancelado; cancelada; anulada; faltou; desmarcada",
        ColumnRole.SEX: "sexo; sexo ao nascer",
        ColumnRole.PHONE: "telemovel; telefone; celular; numero de telefone",
        ColumnRole.OTHER_PHONE: "telefone fixo; fixo; telefone de casa; outro telefone",
        ColumnRole.EMAIL: "correio eletronico; endereco de email",
        ColumnRole.NUMBER: "numero do utente; numero do paciente; numero de processo",
        ColumnRole.CLINICIAN: "profissional; fisioterapeuta; medico; terapeuta",
        ColumnRole.LANGUAGE: "idioma; lingua",
        ColumnRole.ID: "id consulta; numero da consulta",
    },
}
# Said before a heading without changing what it names.
_BEFORE = re.compile(r"^(?:patients?|pt|clients?|customer|patienten|kunden|attendee|invitee)(?: s)? (?=.)")
# Said before a heading of the appointment; a "session name" is no patient's.
_OF_THE_VISIT = re.compile(
    r"^(?:(?:appointments?|appt|bookings?|session|slot|visit|event|current|actual|scheduled|planned|termin) )"
    r"+(?=.)"
)
_VISIT_ROLES = frozenset(
    {
        ColumnRole.DATE,
        ColumnRole.TIME,
        ColumnRole.DATE_TIME,
        ColumnRole.END,
        ColumnRole.MINUTES,
        ColumnRole.STATUS,
        ColumnRole.CANCELLED,
        ColumnRole.CLINICIAN,
    }
)
_NAME_OF = re.compile(r"(?: s)?(?: full)? name$")
_STATUS_OF = re.compile(r"\b(?:status|statut|stato|state|zustand)$")
# A bill that is void, or a reminder that failed, says nothing of the appointment.
_OTHER_STATUS = re.compile(
    r"\b(?:paid|payment|invoice|billing|bill|claim|sms|text|e ?mail|mail|reminder|insurance|marital|patient|"
    r"client|referral|form|consent|account|smok\w+|registration|order|home|address|rechnungs?\w*|zahlungs?\w*)\b"
)


def plain(heading: str) -> str:
    """A heading without accents, signs, capitals and brackets: "Geb.-Datum (T)" is "geb datum"."""
    bare = re.sub(r"[(\[].*?[)\]]", " ", heading)
    letters = unicodedata.normalize("NFKD", (bare if bare.strip() else heading).casefold())
    joined = "".join(each for each in letters if not unicodedata.combining(each)).replace("ł", "l")
    return " ".join(re.sub(r"[\W_]+", " ", joined).split())


def role_of(heading: str) -> ColumnRole:
    """What a column with this heading holds as far as the heading says."""
    words = plain(heading)
    return _ROLES.get(words) or _ROLES.get(_BEFORE.sub("", words)) or _of_the_visit(words)


def _of_the_visit(words: str) -> ColumnRole:
    """What says of the appointment in more words: "Booking start", "Current slot status"."""
    bare = _OF_THE_VISIT.sub("", words)
    role = _ROLES.get(bare, ColumnRole.NOTHING)
    if role in _VISIT_ROLES:
        return role
    if _ROLES.get(_NAME_OF.sub("", bare)) is ColumnRole.CLINICIAN or (
        _ROLES.get(_NAME_OF.sub("", words)) is ColumnRole.CLINICIAN
    ):
        return ColumnRole.CLINICIAN
    is_status = _STATUS_OF.search(words) and not _OTHER_STATUS.search(words)
    return ColumnRole.STATUS if is_status else ColumnRole.NOTHING


def _by_heading() -> dict[str, ColumnRole]:
    found: dict[str, ColumnRole] = {}
    for table in HEADINGS.values():
        for role, headings in table.items():
            for each in headings.split("; "):
                # English first: "name" is the whole name, wherever it means less elsewhere.
                found.setdefault(each, role)
    return found | {plain(role): role for role in ColumnRole if role and role is not ColumnRole.ID}


_ROLES = _by_heading()
