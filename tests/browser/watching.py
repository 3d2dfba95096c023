"""Pages of the browser with a watch on them: errors, violations of the content policy, requests to elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from headway_web.security.identify import COOKIE
from support.webs import Served

#: Makes a page: of a role (None: nobody), in a language, with what else contexts of the browser take.
OpenPage = Callable[..., Page]

#: Sets a variable: key, value.
SetValue = Callable[[str, str], None]

#: Says on the console what the page's content policy refused: the browser's own words come too late or not at all.
_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`content policy: ${event.violatedDirective} refused ${event.blockedURI || "inline"} ${event.sample}`));
"""


@dataclass
class Watch:
    """One context of the browser with one page, and what was wrong in it."""

    context: BrowserContext
    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)
    #: Other sites that the test goes to.
    elsewhere: tuple[str, ...] = ()
    #: The test has the server refuse something (401, 422, …), of which the browser complains.
    bears_refusals: bool = False

    def on_console(self, message: ConsoleMessage) -> None:
        refused = "the server responded with a status of 4" in message.text
        if message.type == "error" and not (refused and self.bears_refusals):
            self.complaints.append(f"console at {self.page.url}: {message.text}")

    def on_error(self, error: object) -> None:
        self.complaints.append(f"script error at {self.page.url}: {error}")

    def on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        elsewhere = f"{parts.scheme}://{parts.netloc}" not in (self.origin, *self.elsewhere)
        if parts.scheme not in ("data", "blob") and elsewhere:
            self.complaints.append(f"request to another origin at {self.page.url}: {request.url}")

    def close(self) -> list[str]:
        """End the context; what was wrong in it."""
        self.context.close()
        return self.complaints


def watched(
    browser: Browser,
    web: Served,
    role: str | None,
    *,
    language: str,
    patience: int,
    bears_refusals: bool = False,
    elsewhere: tuple[str, ...] = (),
    **context: Any,
) -> Watch:
    """A new page, logged in as the user of a role."""
    parts = urlsplit(web.url)
    origin = f"{parts.scheme}://{parts.netloc}"
    made = browser.new_context(base_url=origin, **{"viewport": {"width": 1360, "height": 900}, **context})
    made.set_default_timeout(patience)
    made.add_init_script(_TELL_VIOLATIONS)
    preferences = json.dumps(json.dumps({"language": language}))
    made.add_init_script(
        f"if (!localStorage.getItem('headway.preferences')) localStorage.setItem('headway.preferences', {preferences})"
    )
    if role is not None:
        made.add_cookies([{"name": COOKIE, "value": web.log_in(role), "url": origin}])
    watch = Watch(made, made.new_page(), origin, elsewhere=elsewhere, bears_refusals=bears_refusals)
    watch.page.on("console", watch.on_console)
    watch.page.on("pageerror", watch.on_error)
    watch.page.on("request", watch.on_request)
    return watch
