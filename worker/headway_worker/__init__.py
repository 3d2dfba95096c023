"""The worker node: a Celery worker whose children claim, run and finish task instances.

::

    guard ─ watches a pipe; when the parent is killed it kills what is left
    parent ─ Celery's loop, and one thread per service:
      │        lease      renews, names what is held, learns what must stop
      │        enforcer   kills process trees at deadlines: fence, time-out, stop, drain
      │        reporter   results from the spool, and children that died
      │        shipper    log text into the metastore
      │        consuming  re-opens a consumer that has stopped consuming
      ├─ child 0 ─ claim → load → run → finish → event, with a fence thread and a log thread
      └─ child n …

What runs where is in ``parent``, ``child`` and ``logs``; what both sides use lies beside them.

Parent, children and guard share one table in memory (``slots``): what each child does, who asked it to
stop, and until when the lease lets tasks run. A child says there what it holds *before* it asks the
metastore for it and takes it away *after* the metastore has the result, so what the parent names in a
renewal is never less than what is held. Whatever is uncertain is settled by the dispatch token.
"""
