"""A DAG or a task in one process: no scheduler, no worker, no broker, no metastore needed.

``run`` decides by the same rules as the scheduler (``headway.flow``) and executes as a worker does
(``headway.authoring.execute``); ``world`` holds what the run leaves behind, ``values`` answers for variables
and connections, ``sources`` finds the DAG in its file, ``console`` shows what happens.
"""
