"""The report in a real browser: drawn, closed to the outside, true to summary.json, safe with hostile text, usable by keyboard."""

import json
import re
from pathlib import Path

import pytest


@pytest.fixture
def compared(browser, four):
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(four.as_uri())
    page.locator("html[data-report]").wait_for(timeout=60_000)
    yield page
    assert page.said == []
    page.close()


def test_nothing_is_said_and_nothing_is_asked_of_the_network(page, report):
    assert page.said == []
    assert page.asked == [report.as_uri()]
    policy = page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content")
    assert policy.startswith("default-src 'none'")


def test_every_chart_is_drawn(page):
    if "without-charts" in (page.locator("html").get_attribute("class") or ""):
        pytest.skip("this program was built without the chart library")
    shades = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('.canvas')].map((box) => {
             const seen = new Set();
             for (const canvas of box.querySelectorAll('canvas')) {
               const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
               for (let i = 0; i < pixels.length; i += 7) seen.add(pixels[i]);
             }
             return [box.dataset.chart, seen.size];
           }))"""
    )
    assert len(shades) >= 6
    assert all(n > 8 for n in shades.values()), shades


def test_every_figure_is_that_of_the_summary(page, run_folder):
    metrics = json.loads((run_folder / "summary.json").read_text())["metrics"]
    figures = page.evaluate("() => [...document.querySelectorAll('data.figure')].map((d) => [d.dataset.metric, d.value, d.dataset.factor, d.textContent])")
    assert {metric for metric, *_ in figures} == set(metrics), "a metric of summary.json is not on the page, or the other way round"
    for metric, value, factor, text in figures:
        assert float(value) == pytest.approx(metrics[metric]["value"], rel=1e-12), metric
        if text == "not known":
            continue
        digits = re.sub(r"[^0-9]", "", text.split("e")[0]).lstrip("0")
        decimals = len(text.split("e")[0].partition(".")[2])
        last_digit = 10.0 ** (int(text.partition("e")[2] or 0) - decimals)
        assert abs(float(text.replace(",", "")) - float(value) / float(factor)) <= 0.51 * last_digit or not digits, (metric, text, value)


def test_hostile_text_is_text(page, hostile):
    assert page.evaluate("window.__hit") is None
    assert hostile in page.locator(".kicker").inner_text()


def test_names_of_any_kind_stay_text_and_stay_inside(browser, hostile, repository, aifactory, tmp_path):
    """A scenario with markup, right-to-left text, emoji and a huge word as its names, from the run to the page."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    names = {"title": f"{hostile} ", "hall": "\u202eevil\u202c \u0645\u0631\u0643\u0632 \U0001f3ed", "workload": "W" * 3000}
    text = (repository / "scenarios" / "templates" / "pcie-5mw.yaml").read_text()
    changes = {
        "title: 5 MW of PCIe servers": f"title: {quoted(names['title'])}",
        "  - id: hall-a\n": f"  - id: hall-a\n    title: {quoted(names['hall'])}\n",
        "title: Coding agents": f"title: {quoted(names['workload'])}",
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    scenario = tmp_path / "hostile.yaml"
    scenario.write_text(text)
    ran = aifactory("run", str(scenario), "--members", "0", "-o", str(tmp_path / "run"), "--report", timeout_s=300)
    assert (tmp_path / "run" / "report.html").exists(), ran.stderr
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((tmp_path / "run" / "report.html").as_uri())
    page.locator("html[data-report=complete]").wait_for(timeout=120_000)
    assert page.evaluate("window.__hit") is None
    assert said == []
    assert page.locator("h1").inner_text().strip() == names["title"].strip()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1400, "a huge name widens the page"
    page.close()


def test_keyboard_and_structure(page):
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    unnamed = page.evaluate("() => [...document.querySelectorAll('button, select, input')].filter((e) => !(e.textContent || e.getAttribute('aria-label') || e.closest('label'))).length")
    assert unnamed == 0
    assert page.evaluate("() => [...document.querySelectorAll('.canvas')].every((c) => c.getAttribute('aria-label'))")
    assert page.evaluate("() => [...document.querySelectorAll('figure.chart')].every((f) => f.querySelector('figcaption') && f.querySelector('details table'))")


def test_size(report, four):
    assert report.stat().st_size <= 3_000_000
    assert four.stat().st_size <= 8_000_000


def test_a_figure_can_be_asked_by_mouse_and_by_keyboard(page):
    dialog = page.locator("dialog.why")
    page.locator("#answer data.figure[data-metric=pue]").click()
    assert dialog.locator("h2").inner_text() == "PUE"
    assert "aifactory explain pue" in dialog.inner_text()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    figure = page.locator("#answer data.figure[data-metric='tokens.good.rate']")
    figure.focus()
    page.keyboard.press("Enter")
    assert "How far it can be trusted" in dialog.inner_text()
    dialog.get_by_role("button", name="Show its inputs").click()
    assert not dialog.is_visible()
    assert page.locator("#o0-assumptions input[type=search]").input_value() == "workloads."
    page.locator("#o0-assumptions input[type=search]").fill("")


def test_every_formula_with_values_gives_its_figure_again(page):
    """The panel of a figure shows symbols and values; the arithmetic on them is the figure, within the 32-bit columns."""
    figures = page.evaluate("() => Object.entries(DATA.why.figures).map(([id, f]) => [id, f.options['0'].value, f.options['0'].formula ?? null])")
    evaluated = [(metric, value, formula["value"]) for metric, value, formula in figures if formula and "value" in formula]
    assert len(evaluated) >= 30
    for metric, value, again in evaluated:
        assert again == pytest.approx(value, rel=1e-5, abs=1e-12), metric
    assert all(formula for _, _, formula in figures), [metric for metric, _, formula in figures if not formula]


def test_the_panel_names_origin_and_source_of_inputs(page):
    dialog = page.locator("dialog.why")
    page.locator("#answer data.figure[data-metric='cost.per_mtok_out']").click()
    text = dialog.inner_text()
    assert re.search(r"\.yaml:\d+", text), "no line of a scenario"
    assert "lib:" in text, "no library entry"
    assert "c × C / (N_good / 1,000,000)" in text
    page.keyboard.press("Escape")


def test_a_month_is_chosen_by_keyboard_and_a_part_of_the_year_by_brush(page):
    zoom = "() => { const z = drawn.get('o0-year').getOption().dataZoom[0]; return [z.start, z.end]; }"
    assert page.evaluate(zoom) == [0, 100]
    months = page.locator("#o0-year").get_by_label("Show")
    months.focus()
    months.select_option(label="July")
    start, end = page.evaluate(zoom)
    assert start == pytest.approx(100 * 181 / 365, abs=0.1)
    assert end == pytest.approx(100 * 212 / 365, abs=0.1)
    hourly = page.evaluate("() => drawn.get('o0-year').getOption().series.find((s) => s.id === '0-0-mean').data.length")
    assert hourly == 8760, "a month is shown by the hour"
    months.select_option(label="the whole year")
    for _ in range(5):  # a busy machine may draw the bar anew under the mouse
        page.evaluate("document.getElementById('o0-duration').scrollIntoView({ behavior: 'instant', block: 'end' })")
        page.wait_for_timeout(500)
        box = page.locator("#o0-year .canvas").bounding_box()
        bar = box["y"] + box["height"] - 17
        page.mouse.move(box["x"] + box["width"] - 22, bar)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.8 * box["width"], bar, steps=4)
        page.mouse.move(box["x"] + box["width"] / 2, bar, steps=4)
        page.mouse.up()
        page.wait_for_timeout(500)
        if page.evaluate(zoom) != [0, 100]:
            break
    start, end = page.evaluate(zoom)
    assert end - start < 90, "the bar below the panels did not zoom"
    months.select_option(label="July")
    months.select_option(label="the whole year")
    assert page.evaluate(zoom) == [0, 100]


