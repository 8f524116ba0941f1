"""Whatever a library or an exception says, the log tells where, and nothing that came from outside."""

import json
import logging
import sys
import threading

import pytest

from intake.logs import catch_what_ends_a_thread, install_logs, request_id

CANARY = "Canary Smith 1958-03-07"


@pytest.fixture(params=[True, False], ids=["json", "words"])
def written(request, capsys):
    """What was written to the standard error so far."""
    install_logs(as_json=request.param)
    yield lambda: capsys.readouterr().err
    install_logs(as_json=False)


def fails() -> None:
    raise ValueError(CANARY)


@pytest.mark.parametrize(
    "name",
    ["gunicorn.error", "gunicorn.access", "werkzeug", "huey", "sqlalchemy.pool", "any.library", "root"],
)
def test_a_line_of_a_library_keeps_its_fixed_words_and_its_numbers(name, written):
    logger = logging.getLogger(name)
    logger.error("Error %s in worker %d for %r", CANARY, 4711, [CANARY])
    logger.error(f"Invalid request: {CANARY}")
    logger.error("Said %(what)s", {"what": CANARY})
    logger.error(ValueError(CANARY))
    try:
        fails()
    except ValueError:
        logger.exception("Unhandled %s", CANARY, stack_info=True)

    said = written()
    assert "Canary" not in said
    assert "1958" not in said
    assert "Error ... in worker 4711 for" in said
    assert "ValueError at" in said


def test_a_server_that_brings_its_own_handler_gets_the_same_words(written):
    logger = logging.getLogger("gunicorn.error")
    own = logging.StreamHandler(sys.stderr)
    logger.addHandler(own)
    try:
        fails()
    except ValueError:
        logger.exception("Error handling request %s", f"/i/{CANARY}")
    finally:
        logger.removeHandler(own)

    said = written()
    assert "Canary" not in said
    assert said.count("Error handling request ...") == 2


def test_what_we_say_ourselves_is_said_whole_but_for_the_message_of_an_exception(written):
    request_id.set("abc234")
    try:
        fails()
    except ValueError:
        logging.getLogger("intake.tasks.queue").warning("%s failed", "send_reminder", exc_info=True)
    request_id.set("")

    said = written()
    assert "send_reminder failed" in said
    assert "abc234" in said
    assert "ValueError at" in said
    assert "Canary" not in said


def test_each_line_of_json_is_one_line_whatever_is_in_it(capsys):
    install_logs(as_json=True)
    logging.getLogger("intake").warning('Two\nlines, "quoted"\r\n{"time": 1}')
    install_logs(as_json=False)

    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["message"].startswith("Two\nlines")


def test_an_exception_that_ends_a_thread_is_logged_without_its_message(written, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    catch_what_ends_a_thread()
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()

    said = written()
    assert "Ended by ValueError at" in said
    assert "Canary" not in said


def test_nobody_is_written_to_twice(capsys):
    for _ in range(3):
        install_logs(as_json=True)
    logging.getLogger("intake").warning("Once")
    install_logs(as_json=False)

    assert capsys.readouterr().err.count("Once") == 1


def test_no_words_make_a_second_line_or_move_a_cursor(capsys):
    for as_json in (False, True):
        install_logs(as_json=as_json)
        logging.getLogger("intake").warning("Refused\r\nERROR intake: made up\x1b[2J\u2028\x85")
        install_logs(as_json=False)

        written = capsys.readouterr().err
        assert written.endswith("\n")
        assert len(written.splitlines()) == 1
        assert "made up" in written
        assert "\x1b" not in written
