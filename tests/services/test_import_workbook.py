"""A workbook becomes the text of a table, or is refused in words; nothing in it is run or followed."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from intake.services.appointments.importing import SheetAsked, Unreadable, read, text_of

LONDON = ZoneInfo("Europe/London")
HEADER = ("date", "time", "name", "date_of_birth", "phone", "number")
ANNA = (date(2026, 12, 1), time(9, 40), "Anna Canary", date(1962, 3, 27), 447700900123, "0012")


def written(*rows: tuple, hidden: tuple = (), epoch=None, others: tuple = ()) -> bytes:
    book = Workbook()
    if epoch:
        book.epoch = epoch
    book.active.title = "Week"
    for row in rows:
        book.active.append(row)
    for name in (*others, *hidden):
        sheet = book.create_sheet(name)
        sheet.append(HEADER)
        sheet.append(("2026-12-01", "10:00", "Somebody Else", "1950-02-01"))
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rewritten(content: bytes, name: str, change) -> bytes:
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return out.getvalue()


def cells_of(content: bytes, **choice) -> dict[str, str]:
    (row,) = read(text_of(content, **choice).text, zone=LONDON).rows
    return {name: words for name, words in row.cells.items() if words}


def refused(content: bytes) -> str:
    with pytest.raises(Unreadable) as problem:
        text_of(content)
    return problem.value.why


def test_days_times_and_numbers_are_read_as_they_are_seen():
    assert cells_of(written(HEADER, ANNA)) == {
        "date": "2026-12-01",
        "time": "09:40",
        "name": "Anna Canary",
        "date_of_birth": "1962-03-27",
        "phone": "447700900123",
        "number": "0012",
    }


def test_a_workbook_that_counts_days_from_1904_has_the_same_days():
    assert cells_of(written(HEADER, ANNA, epoch=CALENDAR_MAC_1904))["date_of_birth"] == "1962-03-27"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (
            datetime(2026, 12, 1, 9, 39, 59, 999000),  # noqa: DTZ001  (a cell has no zone)
            "2026-12-01 09:40",
        ),
        (
            datetime(2026, 12, 1),  # noqa: DTZ001
            "2026-12-01",
        ),
        (7700900123.0, "7700900123"),
        (4.4771e11, "447710000000"),
        (12.5, "12.5"),
        (True, "yes"),
        (timedelta(minutes=45), "0:45"),
        (1.23456789012345678e18, "1234567890123460000"),
        ("a\tb\nc", "a b c"),
    ],
)
def test_a_value_is_written_as_text(value, text):
    content = written(("needs", "x"), (value, "x"))

    assert text_of(content).text.split("\n")[1].split("\t")[0] == text


def test_a_formula_gives_the_value_it_was_saved_with_and_one_without_any_is_no_name():
    content = written(HEADER, (*ANNA[:2], "=CONCAT(A1,B1)", *ANNA[3:]))
    saved = rewritten(
        content,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<c r="C2">', b'<c r="C2" t="str">').replace(
            b"<v></v>", b"<v>Anna Canary</v>"
        ),
    )

    assert cells_of(saved)["name"] == "Anna Canary"
    assert cells_of(content)["name"] == "=CONCAT(A1,B1)"


def test_a_hidden_sheet_is_not_read_and_that_is_said():
    opened = text_of(written(HEADER, ANNA, hidden=("Old patients",)))

    assert "Somebody Else" not in opened.text
    assert "The sheet “Old patients” is hidden and was not read." in opened.notes


def test_rows_that_a_filter_hides_are_read_and_that_is_said():
    content = rewritten(
        written(HEADER, ANNA),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<row r="2"', b'<row r="2" hidden="1"'),
    )

    opened = text_of(content)

    assert "Anna Canary" in opened.text
    assert any("Rows that are hidden" in note for note in opened.notes)


def test_of_several_sheets_one_is_asked_for():
    content = written(HEADER, ANNA, others=("Next week",))

    with pytest.raises(SheetAsked) as asked:
        text_of(content)

    assert asked.value.names == ("Week", "Next week")
    assert cells_of(content, sheet="Next week")["name"] == "Somebody Else"
    assert "The sheet “Next week” was read." in text_of(content, sheet="Next week").notes


def test_an_empty_sheet_is_no_second_one():
    book = Workbook()
    book.active.append(HEADER)
    book.active.append(ANNA)
    book.create_sheet("Sheet2")
    out = io.BytesIO()
    book.save(out)

    assert cells_of(out.getvalue())["name"] == "Anna Canary"


def test_what_unpacks_to_far_more_than_it_is_is_refused_before_it_is_read():
    content = rewritten(
        written(HEADER, ANNA),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</worksheet>", b" " * 30 * 1024 * 1024 + b"</worksheet>"),
    )

    assert len(content) < 1024 * 1024
    assert "unpacks to far more" in refused(content)


@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_entities_of_its_own_are_refused(part, coding):
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    content = rewritten(written(HEADER, ANNA), part, lambda _: bomb.encode(coding))

    assert "broken, locked or not complete" in refused(content)


def test_a_sheet_that_says_it_is_small_or_enormous_is_read_as_it_is():
    for said in (b"A1", b"A1:XFD1048576"):
        content = rewritten(
            written(HEADER, ANNA),
            "xl/worksheets/sheet1.xml",
            lambda xml, said=said: xml.replace(b'<dimension ref="A1:F2"', b'<dimension ref="' + said + b'"'),
        )
        assert cells_of(content)["name"] == "Anna Canary"


def test_a_cell_far_down_or_far_to_the_right_is_refused_in_words():
    for cell, far in ((b'<row r="2"', b'<row r="900000"'), (b'r="F2"', b'r="XFD2"')):
        content = rewritten(
            written(HEADER, ANNA),
            "xl/worksheets/sheet1.xml",
            lambda xml, cell=cell, far=far: xml.replace(cell, far),
        )
        assert "lines or" in refused(content)


def test_a_file_in_a_zip_is_no_workbook():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("week.csv", "date,time")

    assert "no workbook" in refused(out.getvalue())


@given(st.data())
def test_any_damage_is_refused_in_words_or_read(data):
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    length = data.draw(st.integers(4, len(content)))

    text, why = None, ""
    try:
        text = text_of(bytes(content[:length])).text
    except Unreadable as unreadable:
        why = unreadable.why
    assert text is not None or why


WHOLE = written(HEADER, ANNA)


def test_cells_that_span_rows_are_said_and_a_title_over_columns_is_not():
    def merged(place: str) -> tuple[str, ...]:
        more = f'</sheetData><mergeCells count="1"><mergeCell ref="{place}"/></mergeCells>'.encode()
        content = rewritten(
            written(HEADER, ANNA, ANNA),
            "xl/worksheets/sheet1.xml",
            lambda xml: xml.replace(b"</sheetData>", more),
        )
        return text_of(content).notes

    assert any("span several rows" in note for note in merged("A2:A3"))
    assert merged("A1:E1") == ()
