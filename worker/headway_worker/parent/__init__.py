"""What runs in the worker's parent process, and the guard beside it; none of a task's code does.

``host`` is the way from start to end, ``team`` puts the parts together, ``app`` and ``pool`` are Celery's side.
"""
