"""What ``airflow.exceptions`` offers: the exceptions that end tasks, and names that code catches."""

from __future__ import annotations

from headway.authoring.exceptions import (
    AirflowBadRequest,
    AirflowException,
    AirflowFailException,
    AirflowNotFoundException,
    AirflowRescheduleException,
    AirflowSensorTimeout,
    AirflowSkipException,
    AirflowTaskTerminated,
    AirflowTaskTimeout,
    DagRunAlreadyExists,
    TaskDeferralError,
    TaskDeferralTimeout,
    TaskDeferred,
    XComNotFound,
)
from headway.errors import DagFileError, NotFound

__all__ = [
    "AirflowBadRequest",
    "AirflowClusterPolicyError",
    "AirflowClusterPolicySkipDag",
    "AirflowClusterPolicyViolation",
    "AirflowConfigException",
    "AirflowDagCycleException",
    "AirflowDagDuplicatedIdException",
    "AirflowDagInconsistent",
    "AirflowException",
    "AirflowFailException",
    "AirflowFileParseException",
    "AirflowInactiveAssetInInletOrOutletException",
    "AirflowInternalRuntimeError",
    "AirflowNotFoundException",
    "AirflowOptionalProviderFeatureException",
    "AirflowPluginException",
    "AirflowProviderDeprecationWarning",
    "AirflowRescheduleException",
    "AirflowRuntimeError",
    "AirflowSensorTimeout",
    "AirflowSkipException",
    "AirflowTaskTerminated",
    "AirflowTaskTimeout",
    "AirflowTimetableInvalid",
    "AirflowWebServerTimeout",
    "BackfillUnfinished",
    "ConnectionNotUnique",
    "DagCodeNotFound",
    "DagConcurrencyLimitReached",
    "DagFileExists",
    "DagNotFound",
    "DagRunAlreadyExists",
    "DagRunNotFound",
    "DagRunTriggerException",
    "DownstreamTasksSkipped",
    "DuplicateTaskIdFound",
    "FailFastDagInvalidTriggerRule",
    "FailStopDagInvalidTriggerRule",
    "InvalidStatsNameException",
    "NoAvailablePoolSlot",
    "ParamValidationError",
    "PoolNotFound",
    "RemovedInAirflow3Warning",
    "RemovedInAirflow4Warning",
    "SerializationError",
    "TaskAlreadyInTaskGroup",
    "TaskConcurrencyLimitReached",
    "TaskDeferralError",
    "TaskDeferralTimeout",
    "TaskDeferred",
    "TaskInstanceNotFound",
    "TaskNotFound",
    "UnknownExecutorException",
    "UnmappableOperator",
    "XComNotFound",
]

# What loading a DAG file raises here is one class; code that catches Airflow's own names catches it.
AirflowDagCycleException = DagFileError
AirflowDagDuplicatedIdException = DagFileError
AirflowDagInconsistent = DagFileError
AirflowTimetableInvalid = DagFileError
DuplicateTaskIdFound = DagFileError
TaskAlreadyInTaskGroup = DagFileError
TaskNotFound = DagFileError
FailStopDagInvalidTriggerRule = DagFileError
FailFastDagInvalidTriggerRule = DagFileError

DagNotFound = NotFound
DagCodeNotFound = NotFound
DagRunNotFound = NotFound
TaskInstanceNotFound = NotFound
PoolNotFound = NotFound


class AirflowConfigException(AirflowException):
    """The configuration lacks something."""


class AirflowRuntimeError(AirflowException):
    """Something went wrong while a task ran."""


class AirflowInternalRuntimeError(BaseException):
    """Something went wrong inside; never caught by accident."""


class AirflowWebServerTimeout(AirflowException):
    """A web server did not answer."""


class AirflowOptionalProviderFeatureException(AirflowException):
    """A feature needs a library that is not installed."""


class AirflowInactiveAssetInInletOrOutletException(AirflowException):
    """A task uses an asset that no DAG declares any more."""


class AirflowClusterPolicyViolation(AirflowException):
    """A policy refuses a DAG or task."""


class AirflowClusterPolicyError(AirflowException):
    """A policy failed."""


class AirflowClusterPolicySkipDag(AirflowException):
    """A policy leaves a DAG out."""


class AirflowPluginException(Exception):
    """A plugin is no good."""


class AirflowFileParseException(AirflowException):
    """A file of variables or connections cannot be read."""


class DagRunTriggerException(AirflowException):
    """A task wants to start a run of another DAG."""


class DownstreamTasksSkipped(AirflowException):
    """A task wants others to be skipped."""


class DagFileExists(AirflowBadRequest):
    """There is such a file already."""


class ParamValidationError(AirflowException):
    """A param has a value that its schema forbids."""


class SerializationError(AirflowException):
    """A DAG cannot be described as data."""


class NoAvailablePoolSlot(AirflowException):
    """A pool is full."""


class DagConcurrencyLimitReached(AirflowException):
    """A DAG runs as many tasks as it may."""


class TaskConcurrencyLimitReached(AirflowException):
    """A task runs as often as it may."""


class BackfillUnfinished(AirflowException):
    """A backfill did not end well."""


class ConnectionNotUnique(AirflowException):
    """Several connections have one id."""


class InvalidStatsNameException(AirflowException):
    """A metric has a bad name."""


class UnmappableOperator(AirflowException):
    """A task cannot be mapped."""


class UnknownExecutorException(ValueError):
    """No executor has this name."""


class RemovedInAirflow3Warning(DeprecationWarning):
    """Airflow's warning of what went in its version 3."""


class RemovedInAirflow4Warning(DeprecationWarning):
    """Airflow's warning of what goes in its version 4."""


class AirflowProviderDeprecationWarning(DeprecationWarning):
    """Airflow's warning of what a provider will drop."""
