"""The triggerer: waits, on behalf of deferred tasks, for what their triggers look for.

::

    keeper ─ renews the lease, takes triggers, drops those whose tasks have gone on
      │
      ├─▶ clock   moments: one heap             ┐
      ├─▶ files   files: one heap of looks      ├─ kinds of Headway's own, many at once, in this process
      ├─▶ runs    other DAGs: one query for all ┘
      └─▶ hosts   everything else, users' code too: a child process with an event loop for each version of the code
                     │
    courier ◀────────┘ what has fired: one statement for many, then word to the owners of their runs
    logbook ◀ the triggers' words, behind the end of the log of the dispatch that deferred

The node's own process runs no user code: what blocks or crashes a child disturbs no other version's triggers, and
never the lease. A trigger belongs to one triggerer at a time; the metastore takes a firing only from that one, and
only while the task instance still waits, so a task is resumed once, whoever else believes to run its trigger.
When the lease ends unrenewed everything stops running here (``Incarnation.fence``); what had fired until then is kept
until the metastore has taken or refused it.
"""
