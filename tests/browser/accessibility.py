"""axe-core on a page: what keeps people from using it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "web" / "ui" / "node_modules" / "axe-core" / "axe.min.js"
_SERIOUS = ("serious", "critical")
#: Colours that are on their way to others would be judged as they are in between; the end of one change can begin that
#: of what inherits from it.
_SETTLE = """async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const ends = (animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime);
  for (let quiet = 0, looks = 0; quiet < 3 && looks < 200; looks++) {
    await frame();
    const changes = document.getAnimations().filter(ends);
    quiet = changes.length ? 0 : quiet + 1;
    await Promise.all(changes.map((animation) => animation.finished.catch(() => null)));
  }
}"""
_RUN = """(rules) => axe.run(document, {
  resultTypes: ["violations"], ...(rules && { runOnly: { type: "rule", values: rules } })
})"""


def findings(page: Page, *rules: str) -> list[str]:
    """The serious findings on a page as it stands: rule, element, why. All of axe's rules unless some are named."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate(_SETTLE)
    result: dict[str, Any] = page.evaluate(_RUN, list(rules) or None)
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:200]} {node['failureSummary']}"
        for violation in result["violations"]
        if violation["impact"] in _SERIOUS
        for node in violation["nodes"]
    ]