def test_every_table_can_be_saved_and_says_what_it_shows(page):
    unsaved = page.evaluate("() => [...document.querySelectorAll('main table')].filter((t) => !t.closest('.table')?.querySelector('.tools button')).map((t) => t.caption?.textContent)")
    assert unsaved == []
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as CSV: Bill of quantities by phase").click()
    lines = Path(saved.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith('"item","there from the first day"')
    widths = {line.count('","') for line in lines}
    assert len(widths) == 1, "rows of unequal length"
    for line in lines[1:]:
        counts = [float(cell.replace(",", "").replace("—", "0")) for cell in line.strip('"').split('","')[1:]]
        assert sum(counts[:-1]) == pytest.approx(counts[-1]), line


def test_on_paper_every_chart_is_drawn_in_the_colours_of_paper(browser, report):
    page = browser.new_page(viewport={"width": 1400, "height": 900}, color_scheme="dark")
    page.goto(report.as_uri())
    page.locator("html[data-report=complete]").wait_for(timeout=120_000)
    drawn = page.evaluate(
        """() => {
             dispatchEvent(new Event('beforeprint'));
             const ink = theme().ink, counts = Object.fromEntries([...document.querySelectorAll('.canvas')].map((box) => {
               const seen = new Set();
               for (const canvas of box.querySelectorAll('canvas.still')) {
                 const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
                 for (let i = 0; i < pixels.length; i += 7) seen.add(pixels[i]);
               }
               return [box.dataset.chart, seen.size];
             }));
             dispatchEvent(new Event('afterprint'));
             return [ink, counts, document.querySelectorAll('.still').length];
           }"""
    )
    assert drawn[0] == "#16202a"
    assert all(n > 8 for n in drawn[1].values()), drawn
    assert drawn[1]["o0-pue-calendar"] > 30, "the heat map is painted as a whole"
    assert drawn[2] == 0, "the screen has its charts back"
    page.close()


def test_a_telephone_needs_no_sideways_scrolling(browser, report):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(report.as_uri())
    page.locator("html[data-report=complete]").wait_for(timeout=120_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("h1").bounding_box()["y"] < 300, "the answer is on the first screen"
    page.close()


def test_pictures_are_drawn(page):
    assert page.evaluate("() => [...document.querySelectorAll('figure.picture img')].every((i) => i.complete && i.naturalWidth > 0 && i.alt)")


def test_four_options_are_readable_within_three_seconds(browser, four):
    """From opening to what is in view being drawn; the best of three, for a machine that does other work too."""
    spent = []
    for _ in range(3):
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(four.as_uri())
        page.locator("html[data-report]").wait_for(timeout=60_000)
        spent.append(page.evaluate("window.__report.ready_ms"))
        page.close()
    print("four options ready after", spent, "ms")  # told, not asserted: no test here depends on the speed of a machine
    assert all(ms > 0 for ms in spent)


def test_option_picker_hides_an_option_everywhere_and_the_address_keeps_it(compared):
    shown = "() => [...document.querySelectorAll('[data-of=\"2\"]')].filter((e) => e.getClientRects().length).length"
    assert compared.evaluate(shown) > 10
    compared.locator("input[data-picks='2']").uncheck()
    assert compared.evaluate(shown) == 0
    assert "without=2" in compared.url
    compared.reload()
    compared.locator("html[data-report]").wait_for(timeout=60_000)
    assert compared.evaluate(shown) == 0
    assert not compared.locator("input[data-picks='2']").is_checked()


def test_changes_against_another_option(compared):
    compared.locator("#controls").get_by_label("Changes against").select_option(label="option B")
    table = compared.locator("#answer table").first
    assert "against option B" in table.locator("caption").inner_text()
    assert set(table.locator("td.change").all_inner_texts()) <= {"—", "same"}  # all options are alike, and B is not measured against itself


def test_units_turn_at_display_and_back(page):
    first = page.evaluate("() => [...document.querySelectorAll('data')].map((d) => d.textContent)")
    page.locator("#controls").get_by_label("Units").select_option(label="US customary")
    customary = page.evaluate("() => [...document.querySelectorAll('data[data-unit=degC]')].map((d) => [Number(d.value), Number(d.textContent.replaceAll(',', '')), d.nextElementSibling.textContent])")
    assert customary
    for celsius, fahrenheit, unit in customary:
        assert unit == "°F"
        assert fahrenheit == pytest.approx(celsius * 1.8 + 32, abs=0.51)
    page.locator("#controls").get_by_label("Units").select_option(label="SI")
    assert page.evaluate("() => [...document.querySelectorAll('data')].map((d) => d.textContent)") == first


def test_every_quantity_is_its_si_value(page):
    """Texts of numbers that are no headline figure, against the SI value that they carry: every one whose unit is known here."""
    thousands = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}
    factors = {"degC": {"°C": 1}, "K": {"K": 1}, "kg J-1": {"kg/kWh": 1 / 3.6e6}, "m3 J-1": {"L/kWh": 1 / 3.6e9}, "m3 s-1": {"L/s": 1e-3}, "Pa": {"kPa": 1e3}, "m3": {"L": 1e-3, "m3": 1, "ML": 1e3}, "kg": {"g": 1e-3, "kg": 1, "t": 1e3}}
    factors["s"] = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "day": 86400, "week": 604800, "year": 8760 * 3600}
    for si_unit, symbol in (("W", "W"), ("VA", "VA"), ("var", "var"), ("B", "B"), ("1 s-1", "tok/s")):
        factors[si_unit] = {prefix + symbol: factor for prefix, factor in thousands.items()}
    factors["J"] = {prefix + "Wh": 3600 * factor for prefix, factor in thousands.items()} | {prefix + symbol: factor for symbol in ("J", "J/token") for prefix, factor in thousands.items()}
    seen = page.evaluate("() => [...document.querySelectorAll('data.quantity')].map((d) => [d.dataset.unit, Number(d.value), d.textContent, d.nextElementSibling ? d.nextElementSibling.textContent : ''])")
    unknown = set()
    for si_unit, value, text, unit in seen:
        factor = factors.get(si_unit, {}).get(unit.partition("/year")[0])
        if factor is None:
            unknown.add((si_unit, unit))
            continue
        shown = float(text.replace(",", "")) * factor
        assert shown == pytest.approx(value, rel=6e-3, abs=1e-9), (si_unit, value, text, unit)
    assert len(seen) > 200
    assert {si_unit for si_unit, _ in unknown} <= {"1", "USD"}, unknown


def test_prints_to_a_pdf_of_a_sensible_length(page, tmp_path):
    text = page.pdf(path=str(tmp_path / "report.pdf"), format="A4")
    pages = len(re.findall(rb"/Type\s*/Page[^s]", text))
    assert 8 <= pages <= 120


def test_pages_of_points_and_of_errors_use_the_same_parts(browser, aifactory, tmp_path):
    pages = {"errors.html": ("validate", "--suite", "storage"), "points.html": ("sweep", "scenarios/templates/pcie-5mw.yaml", "--vary", "pods.agents.count=100,120", "-o", str(tmp_path / "sweep"))}
    for name, command in pages.items():
        aifactory(*command, "--report", str(tmp_path / name), timeout_s=300)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.goto((tmp_path / name).as_uri())
        page.locator("html[data-report=complete]").wait_for(timeout=60_000)
        assert said == []
        assert page.locator("main table").count() >= 1
        assert page.locator(".tools button").count() >= 1
        page.close()
