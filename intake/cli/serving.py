"""The commands that serve the clinic: `start` for one computer, `serve` for the pages alone.

The worker (`work`) is a process of its own: it makes the documents, which would keep patients waiting.
"""

import gc
import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from intake.cli import Commands, loading, service_manager
from intake.cli.clinic import LAST_PORT, welcome
from intake.cli.opened import opened_clinic

HOST = click.option(
    "--host", default="127.0.0.1", help="Where to listen; 0.0.0.0 for every network. Behind a proxy only."
)
PROCESSES = click.option(
    "--processes",
    type=click.IntRange(1, 64),
    envvar="WEB_CONCURRENCY",
    help="Web processes; one for each processor when not said.",
)


@click.command("start")
@HOST
@PROCESSES
@with_appcontext
def start_command(host: str, processes: int | None) -> None:
    """Serve the clinic on PORT (8000), with its worker; a new one begins with made-up patients."""
    # The web server is needed by no other command.
    from intake.server.companion import Companion

    clinic, port = opened_clinic(), _port()
    listener = _listening(host, port)
    clinic.database.migrate()
    if not clinic.settings.production and clinic.database.is_empty():
        from intake.demo import demonstration

        click.echo("Making the demonstration clinic: made-up patients, one moment ...")
        demonstration.fill(clinic.database, clinic.settings, now=clinic.now())
    (clinic.settings.data_dir / LAST_PORT).write_text(str(port))
    beside = Companion([sys.executable, "-m", "intake", "work-beside", str(os.getpid())])
    _serve(
        clinic,
        listener,
        processes,
        lambda: welcome(clinic.database, clinic.settings, clinic.now(), port),
        beside,
    )


@click.command("serve")
@HOST
@PROCESSES
@with_appcontext
def serve_command(host: str, processes: int | None) -> None:
    """Serve the pages alone on PORT (8000); `work` runs elsewhere, and documents and messages wait for it."""
    clinic, port = opened_clinic(), _port()
    listener = _listening(host, port)
    clinic.database.migrate()

    def say() -> None:
        from intake.services.messages.worker_watch import say_if_nobody_works

        click.echo(f"Backstory is open on http://{host}:{port}")
        say_if_nobody_works(clinic.database, clinic.now())

    _serve(clinic, listener, processes, say)


@click.command("work-beside", hidden=True)
@click.argument("parent", type=int)
@click.pass_context
def work_beside_command(context: click.Context, parent: int) -> None:
    """`work`, for `start`: it ends when `start` ends."""
    from intake.server import companion

    companion.end_with(parent)
    work = Commands().get_command(context, "work")
    assert work is not None
    context.invoke(work)


def _serve(
    clinic: Any,
    listener: Any,
    processes: int | None,
    say: Callable[[], None],
    beside: Any = None,
) -> None:
    from intake.server import master
    from intake.server.pulse import Pulse

    pulse = Pulse()
    at, on = listener.getsockname()[:2]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with loading():
        app.extensions["add_pages"]()

    def opened() -> None:
        say()
        # No connection is shared by two processes: each opens its own.
        clinic.database.dispose()
        gc.collect()
        # What is loaded by now stays for good, and is shared.
        gc.freeze()

    def begin() -> None:
        # So that the first search of the day does not wait for everybody to be read.
        threading.Thread(target=clinic.patient_index.bring_up_to_date, name="patients", daemon=True).start()
        # In the process that answers: a thread does not survive a fork.
        service_manager.keep_alive(at, on, pulse.was_felt)

    many = processes or master.processes_wanted()
    closing = partial(click.echo, "Closing ...")
    master.serve(master.Served(app, listener, many, opened, closing, begin, pulse, beside))


def _listening(host: str, port: int) -> Any:
    from intake.server import master

    try:
        return master.listen(host, port)
    except OSError as problem:
        raise click.ClickException(
            f"Port {port} cannot be used ({problem.strerror}). Choose another: PORT=8001 make run"
        ) from None


def _port() -> int:
    port = os.environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise click.ClickException(f"PORT is {port!r}: it must be a number from 1 to 65535.")
    return int(port)
