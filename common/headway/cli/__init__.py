"""The ``headway`` command: a thin layer that reads arguments, calls ``headway.operations`` and shows the result.

``main`` is the entry, ``lazy`` finds commands without importing them, ``errors`` turns every failure into
one line and a remedy, ``output`` shows tables or JSON. Nodes bring their own commands through the entry
points group ``headway.commands``.
"""
