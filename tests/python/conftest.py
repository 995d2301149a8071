"""What the Python tests share: the repository, the built program, a way to call it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "build" / "python"  # as ./run build assembles it
if PACKAGE.is_dir():
    sys.path.insert(0, str(PACKAGE))


@pytest.fixture(scope="session")
def repository() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def program() -> Path:
    path = ROOT / "build" / "aifactory"
    if not path.exists():
        pytest.skip("build/aifactory is not built (./run build)")
    return path


@pytest.fixture(scope="session")
def aifactory(program: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Calls the program from the root of the repository; never raises on an exit code."""

    def call(*arguments: str, timeout_s: float = 300) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(program), *arguments], cwd=ROOT, capture_output=True, text=True, timeout=timeout_s, check=False)

    return call


@pytest.fixture(scope="session")
def af() -> ModuleType:
    return pytest.importorskip("aifactory", reason="the Python module is not built (./run build)")


@pytest.fixture(scope="session")
def small(af):
    """A site whose year takes a fraction of a second once its operating map is cached."""
    return af.example("pcie-5mw")


@pytest.fixture(scope="session")
def result(af, small):
    return af.run(small)


@pytest.fixture(scope="session")
def run_folder(repository, program, aifactory, tmp_path_factory) -> Path:
    """A finished run: the reference run when this program made it, else a fresh one."""
    ready = repository / "runs" / "reference_100mw"
    if (ready / "result.nc").exists() and (ready / "summary.json").exists() and (ready / "result.nc").stat().st_mtime > program.stat().st_mtime:
        return ready
    folder = tmp_path_factory.mktemp("run")
    ran = aifactory("run", "scenarios/reference_100mw.yaml", "-o", str(folder), timeout_s=600)
    if "not available" in ran.stderr:
        pytest.skip("this build cannot run a scenario")
    assert (folder / "result.nc").exists(), ran.stderr
    return folder


@pytest.fixture(scope="session")
def hostile() -> str:
    """Text that would act if the page took it for markup; the question of the reports under test."""
    return "</script><script>window.__hit=1</script><img src=x onerror='window.__hit=2'>"


@pytest.fixture(scope="session")
def report(run_folder, hostile, aifactory, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    made = aifactory("report", str(run_folder / "result.nc"), "-o", str(path), "--question", hostile)
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


@pytest.fixture(scope="session")
def four(run_folder, aifactory, tmp_path_factory) -> Path:
    """Four options on one page; alike, which is enough to test the page."""
    path = tmp_path_factory.mktemp("four") / "report.html"
    made = aifactory("report", *([str(run_folder / "result.nc")] * 4), "-o", str(path))
    assert made.returncode == 0, made.stderr
    return path
