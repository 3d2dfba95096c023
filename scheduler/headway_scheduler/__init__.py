"""The scheduler: decides what runs when, and publishes it. It never runs user code.

    parse ──▶ plan ──▶ advance ──▶ dispatch ──▶ broker
                          ▲
        finished events ──┘          reconcile/ finds what no event announced

``parse`` reads DAG files in child processes, ``plan`` creates runs when they are due. ``engine`` is the
one thread in which ``advance`` (what follows from what has finished) and ``dispatch`` (which ready task
instances go out now) work on memory that no other thread touches; everything reaches it through its
inbox. The services in ``reconcile`` are the safety net: each looks at an interval for one kind of loss.

All runs of a DAG belong to one scheduler at a time, so that the DAG's limits are plain counters in its
memory. Every write names the run's version; a scheduler that was replaced cannot write.
"""
