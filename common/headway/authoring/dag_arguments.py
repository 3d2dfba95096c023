"""The arguments that every DAG takes beside its id, schedule and dates; their defaults stand on ``DAG``."""

from __future__ import annotations

from typing import Any

from headway.authoring.arguments import ArgumentTable
from headway.authoring.deadlines import alerts
from headway.authoring.params import ParamsDict
from headway.authoring.values import (
    anything,
    bad,
    callbacks,
    duration,
    flag,
    mapping,
    optional,
    optional_flag,
    optional_text,
    texts,
    whole,
)

MAX_TAG_LENGTH = 100


def tags(value: Any) -> list[str]:
    """Tags in the order given, each once."""
    found = texts(value)
    for tag in found:
        if not tag.strip() or len(tag) > MAX_TAG_LENGTH:
            raise bad(f"tags of 1 to {MAX_TAG_LENGTH} characters", tag)
    return found


def params(value: Any) -> ParamsDict:
    """Params by name, from plain values or ``Param`` objects."""
    return value if isinstance(value, ParamsDict) else ParamsDict(mapping(value))


DAG_ARGUMENTS = ArgumentTable(
    known={
        # What people read
        "dag_display_name": optional_text,
        "doc_md": optional_text,
        "tags": tags,
        "owner_links": mapping,
        # Limits
        "max_active_runs": whole(1),
        "max_active_tasks": whole(1),
        "max_consecutive_failed_dag_runs": whole(0),
        "dagrun_timeout": optional(duration),
        "fail_fast": flag,
        # Runs
        "catchup": flag,
        "is_paused_upon_creation": optional_flag,
        "params": params,
        "auto_register": flag,
        # Templates
        "template_searchpath": texts,
        "template_undefined": anything,
        "user_defined_macros": mapping,
        "user_defined_filters": mapping,
        "jinja_environment_kwargs": mapping,
        "render_template_as_native_obj": flag,
        # What is called
        "on_success_callback": callbacks,
        "on_failure_callback": callbacks,
        "sla_miss_callback": callbacks,
        "deadline": alerts,
    },
    renamed={"concurrency": "max_active_tasks", "fail_stop": "fail_fast"},
    without_effect={
        "default_view": "the web UI has one view of its own for each DAG",
        "orientation": "the graph is laid out from left to right",
        "access_control": "roles hold for all DAGs",
        "full_filepath": "the path is known from the file itself",
        "last_loaded": "it is known when the file was read",
        "dag_version": "versions are counted from the code",
        "disable_bundle_versioning": "a run always uses the version of the code that it started with",
        "rerun_with_latest_version": "choose the version when you clear a run",
        "allowed_run_types": "a DAG may be run in every way",
    },
)
