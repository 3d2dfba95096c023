"""Parse: keeps the metastore's DAGs equal to the DAG root, and never runs users' code in the scheduler.

::

    watch ─▶ service ─▶ changes         which files must be loaded again
                │  ▲
                ▼  │ results ─▶ rows    what came of each, as the metastore keeps it
              pool ─▶ process ═pipes═▶ child (a process of its own: loads one file at a time)
                         ▲                ├── reads    tells what the file opens and lists
                       values ◀── asks ───┘           variables and connections

The two ends of the pipes speak JSON lines; ``child`` describes them.
"""
