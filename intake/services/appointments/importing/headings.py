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


class Role(StrEnum):
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
    CLINICIAN = "clinician"
    LANGUAGE = "language"
    NEEDS = "needs"
    ID = "id"


# Of these a file may have several columns; of every other role one.
SEVERAL = frozenset({Role.NOTHING, Role.PHONE, Role.OTHER_PHONE, Role.STATUS, Role.CANCELLED})

NAMES_OF_ROLES: Mapping[Role, Words] = {
    Role.NOTHING: _("Do not read this column"),
    Role.NAME: _("Patient: whole name"),
    Role.FIRST_NAME: _("Patient: first name"),
    Role.MIDDLE_NAME: _("Patient: middle name"),
    Role.LAST_NAME: _("Patient: last name"),
    Role.DATE_OF_BIRTH: _("Date of birth"),
    Role.DATE_TIME: _("Date and time of the appointment"),
    Role.DATE: _("Date of the appointment"),
    Role.TIME: _("Time of the appointment"),
    Role.END: _("When the appointment ends"),
    Role.MINUTES: _("How long it takes"),
    Role.STATUS: _("Status (booked, cancelled, did not attend)"),
    Role.CANCELLED: _("Filled in or “yes” when it is cancelled or missed"),
    Role.SEX: _("Sex recorded at birth"),
    Role.PHONE: _("Telephone"),
    Role.OTHER_PHONE: _("Second telephone"),
    Role.EMAIL: _("E-mail address"),
    Role.NUMBER: _("The patient’s number at the clinic"),
    Role.CLINICIAN: _("Clinician"),
    Role.LANGUAGE: _("Language of the form"),
    Role.NEEDS: _("What the patient needs"),
    Role.ID: _("The appointment’s own number (never used twice)"),
}

