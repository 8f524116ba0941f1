"""What another web server loads, `wsgi:app`, and what the commands stand on, `flask --app wsgi`.

Such a server serves the pages alone: `flask --app wsgi work` makes the documents and sends the messages.
"""

import atexit
import gc
import os

# What is loaded now stays for good: looking through it for garbage takes a sixth of the start.
gc.disable()

import click  # noqa: E402

from intake.app import create_app, for_commands  # noqa: E402
from intake.config import SettingsInvalid  # noqa: E402
from intake.logs import catch_what_ends_a_thread, catch_what_ends_the_process  # noqa: E402

from_flask = os.environ.get("FLASK_RUN_FROM_CLI") == "true"
context = click.get_current_context(silent=True)
# Flask looks for one of our commands before any command runs, and these need no pages. Its own (`run`,
# `routes`) load the application once they run.
only_commands = from_flask and context is not None and context.parent is None
if only_commands:
    # The end frees everything: looking through it for garbage first takes a tenth of a short command.
    atexit.register(gc.freeze)

try:
    app = for_commands() if only_commands else create_app()
except SettingsInvalid as problem:
    raise SystemExit(str(problem)) from None
finally:
    gc.enable()

catch_what_ends_a_thread()
if app.clinic.environment.production:
    catch_what_ends_the_process()
# A server finds out now that a key is the wrong one, and says whether anybody works beside it; most commands
# need no database at all.
if not from_flask:
    from intake.services.messages.worker_watch import say_if_nobody_works
    from intake.storage import WrongKey, WrongMode
    from intake.storage.encryption import KeyFileUnreadable, KeyFileUnsafe
    from intake.web.metrics import share_counts

    share_counts(app.clinic.environment)
    try:
        app.clinic.database.check_keys(new=False)
    except (WrongKey, WrongMode, KeyFileUnreadable, KeyFileUnsafe) as problem:
        raise SystemExit(str(problem)) from None
    say_if_nobody_works(app.clinic.database, app.clinic.now())
    # A server may fork now, and no connection is shared by two processes.
    app.clinic.database.dispose()
