"""Nothing overlaps, nothing is clipped, columns are shared: what no validator sees."""

from itertools import combinations
from typing import Any

import pytest
from weasyprint.formatting_structure import boxes

from intake.documents import Paper
from intake.documents.pdf import summary as pdf
from intake.documents.pdf.columns import filling, height, shared
from intake.documents.pdf.engine import engine
from intake.documents.pdf.layout import view_of
from intake.documents.pdf.plans import FULL, PLANS, Plan
from intake.documents.pdf.view import SectionView
from intake.documents.safety_box import BoxRow
from tests.documents.reading import font_names
from tests.documents.summaries import hostile, summary_of, whole

CASES = {"typical": summary_of("V05"), "not sure": summary_of("V31"), "whole": whole(), "hostile": hostile()}


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("case", CASES)
def test_no_two_lines_of_text_overlap_and_all_stand_on_the_paper(case: str, paper: Paper) -> None:
    document = pdf.laid_out(CASES[case], engine(paper))

    for page in document.pages:
        lines = list(text_lines(page._page_box))
        for left, top, right, bottom in lines:
            assert 0 <= left <= right <= page.width
            assert 0 <= top <= bottom <= page.height
        assert not [pair for pair in combinations(lines, 2) if overlap(*pair)]


@pytest.mark.parametrize(
    ("case", "said"), [("V01", {"mc_main": "I take warfarin"}), ("V05", None), ("V20", None), ("V31", None)]
)
def test_no_line_of_text_stands_over_the_sign_of_the_safety_box(
    case: str, said: dict[str, str] | None
) -> None:
    page = pdf.laid_out(summary_of(case, said), engine("A4")).pages[0]._page_box
    (sign,) = (box for box in page.descendants() if is_sign(box))
    left, top = sign.content_box_x(), sign.content_box_y()

    around = (left, top, left + sign.width, top + sign.height)
    assert not [line for line in text_lines(page) if overlap(line, around)]


def is_sign(box: Any) -> bool:
    return isinstance(box, boxes.ReplacedBox) and box.element.get("class") == "sign"


def test_each_figure_stands_inside_its_column() -> None:
    for page in pdf.laid_out(CASES["whole"], engine("A4")).pages:
        for box in page._page_box.descendants():
            if isinstance(box, boxes.ReplacedBox):
                assert box.position_x + box.width <= page.width - 40


@pytest.mark.parametrize("case", CASES)
def test_only_our_fonts_are_used_so_digits_are_never_those_of_an_emoji_font(case: str) -> None:
    names = font_names(pdf.render(CASES[case]))

    assert all(name.startswith(("Atkinson", "Noto-Sans", "WenQuanYi")) for name in names), names


def test_a_crowded_page_gives_up_what_comes_last_and_the_map_last_of_all() -> None:
    summary = CASES["whole"]

    full = view_of(summary, FULL, approved=True)
    sparse = view_of(summary, Plan(sections=3), approved=True)

    assert full.map_first
    assert (full.moved_left, full.moved_right) == ((), ())
    assert sparse.map_first
    assert [plan.map_first for plan in PLANS] == [True] * (len(PLANS) - 1) + [False]
    moved = [section.title for section in (*sparse.moved_left, *sparse.moved_right)]
    assert moved == ["Background", "Ideas, concerns, questions"]


@pytest.mark.parametrize("plan", PLANS)
def test_every_plan_holds_every_section_once(plan: Plan) -> None:
    view = view_of(CASES["whole"], plan, approved=True)

    sections = (*view.beside, *view.left, *view.right, *view.moved_left, *view.moved_right)
    titles = [section.title for section in sections]
    beside_them = ("More about the pain", "Medicines and background")
    assert [title for title in titles if title not in beside_them] == [
        "Impact",
        "Treatments tried",
        "Medicines and allergies",
        "Background",
        "Ideas, concerns, questions",
    ]


def test_columns_keep_the_order_and_are_about_level() -> None:
    sections = [section(rows) for rows in (1, 2, 3, 6)]

    left, right = shared(sections)

    assert [*left, *right] == sections
    assert len(left) == 3
    assert filling(sections, height(sections[:2])) == 2
    assert filling(sections, 0) == 0


def section(rows: int) -> SectionView:
    return SectionView(f"{rows} rows", tuple(BoxRow("label", "text") for _ in range(rows)))


def text_lines(box: Any) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of the ink of each line of text, descenders left out."""
    return [
        (text.position_x, text.position_y, text.position_x + text.width, text.position_y + text.baseline)
        for text in box.descendants()
        if isinstance(text, boxes.TextBox) and text.text.strip()
    ]


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return wide > 1 and tall > 3
