"""A clinic whose staff sign on by a provider, people who are known there, and browsers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from intake.config import Settings
from intake.storage import Database
from intake.storage.models import Role, User
from tests.conftest import Clock
from tests.sso.provider import CLIENT_ID, CLIENT_SECRET, HostileProvider, Person, running_provider
from tests.strict import make_strict
from tests.web.conftest import add_staff
from tests.web.staff import Colleague

if TYPE_CHECKING:
    from intake.app import Backstory

LABEL = "Sign in with the hospital"


@dataclass
class Browser(Colleague):
    """Somebody's browser, which can go to the provider and come back."""

    provider: HostileProvider | None = None

    def leaves(self, address: str = "/sign-on") -> str:
        """Go there; the address of the provider that the browser is sent to."""
        answer = self.client.get(address)
        assert answer.status_code == 303, answer.status
        assert answer.location.startswith(f"{self._there.url}/authorize?"), answer.location
        return answer.location

    def signs_on(self, person: Person, address: str = "/sign-on", **along: object) -> "Browser":
        """All of the way, to the page it ends on."""
        self.opens(self._there.comes_back(self.leaves(address), person, **along))
        return self

    @property
    def is_in(self) -> bool:
        """They are signed in."""
        return self.client.get("/here", headers={"X-Signed-In": self._who}).status_code == 204

    @property
    def _who(self) -> str:
        return str(self.user.id) if self.user is not None else ""

    @property
    def _there(self) -> HostileProvider:
        assert self.provider is not None
        return self.provider


@pytest.fixture
def provider(clock: Clock) -> Iterator[HostileProvider]:
    with running_provider(clock) as answering:
        yield answering


@pytest.fixture
def said() -> dict[str, str]:
    """What the environment says besides; a test module may say more."""
    return {}


@pytest.fixture
def settings(tmp_path: Path, provider: HostileProvider, said: dict[str, str]) -> Settings:
    return Settings.from_environment(
        {
            "BACKSTORY_DATA_DIR": str(tmp_path / "data"),
            "BACKSTORY_KEY_FILE": str(tmp_path / "keys/keys.json"),
            "BACKSTORY_SIGN_ON_ISSUER": provider.url,
            "BACKSTORY_SIGN_ON_CLIENT_ID": CLIENT_ID,
            "BACKSTORY_SIGN_ON_CLIENT_SECRET": CLIENT_SECRET,
            "BACKSTORY_SIGN_ON_LABEL": LABEL,
            **{f"BACKSTORY_{name}": words for name, words in said.items()},
        }
    )


@pytest.fixture
def rosa(clinic_database: Database, clock: Clock) -> User:
    """She works at reception, and has not signed on yet."""
    return add_staff(clinic_database, clock, "Rosa Reception", Role.RECEPTION)


@pytest.fixture
def ada(clinic_database: Database, clock: Clock) -> User:
    return add_staff(clinic_database, clock, "Ada Admin", Role.ADMIN)


@pytest.fixture
def browser_of(app: "Backstory", provider: HostileProvider) -> Callable[..., Browser]:
    """`browser_of(rosa)`: a new browser of hers."""
    return lambda user=None: Browser(make_strict(app), user, provider=provider)


ROSA = Person(
    "rosa-at-the-hospital", "reception@clinic.example", name="Rosa Reception", groups=("Front desk",)
)
ADA = Person("ada-at-the-hospital", "admin@clinic.example", name="Ada Admin", groups=("IT",))
