"""The message broker: dispatches to workers, events and wake-ups to schedulers, broadcasts to all.

``bus`` is the interface and is read first; ``redis_bus`` and ``amqp_bus`` implement it;
``celery_message`` builds what Celery workers and Flower read; ``celery_app`` is the Celery application.
Any message may be lost or repeated without harm: the metastore decides.
"""
