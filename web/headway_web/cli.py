"""The ``headway web`` command."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    port: Annotated[int | None, typer.Option(help="Port to listen on; default: web.port.", min=1, max=65535)] = None,
    listen: Annotated[str | None, typer.Option(help="Address to listen on; default: web.listen.")] = None,
) -> None:
    """Serve the REST API and the UI.

    Several may run at once, behind one address or several.

    Example: headway web --port 8080
    """
    from headway import node_logs
    from headway.settings import load_settings
    from headway_web.node import WebNode, show_first_login

    settings = load_settings()
    node_logs.set_up(settings.logs.node_format, "web")
    given = {key: value for key, value in (("listen", listen), ("port", port)) if value is not None}
    node = WebNode(settings.model_copy(update={"web": settings.web.model_copy(update=given)}))
    node.run(started=show_first_login)
