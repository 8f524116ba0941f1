"""Backstory: what a patient with back pain tells the clinic before the appointment.

The layers, lowest first; a module imports from layers below its own, never from above:

    logs                what a process writes to its log
    opening             when the clinic is open
    resources           where templates, static files and migrations lie
    spreadsheet         cells that no spreadsheet takes for a formula
    i18n, config        words in the reader's language; settings from the environment
    questionnaire       what we ask: pages, questions, options, and when each is asked
    red_flags           what must not be missed: rules over the answers that count
    instruments         scored scales
    summary             answers and screening become what the clinician reads
    documents           the summary as PDF, plain text and FHIR
    messaging           how e-mail and text messages leave
    storage             what we keep, encrypted
    services            what the clinic does: invite, save a page, send, acknowledge
    tasks               work done beside the request
    demo                the clinic of made-up patients
    web, cli            the pages, and the commands
    app                 puts it together
    __main__            the `backstory` command
"""

__version__ = "0.2.0"
