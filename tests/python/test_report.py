"""The report in a real browser: drawn, closed to the outside, true to summary.json, safe with hostile text, usable by keyboard."""

import json
import re
from pathlib import Path

import pytest

TEMPLATE_SCENARIO = "scenarios/reference_100mw.yaml"
HOSTILE = "</script><script>window.__hit=1</script><img src=x onerror='window.__hit=2'>"


@pytest.fixture(scope="module")
def result(repository, program, aifactory, tmp_path_factory) -> Path:
    """A finished run: the reference run when this program made it, else a fresh one."""
    ready = repository / "runs" / "reference_100mw"
    if (ready / "result.nc").exists() and (ready / "summary.json").exists() and (ready / "result.nc").stat().st_mtime > program.stat().st_mtime:
        return ready
    folder = tmp_path_factory.mktemp("run")
    ran = aifactory("run", TEMPLATE_SCENARIO, "-o", str(folder), timeout_s=600)
    if "not available" in ran.stderr:
        pytest.skip("this build cannot run a scenario")
    assert (folder / "result.nc").exists(), ran.stderr
    return folder


@pytest.fixture(scope="module")
def report(result, aifactory, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    made = aifactory("report", str(result / "result.nc"), "-o", str(path), "--question", HOSTILE)
    assert made.returncode == 0, made.stderr
    return path


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (./run deps)")
    program = next((Path(p) for p in ("/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser") if Path(p).exists()), None)
    if program is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(program), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def page(browser, report):
    """The report, drawn; what the console said and what was asked of the network stand in `said` and `asked`."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(report.as_uri())
    page.locator("html[data-report=complete]").wait_for(timeout=120_000)
    return page


@pytest.fixture(scope="module")
def four(result, aifactory, tmp_path_factory) -> Path:
    """Four options on one page; alike, which is enough to test the page."""
    path = tmp_path_factory.mktemp("four") / "report.html"
    made = aifactory("report", *([str(result / "result.nc")] * 4), "-o", str(path))
    assert made.returncode == 0, made.stderr
    return path


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


def test_every_figure_is_that_of_the_summary(page, result):
    metrics = json.loads((result / "summary.json").read_text())["metrics"]
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


def test_hostile_text_is_text(page):
    assert page.evaluate("window.__hit") is None
    assert HOSTILE in page.locator(".kicker").inner_text()


def test_names_of_any_kind_stay_text_and_stay_inside(browser, repository, aifactory, tmp_path):
    """A scenario with markup, right-to-left text, emoji and a huge word as its names, from the run to the page."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    names = {"title": f"{HOSTILE} ", "hall": "\u202eevil\u202c \u0645\u0631\u0643\u0632 \U0001f3ed", "workload": "W" * 3000}
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
    """Texts of numbers that are no headline figure, against the SI value that they carry."""
    factors = {"W": {"W": 1, "kW": 1e3, "MW": 1e6, "GW": 1e9}, "degC": {"°C": 1}, "1 s-1": {"tok/s": 1, "ktok/s": 1e3, "Mtok/s": 1e6, "Gtok/s": 1e9}}
    seen = page.evaluate("() => [...document.querySelectorAll('data.quantity')].map((d) => [d.dataset.unit, Number(d.value), d.textContent, d.nextElementSibling ? d.nextElementSibling.textContent : ''])")
    checked = 0
    for si_unit, value, text, unit in seen:
        if unit in factors.get(si_unit, {}):
            shown = float(text.replace(",", "")) * factors[si_unit][unit]
            assert shown == pytest.approx(value, rel=6e-3, abs=1e-9), (si_unit, value, text, unit)
            checked += 1
    assert checked > 20


def test_prints_to_a_pdf_of_a_sensible_length(page, tmp_path):
    text = page.pdf(path=str(tmp_path / "report.pdf"), format="A4")
    pages = len(re.findall(rb"/Type\s*/Page[^s]", text))
    assert 8 <= pages <= 120


def test_axe_finds_nothing(page):
    axe = pytest.importorskip("axe_core_python.sync_playwright", reason="axe is not installed (./run deps)")
    page.evaluate("() => document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    found = axe.Axe().run(page)["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []


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
