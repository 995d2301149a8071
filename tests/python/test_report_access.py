"""The report for people who do not use it as its author does: axe in light and dark, the keyboard alone, enlarged text, narrow panes."""

import pytest


def opened(browser, path, **settings):
    """A page of its own, drawn, with everything folded out."""
    page = browser.new_page(**({"viewport": {"width": 1400, "height": 900}} | settings))
    page.goto(path.as_uri())
    page.locator("html[data-report=complete]").wait_for(timeout=120_000)
    page.evaluate("() => document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    return page


def violations(page):
    axe = pytest.importorskip("axe_core_python.sync_playwright", reason="axe is not installed (./run deps)")
    return [(v["id"], v["nodes"][0]["html"][:200]) for v in axe.Axe().run(page)["violations"]]


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.full)])  # a minute and more each
def test_axe_finds_nothing(browser, report, scheme):
    page = opened(browser, report, color_scheme=scheme)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 23, 29)"}[scheme]
    assert violations(page) == []
    page.locator("#answer data.figure").first.click()  # and nothing in the panel of a figure
    assert violations(page) == []
    page.close()


@pytest.mark.full
def test_axe_finds_nothing_in_a_comparison(browser, four):
    page = opened(browser, four, color_scheme="dark")
    page.evaluate("() => document.querySelectorAll('section[data-of]:not([data-of=\"0\"])').forEach((s) => s.remove())")  # alike: one option is enough for axe
    assert violations(page) == []
    page.close()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser, report):
    """Tab from the top to the end: every control comes once, in the order of the page, visible, with a mark; nothing holds the keyboard."""
    page = browser.new_page(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    page.goto(report.as_uri())
    page.locator("html[data-report=complete]").wait_for(timeout=120_000)
    expected = page.evaluate(
        """() => {
             const all = [...document.querySelectorAll('a[href], button, select, input, summary, [tabindex="0"], pre')];
             return all.filter((e) => e.tabIndex === 0 && e.checkVisibility({ visibilityProperty: true }) && !e.closest('details:not([open]) > :not(summary)')).map((e, i) => { e.dataset.walk = i; return i; }).length;
           }"""
    )
    assert expected > 100
    seen = []
    for _ in range(2 * expected):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
                 const e = document.activeElement;
                 if (!e || e === document.body) return null;
                 const box = e.getBoundingClientRect(), style = getComputedStyle(e);
                 return [e.dataset.walk === undefined ? -1 : Number(e.dataset.walk), box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0, e.outerHTML.slice(0, 120)];
               }"""
        )
        if at is None:
            break
        seen.append(at)
    assert [place for place, *_ in seen] == list(range(expected)), "controls that are out of order, left out or hold the keyboard"
    assert [what for _, in_view, _, what in seen if not in_view] == [], "focused, but out of view"
    assert [what for _, _, marked, what in seen if not marked] == [], "focused without a mark"
    page.close()


@pytest.mark.parametrize("zoom", [2, 4])
def test_enlarged_the_page_still_needs_no_sideways_scrolling(browser, report, zoom):
    """A browser that enlarges by 2 lays a window of 1280 out as one of 640; at 4 that is 320, which WCAG 1.4.10 asks for."""
    page = opened(browser, report, viewport={"width": round(1280 / zoom), "height": round(800 / zoom)}, device_scale_factor=zoom)
    assert page.evaluate("document.documentElement.scrollWidth") <= round(1280 / zoom)
    cut = page.evaluate("() => [...document.querySelectorAll('h1, h2, .verdict, .cards li, .facts dd, .strip li')].filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).position !== 'absolute').map((e) => e.textContent.slice(0, 60))")
    assert cut == []
    page.close()
