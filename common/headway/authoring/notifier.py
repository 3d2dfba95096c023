"""``BaseNotifier``: a callback as an object, with templates among its arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.templates import render_attributes

if TYPE_CHECKING:
    from headway.authoring.context import Context


class BaseNotifier:
    """Tells somebody of the end of a task or run, as an ``on_*_callback`` alone or in a list of them.

    A subclass says what it does in ``notify``; the attributes named in ``template_fields`` are rendered before,
    those that end with one of ``template_ext`` from that file.
    """

    template_fields: ClassVar[Sequence[str]] = ()
    template_ext: ClassVar[Sequence[str]] = ()

    def __init__(self, **kwargs: Any) -> None:
        self.arguments = kwargs

    def notify(self, context: Context) -> None:
        """Do it."""
        raise NotImplementedError(f"{type(self).__name__} has no notify()")

    def __call__(self, *args: Any) -> None:
        """Render and notify; what it is called with is a context, or the arguments of a missed SLA."""
        context = args[0] if len(args) == 1 else dict(zip(_SLA, args, strict=False))
        rendered = render_attributes(self, context["dag"], context)
        rendered.notify(context)


_SLA = ("dag", "task_list", "blocking_task_list", "slas", "blocking_tis")
