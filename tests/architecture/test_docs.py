"""Pages name what is there: links lead somewhere, each claim has its page and its figure."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
MENTION = re.compile(r"\b(docs/[a-z_0-9/]+\.md)\b")
CLAIMS = ("arrive_together", "factory_pattern", "many_products", "agents_pcie", "generations", "supervised", "worked_examples")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    targets = [t for t in LINK.findall(page.read_text()) if "://" not in t and not t.startswith("mailto:")]
    assert not [t for t in targets if not (page.parent / t).exists()]


def test_pages_that_sources_name_exist():
    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for folder in ("core", "contracts", "models", "workloads", "sim", "gpu_calibration", "validation", "reports", "cli", "bindings")
        for path in (ROOT / folder).rglob("*.[ch]pp")
        for name in MENTION.findall(path.read_text())
        if not (ROOT / name).exists()
    }
    assert not missing


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_has_a_page_with_its_command_and_a_figure(claim):
    assert (ROOT / "scenarios" / "claims" / f"{claim}.yaml").exists()
    page = (ROOT / "docs" / "claims" / f"{claim}.md").read_text()
    assert f"aifactory run scenarios/claims/{claim}.yaml" in page
    assert f"]({claim}.svg)" in page
    assert "<script" not in (ROOT / "docs" / "claims" / f"{claim}.svg").read_text()