# By language. Where a heading could mean two things ("ID", "Start"), `mapping` decides.
HEADINGS: Mapping[str, Mapping[Role, str]] = {
    "en": {
        Role.NAME: "name; full name; patient; patient name; patient full name; client; client name; "
        "client full name; name of patient; patient s name; customer; customer name; attendee; "
        "attendee name; subject; invitee name; contact name",
        Role.FIRST_NAME: "first name; firstname; forename; forenames; given name; given names; "
        "first names; legal first name; fname",
        Role.MIDDLE_NAME: "middle name; middle names; middlename; middle initial",
        Role.LAST_NAME: "last name; lastname; surname; family name; legal last name; lname",
        Role.DATE_OF_BIRTH: "date of birth; dob; d o b; birth date; birthdate; birthday; born; "
        "date birth; birth day",
        Role.DATE: "date; appointment date; appt date; start date; session date; booking date; "
        "visit date; date of appointment; date of service; service date; day; event date; "
        "appointment day; slot date",
        Role.TIME: "time; appointment time; appt time; start time; session time; from; starts; "
        "booking time; time of appointment; begin time; time from; slot time; planned time",
        Role.DATE_TIME: "date time; date and time; appointment date time; appointment date and time; "
        "appointment; start; starts at; start at; appointment start; start date time; when; "
        "appointment start time; start datetime; datetime; scheduled at; appointment at; "
        "begins; scheduled time; date time of appointment; starts on; appt date time; session",
        Role.END: "end; end time; ends; ends at; end at; appointment end; appointment end time; "
        "finish; finish time; to; end date time; time to; end datetime; until",
        Role.MINUTES: "minutes; duration; length; duration minutes; duration mins; duration min; mins; "
        "appointment length; appointment duration; session length; slot length; planned duration",
        Role.STATUS: "status; appointment status; appt status; booking status; attendance; "
        "attendance status; arrival status; session status; appointment state; "
        "confirmation status; slot status; show status; appointment outcome; outcome",
        Role.CANCELLED: "cancelled; canceled; cancelled at; canceled at; cancelled on; cancellation date; "
        "cancellation time; cancellation reason; cancel reason; did not arrive; did not attend; "
        "no show; dna; is cancelled; date cancelled; cancelled date; cancellation; deleted; "
        "no show at; cancelled by",
        Role.SEX: "sex; sex at birth; birth sex; sex assigned at birth; sex recorded at birth; "
        "biological sex; legal sex; administrative sex; gender at birth; sex gender; gender sex",
        Role.PHONE: "phone; telephone; mobile; mobile phone; cell; cell phone; cellphone; mobile number; "
        "phone number; telephone number; tel; tel mobile; mobile no; contact number; phone mobile; "
        "mobile telephone; primary phone; phone 1; tel no; preferred phone; contact phone; "
        "mobile tel; cell number; sms number; phone no; preferred contact number; handphone",
        Role.OTHER_PHONE: "home; home phone; home telephone; home tel; home number; landline; work phone; "
        "work; work number; other phone; phone 2; alternate phone; phone home; tel home; "
        "phone work; evening phone; daytime phone; secondary phone; home tel no; work telephone; "
        "day phone; other number; alternative phone; home phone number; work phone number",
        Role.EMAIL: "email; e mail; email address; e mail address; mail; primary email; contact email; "
        "email 1",
        Role.NUMBER: "number; patient id; patient number; patient no; client id; client number; mrn; "
        "chart number; hospital number; nhs number; nhs no; medical record number; record number; "
        "file number; client no; chart no; patient reference; patient ref; "
        "client reference; patient guid; health number; phn; patient code; client code; "
        "emis number; local number; hospital no; patient identifier",
        Role.CLINICIAN: "clinician; practitioner; provider; therapist; doctor; physio; physiotherapist; "
        "staff member; staff; with; practitioner name; provider name; clinician name; staff name; "
        "osteopath; chiropractor; session holder; consultant; health professional; diary; "
        "assigned to; staff member name; team member; treating practitioner; calendar; "
        "healthcare professional; clinic staff; seen by; rota clinician",
        Role.LANGUAGE: "language; preferred language; spoken language; main language; first language",
        Role.NEEDS: "needs; special needs; accessibility; accessibility needs; reasonable adjustments; "
        "communication needs; accessibility requirements",
        Role.ID: "appointment id; appt id; booking id; appointment number; appointment guid; event id; "
        "booking reference; appointment reference; session id; slot id; appointment uid; uid; "
        "booking number; appointment no; appointment ref; booking ref",
    },
    "de": {
        Role.NAME: "patientenname; patient name; kunde; kundenname; name vorname; patient in; patientin; "
        "name des patienten; vor und nachname; nachname vorname; klient",
        Role.FIRST_NAME: "vorname; vornamen; rufname",
        Role.LAST_NAME: "nachname; familienname; zuname",
        Role.DATE_OF_BIRTH: "geburtsdatum; geb datum; geb; geburtstag; geboren; geboren am; "
        "geb dat; gebdatum",
        Role.DATE: "datum; termindatum; tag; startdatum; datum des termins; beginndatum",
        Role.TIME: "uhrzeit; zeit; beginn; von; startzeit; terminzeit; anfang; beginnt um",
        Role.DATE_TIME: "termin; terminbeginn; datum uhrzeit; datum und uhrzeit; datum zeit; beginnt am",
        Role.END: "ende; bis; endzeit; terminende; endet um",
        Role.MINUTES: "dauer; minuten; dauer min; dauer minuten; termindauer; dauer in minuten",
        Role.STATUS: "terminstatus; zustand",
        Role.CANCELLED: "abgesagt; storniert; absage; absagegrund; nicht erschienen; abgesagt am; "
        "storniert am",
        Role.SEX: "geschlecht; geschlecht bei geburt",
        Role.PHONE: "telefon; handy; mobil; mobiltelefon; telefonnummer; handynummer; mobilnummer; "
        "rufnummer; telefon mobil; tel mobil; tel nr",
        Role.OTHER_PHONE: "telefon privat; festnetz; privat; telefon 2; telefon arbeit; telefon dienstlich; "
        "tel privat; festnetznummer; telefon geschaftlich",
        Role.EMAIL: "e mail adresse; email adresse; mailadresse; emailadresse",
        Role.NUMBER: "patientennummer; patienten nr; pat nr; patnr; patientennr; kundennummer; "
        "patienten id; kartei nr; karteinummer; nummer",
        Role.CLINICIAN: "behandler; behandlerin; therapeut; therapeutin; arzt; arztin; mitarbeiter; "
        "kalender; physiotherapeut; behandler in; mitarbeiterin",
        Role.LANGUAGE: "sprache",
        Role.NEEDS: "bedarf; besonderheiten",
        Role.ID: "termin id; terminnummer; termin nr; buchungsnummer",
    },
    "fr": {
        Role.NAME: "nom du patient; nom complet; nom et prenom; nom prenom; prenom et nom",
        Role.FIRST_NAME: "prenom; prenoms; prenom du patient",
        Role.LAST_NAME: "nom; nom de famille; nom d usage",
        Role.DATE_OF_BIRTH: "date de naissance; ne le; nee le; ne e le; naissance; ddn",
        Role.DATE: "date du rendez vous; date du rdv; date rdv; jour; date de debut",
        Role.TIME: "heure; heure de debut; heure du rendez vous; heure rdv; heure du rdv; debut a",
        Role.DATE_TIME: "rendez vous; rdv; debut; date et heure; date heure; debut du rendez vous",
        Role.END: "fin; heure de fin; fin du rendez vous",
        Role.MINUTES: "duree; duree min; duree minutes; duree en minutes",
        Role.STATUS: "statut; etat; presence; statut du rdv; statut du rendez vous",
        Role.CANCELLED: "annule; annulation; absent; annule le; motif d annulation; non venu",
        Role.SEX: "sexe; sexe a la naissance",
        Role.PHONE: "portable; mobile; telephone portable; telephone mobile; tel portable; tel",
        Role.OTHER_PHONE: "telephone fixe; fixe; domicile; tel fixe; autre telephone; telephone secondaire",
        Role.EMAIL: "courriel; adresse email; adresse e mail; adresse mail; mel",
        Role.NUMBER: "numero de dossier; numero patient; n dossier; identifiant patient; no de dossier",
        Role.CLINICIAN: "praticien; medecin; therapeute; agenda; kine; docteur; professionnel",
        Role.LANGUAGE: "langue",
        Role.NEEDS: "besoins",
        Role.ID: "identifiant du rendez vous; id rdv; numero de rendez vous; id rendez vous",
    },
    "es": {
        Role.NAME: "nombre completo; paciente; nombre del paciente; nombre y apellidos; cliente",
        Role.FIRST_NAME: "nombre; nombres",
        Role.LAST_NAME: "apellidos; apellido",
        Role.DATE_OF_BIRTH: "fecha de nacimiento; nacimiento; f nacimiento; fecha nacimiento",
        Role.DATE: "fecha; fecha de la cita; fecha cita; dia",
        Role.TIME: "hora; hora de inicio; hora de la cita; hora inicio",
        Role.DATE_TIME: "cita; fecha y hora; inicio; fecha hora",
        Role.END: "fin; hora de fin; hora fin; hasta",
        Role.MINUTES: "duracion; minutos; duracion min; duracion minutos",
        Role.STATUS: "estado; estado de la cita; asistencia",
        Role.CANCELLED: "cancelada; anulada; cancelado; no asistio",
        Role.SEX: "sexo; sexo al nacer",
        Role.PHONE: "movil; telefono; telefono movil; celular; numero de telefono",
        Role.OTHER_PHONE: "telefono fijo; fijo; otro telefono; telefono 2; telefono de casa",
        Role.EMAIL: "correo; correo electronico; direccion de correo",
        Role.NUMBER: "numero de paciente; n historia; historia clinica; numero de historia",
        Role.CLINICIAN: "profesional; fisioterapeuta; medico; terapeuta; especialista",
        Role.LANGUAGE: "idioma",
        Role.NEEDS: "necesidades",
        Role.ID: "id cita; id de la cita; numero de cita",
    },
    "it": {
        Role.NAME: "paziente; nome e cognome; cognome e nome; nome completo; nominativo; cognome nome",
        Role.FIRST_NAME: "nome",
        Role.LAST_NAME: "cognome",
        Role.DATE_OF_BIRTH: "data di nascita; nato il; nata il; nascita; data nascita",
        Role.DATE: "data; data appuntamento; giorno; data dell appuntamento",
        Role.TIME: "ora; ora inizio; orario; ora di inizio; dalle",
        Role.DATE_TIME: "appuntamento; data e ora; inizio; data ora",
        Role.END: "fine; ora fine; ora di fine; alle",
        Role.MINUTES: "durata; minuti; durata min; durata minuti",
        Role.STATUS: "stato; stato appuntamento",
        Role.CANCELLED: "annullato; disdetto; cancellato; annullata; disdetta",
        Role.SEX: "sesso; sesso alla nascita",
        Role.PHONE: "cellulare; telefono; numero di telefono",
        Role.OTHER_PHONE: "telefono fisso; fisso; telefono casa; altro telefono",
        Role.EMAIL: "posta elettronica; indirizzo email; indirizzo e mail",
        Role.NUMBER: "numero paziente; codice paziente; numero cartella",
        Role.CLINICIAN: "medico; terapista; fisioterapista; operatore; professionista",
        Role.LANGUAGE: "lingua",
        Role.NEEDS: "esigenze",
        Role.ID: "id appuntamento; numero appuntamento",
    },
    "nl": {
        Role.NAME: "naam; patientnaam; volledige naam; client; clientnaam; naam patient",
        Role.FIRST_NAME: "voornaam; roepnaam; voornamen",
        Role.MIDDLE_NAME: "tussenvoegsel; voorvoegsel",
        Role.LAST_NAME: "achternaam; familienaam",
        Role.DATE_OF_BIRTH: "geboortedatum; geboren; geb datum",
        Role.DATE: "datum; afspraakdatum; datum afspraak",
        Role.TIME: "tijd; starttijd; begintijd; tijdstip; aanvang; van",
        Role.DATE_TIME: "afspraak; datum en tijd; datum tijd; begin",
        Role.END: "einde; eindtijd; tot",
        Role.MINUTES: "duur; minuten; duur min; duur minuten",
        Role.STATUS: "afspraakstatus",
        Role.CANCELLED: "geannuleerd; afgezegd; niet verschenen; no show",
        Role.SEX: "geslacht; geboortegeslacht",
        Role.PHONE: "telefoon; mobiel; telefoonnummer; mobiel nummer; gsm; mobiele telefoon",
        Role.OTHER_PHONE: "telefoon thuis; vaste telefoon; telefoon werk; telefoon 2; vast nummer",
        Role.EMAIL: "e mailadres; emailadres; mailadres",
        Role.NUMBER: "patientnummer; clientnummer; dossiernummer; patient nr",
        Role.CLINICIAN: "behandelaar; therapeut; medewerker; fysiotherapeut; arts; agenda",
        Role.LANGUAGE: "taal",
        Role.ID: "afspraaknummer; afspraak id",
    },
    "pl": {
        Role.NAME: "pacjent; imie i nazwisko; nazwisko i imie; klient",
        Role.FIRST_NAME: "imie; imiona",
        Role.LAST_NAME: "nazwisko",
        Role.DATE_OF_BIRTH: "data urodzenia; urodzony; urodzona; data ur",
        Role.DATE: "data; data wizyty; dzien; termin wizyty",
        Role.TIME: "godzina; czas; godzina wizyty; od; godzina rozpoczecia",
        Role.DATE_TIME: "wizyta; termin; data i godzina; poczatek; data godzina",
        Role.END: "koniec; do; godzina zakonczenia",
        Role.MINUTES: "czas trwania; minuty; dlugosc; czas trwania min",
        Role.STATUS: "status wizyty; stan",
        Role.CANCELLED: "odwolana; anulowana; odwolano",
        Role.SEX: "plec",
        Role.PHONE: "telefon; komorka; telefon komorkowy; nr telefonu; numer telefonu",
        Role.OTHER_PHONE: "telefon stacjonarny; telefon domowy; telefon 2",
        Role.EMAIL: "adres e mail; adres email; poczta",
        Role.NUMBER: "numer pacjenta; nr pacjenta; numer karty; nr karty",
        Role.CLINICIAN: "lekarz; terapeuta; fizjoterapeuta; specjalista; pracownik",
        Role.LANGUAGE: "jezyk",
        Role.ID: "id wizyty; numer wizyty; nr wizyty",
    },
    "pt": {
        Role.NAME: "paciente; nome completo; nome do paciente; utente; cliente",
        Role.FIRST_NAME: "primeiro nome; nome proprio",
        Role.LAST_NAME: "apelido; sobrenome; ultimo nome",
        Role.DATE_OF_BIRTH: "data de nascimento; nascimento; data nascimento; data nasc",
        Role.DATE: "data; data da consulta; dia",
        Role.TIME: "hora; hora de inicio; horario; hora inicio",
        Role.DATE_TIME: "consulta; data e hora; inicio; data hora",
        Role.END: "fim; hora de fim; termino; hora fim",
        Role.MINUTES: "duracao; minutos; duracao min",
        Role.STATUS: "estado; situacao; estado da consulta",
        Role.CANCELLED: "cancelado; cancelada; anulada; faltou; desmarcada",
        Role.SEX: "sexo; sexo ao nascer",
        Role.PHONE: "telemovel; telefone; celular; numero de telefone",
        Role.OTHER_PHONE: "telefone fixo; fixo; telefone de casa; outro telefone",
        Role.EMAIL: "correio eletronico; endereco de email",
        Role.NUMBER: "numero do utente; numero do paciente; numero de processo",
        Role.CLINICIAN: "profissional; fisioterapeuta; medico; terapeuta",
        Role.LANGUAGE: "idioma; lingua",
        Role.ID: "id consulta; numero da consulta",
    },
}
# Said before a heading without changing what it names.
_BEFORE = re.compile(r"^(?:patients?|pt|clients?|customer|patienten|kunden|attendee|invitee)(?: s)? (?=.)")


def plain(heading: str) -> str:
    """A heading without accents, signs, capitals and brackets: "Geb.-Datum (T)" is "geb datum"."""
    bare = re.sub(r"[(\[].*?[)\]]", " ", heading)
    letters = unicodedata.normalize("NFKD", (bare if bare.strip() else heading).casefold())
    joined = "".join(each for each in letters if not unicodedata.combining(each)).replace("ł", "l")
    return " ".join(re.sub(r"[\W_]+", " ", joined).split())


def role_of(heading: str) -> Role:
    """What a column with this heading holds as far as the heading says."""
    words = plain(heading)
    return _ROLES.get(words) or _ROLES.get(_BEFORE.sub("", words)) or Role.NOTHING


def _by_heading() -> dict[str, Role]:
    found: dict[str, Role] = {}
    for table in HEADINGS.values():
        for role, headings in table.items():
            for each in headings.split("; "):
                # English first: "name" is the whole name, wherever it means less elsewhere.
                found.setdefault(each, role)
    return found | {plain(role): role for role in Role if role and role is not Role.ID}


_ROLES = _by_heading()
