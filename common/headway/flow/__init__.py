"""How a run goes on, without any service: what follows from what has ended.

``blueprint`` is a version's tasks and edges, ``run_memory`` the states of one run, ``rules`` what a trigger
rule says, ``decisions`` what a branch leaves out and how a run ends. The scheduler asks it for every run, a
run in one process (``headway.local``) asks the same.
"""
