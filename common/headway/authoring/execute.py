"""What a worker's child does with one claimed task instance::

    execution = Execution(dag, task, run, instance, runtime)
    result = execution.run()            # never raises for what the task did
    ... store result ...
    execution.run_callbacks(result)     # on_success_callback and its kin
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headway.authoring.xcom_codec import DEFAULT_MAX_BYTES

if TYPE_CHECKING:
    from headway.authoring.results import TaskResult
    from headway.authoring.runtime import InstanceFacts, RunFacts, TaskRuntime


class Execution:
    """One task instance, from the loaded DAG to its result."""

    def __init__(
        self,
        dag: Any,
        task: Any,
        run: RunFacts,
        instance: InstanceFacts,
        runtime: TaskRuntime,
        *,
        xcom_max_bytes: int = DEFAULT_MAX_BYTES,
    ) -> None:
        self.dag = dag
        self.task = task
        self.run_facts = run
        self.instance = instance
        self.runtime = runtime
        self.xcom_max_bytes = xcom_max_bytes

    def run(self) -> TaskResult:
        """Render, execute and report; ``AirflowTaskTerminated`` raised in the main thread interrupts it."""
        raise NotImplementedError

    def on_kill(self) -> None:
        """Have the task end what it started outside this process; errors are logged."""
        raise NotImplementedError

    def run_callbacks(self, result: TaskResult) -> None:
        """Call the task's callbacks that fit ``result``; their errors are logged, never raised."""
        raise NotImplementedError
