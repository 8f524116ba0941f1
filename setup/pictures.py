"""`make pictures`: the pictures of README.md, from a demonstration clinic of today."""

import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from intake.demo import demonstration
from intake.demo.clinic import DemoClinic
from intake.demo.scenes import STAFF
from intake.storage.models import Appointment, Role
from tests.e2e.clinic import PHONE, LiveClinic, chromium, running
from tests.e2e.visitors import Finger, come_in, walk

FOLDER = Path(__file__).parents[1] / "docs/pictures"
DESK: ViewportSize = {"width": 1280, "height": 860}
EDGE, GROUND = 30, "#dde5e8"
COLOURS = 128


def main() -> int:
    """Write every picture anew; 1 when a program is missing."""
    if shutil.which("pdftoppm") is None:
        print("Pictures of PDF pages need pdftoppm: apt-get install poppler-utils", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as clinic:
        demonstration.fill(clinic.database, clinic.settings, now=clinic.app.clinic.now())
        clinic.app.clinic.queue.sweep()
        demo = DemoClinic(clinic.database, clinic.settings, clinic.app.clinic.now())
        patients = {scene.vignette: each for scene, copy, each in demo.present() if copy == 0}
        with sync_playwright() as play, play.chromium.launch(**chromium()) as browser:
            _form(clinic, browser)
            _desk(clinic, browser, demo)
            _clinician(clinic, browser, demo, patients)
    _summary()
    return 0


def _form(clinic: LiveClinic, browser: Browser) -> None:
    """Three pages of the form side by side: the body map, a page of questions, and a card."""
    page = browser.new_context(**PHONE, base_url=clinic.settings.public_url).new_page()
    patient, shots = clinic.invite("V38"), list[bytes]()

    def look(here: Page) -> None:
        if here.url.endswith("/form/u_effort") and not shots:
            beside = here.context.new_page()
            for address in ("/form/p_where", "/form/u_chest"):
                beside.goto(address)
                shots.append(beside.screenshot())
            beside.close()

    come_in(page, patient, Finger())
    walk(page, patient, Finger(), look=look, to="/form/now")
    while not page.get_by_role("link", name="Call 999", exact=True).count():
        page.locator("button:is([value=continue], [value=understood])").click()
        page.wait_for_url(lambda url: "now" not in url)
        walk(page, patient, Finger(), look=look, to="/form/now")
    card = page.screenshot()
    page.context.close()
    pages = [Image.open(BytesIO(shot)) for shot in (*shots, card)]
    width, height = pages[0].size
    whole = Image.new("RGB", (3 * width + 4 * EDGE, height + 2 * EDGE), GROUND)
    for count, each in enumerate(pages):
        whole.paste(each, (EDGE + count * (width + EDGE), EDGE))
    _keep(whole, "form")


def _desk(clinic: LiveClinic, browser: Browser, demo: DemoClinic) -> None:
    page = _signed_in(clinic, browser, demo, Role.RECEPTION)
    page.goto("/day/")
    _shoot(page, "day")
    page.get_by_role("button", name="I am doing this").first.click()
    page.wait_for_url("**/alerts/*")
    _shoot(page, "call")
    page.context.close()


def _clinician(
    clinic: LiveClinic, browser: Browser, demo: DemoClinic, patients: dict[str, Appointment]
) -> None:
    page = _signed_in(clinic, browser, demo, Role.CLINICIAN)
    page.goto("/worklist/?whose=everybody")
    _shoot(page, "worklist")
    page.goto(f"/intakes/{patients['V05'].intake.id}")
    _shoot(page, "reader")
    page.context.close()


def _summary() -> None:
    """Page 1 of a vignette's summary."""
    with tempfile.TemporaryDirectory() as folder:
        file, picture = Path(folder) / "summary.pdf", Path(folder) / "page"
        render = [sys.executable, "-m", "flask", "--app", "wsgi", "render", "V20", "-o", str(file)]
        subprocess.run([*render, "--format", "pdf"], check=True, cwd=FOLDER.parents[1])
        shrink = ["-png", "-r", "110", "-f", "1", "-l", "1", "-singlefile"]
        subprocess.run(["pdftoppm", *shrink, str(file), str(picture)], check=True)
        _keep(Image.open(picture.with_suffix(".png")).convert("RGB"), "summary")


def _signed_in(clinic: LiveClinic, browser: Browser, demo: DemoClinic, role: Role) -> Page:
    page = browser.new_context(viewport=DESK, base_url=clinic.settings.public_url).new_page()
    staff = next(each for each in STAFF if Role(each.role) is role)
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(staff.email)
    page.get_by_label("Password").fill(demo.password(staff))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def _shoot(page: Page, name: str) -> None:
    _keep(Image.open(BytesIO(page.screenshot())).convert("RGB"), name)


def _keep(picture: Image.Image, name: str) -> None:
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
