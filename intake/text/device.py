"""Which kind of browser somebody uses, from what it says of itself: two words of a closed set.

Nothing that a browser sends is kept as it came, and nobody is told by it: the words only help somebody to see
which of their own devices is meant.
"""

# In this order: each of the later names is said by those before it as well.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
# Between the two words where they are kept; each may be missing.
BETWEEN = "/"


def kind_of(user_agent: str) -> str:
    """The kind of browser, such as "Firefox/Windows"; "" when it says nothing that we know."""
    found = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    return BETWEEN.join(found) if any(found) else ""


def parts_of(kind: str) -> tuple[str, str]:
    """Browser and system of a kind; "" for what is not known."""
    browser, _, system = kind.partition(BETWEEN)
    return browser, system


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in known if mark in user_agent), "")
