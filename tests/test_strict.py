"""The strict client must see the faults it is there to see, or every page test is hollow."""

import pytest

from tests.strict import check_page

GOOD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Your pain - Backstory</title>
<link rel="stylesheet" href="/static/backstory.css"><script src="/static/backstory.js" defer></script></head>
<body><a href="#main">Skip</a><main id="main"><h1>Your pain</h1><h2>Where</h2>
<form method="post"><input type="hidden" name="csrf_token" value="x">
<fieldset><legend>Is it worse at night?</legend>
<input type="radio" name="night" id="night-yes" value="yes"><label for="night-yes">Yes</label></fieldset>
<label>Since when <input name="since"></label><button>Next</button></form>
<svg viewBox="0 0 10 10"><title>A back</title><path d="M0 0h10"></path></svg>
</main></body></html>"""


def test_a_well_made_page_passes():
    check_page(GOOD)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("</h1>", "", "line "),
        ("<h1>Your pain</h1>", "<p>Your pain</p>", "0 h1"),
        ("<h2>Where</h2>", "<h1>Where</h1>", "2 h1"),
        ("<title>Your pain", "<title>Page", "does not name the heading"),
        ("<h2>Where</h2>", "<h3>Where</h3>", "jumps from level 1 to 3"),
        (' lang="en"', "", "does not say its language"),
        ("<h2>Where", '<h2 id="main">Where', "used twice"),
        ('<label for="night-yes">Yes</label>', "Yes", "'night' has no label"),
        ("Since when ", "", "'since' has no label"),
        ('for="night-yes"', 'for="night-no"', "'night-no', which is not there"),
        ('href="#main"', 'href="#top"', "'top', which is not there"),
        ("<legend>Is it worse at night?</legend>", "", "the fieldset {} says nothing"),
        ("<button>Next</button>", "<button></button>", "the button {} says nothing"),
        ("<h2>Where</h2>", '<img src="/static/a.png">', "says nothing"),
        ('name="csrf_token"', 'name="token"', "without a CSRF token"),
        ("<h2>Where</h2>", '<p style="color:red">Where</p>', "carries style="),
        ("<h2>Where</h2>", '<p onclick="go()">Where</p>', "carries onclick="),
        ("</head>", "<style>p{}</style></head>", "a <style> is in the page"),
        ("</main>", "<script>go()</script></main>", "a <script> is in the page"),
        ('src="/static', 'src="https://far.example', "reaches another host"),
        ('href="#main"', 'href="javascript:go()"', "reaches another host"),
    ],
)
def test_each_fault_is_seen_and_said(before, after, said):
    assert GOOD.count(before) == 1

    with pytest.raises(AssertionError) as seen:
        check_page(GOOD.replace(before, after))

    assert said in str(seen.value)
