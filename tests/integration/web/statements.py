"""How many SQL statements each GET takes, the look at the session or token included: the whole API in one table.

``test_statements.py`` asks each route once, of a world with several of everything, so that a statement a row shows.
"""

from __future__ import annotations

#: By route: how many statements it takes, neither more nor fewer.
LIMITS = {
    "GET /assets": 3,
    "GET /assets/events": 2,
    "GET /assets/graph": 5,
    "GET /assets/{asset_id}": 2,
    "GET /assets/{asset_id}/events": 3,
    "GET /backfills": 2,
    "GET /backfills/{backfill_id}": 2,
    "GET /backfills/{backfill_id}/dates": 3,
    "GET /config": 1,
    "GET /connections": 3,
    "GET /connections/types": 1,
    "GET /connections/{connection_id}": 3,
    "GET /dags": 3,
    "GET /dags/{dag_id}": 3,
    "GET /dags/{dag_id}/assets/waiting": 5,
    "GET /dags/{dag_id}/calendar": 3,
    "GET /dags/{dag_id}/dagRuns": 2,
    "GET /dags/{dag_id}/dagRuns/{dag_run_id}": 3,
    "GET /dags/{dag_id}/dagRuns/{dag_run_id}/gantt": 7,
    "GET /dags/{dag_id}/dagRuns/{dag_run_id}/graph": 4,
    "GET /dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances": 10,
    "GET /dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}": 10,
    "GET /dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/listMapped": 5,
    "GET /dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}": 10,
    "GET /dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/dependencies": 10,
    "GET /dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/logs/{try_number}": 5,
    "GET /dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/renderedFields": 5,
    "GET /dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/tries": 4,
    "GET /dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/xcomEntries": 4,
    "GET /dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/xcomEntries/{key}": 4,
    "GET /dags/{dag_id}/durations": 3,
    "GET /dags/{dag_id}/grid": 4,
    "GET /dags/{dag_id}/runs-due": 3,
    "GET /dags/{dag_id}/source": 3,
    "GET /dags/{dag_id}/source/diff": 4,
    "GET /dags/{dag_id}/structure": 2,
    "GET /dags/{dag_id}/tasks": 2,
    "GET /dags/{dag_id}/tasks/{task_id}": 2,
    "GET /dags/{dag_id}/versions": 2,
    "GET /dashboard": 13,
    "GET /deadlines": 2,
    "GET /eventLogs": 2,
    "GET /health": 1,
    "GET /health/live": 0,
    "GET /health/ready": 4,
    "GET /holds": 2,
    "GET /importErrors": 2,
    "GET /nodes": 2,
    "GET /owners": 2,
    "GET /plugins": 2,
    "GET /pools": 2,
    "GET /pools/{name}": 2,
    "GET /providers": 1,
    "GET /queues": 4,
    "GET /queues/{queue}/history": 2,
    "GET /roles": 1,
    "GET /session": 2,
    "GET /session/login-options": 0,
    "GET /tags": 2,
    "GET /tokens": 2,
    "GET /triggers": 3,
    "GET /users": 2,
    "GET /users/{username}": 2,
    "GET /variables": 3,
    "GET /variables/{key}": 3,
    "GET /warnings": 2,
}

#: Lists over many runs and DAGs ask more than those of one run: by path.
OVER_MANY = {
    "/dags/~/dagRuns/~/taskInstances": 13,
    "/dags/~/dagRuns/~/taskInstances?state=failed": 3,
}

#: Routes that read nothing of which a world could have more, or never end.
NOT_COUNTED = {
    "GET /events",
    "GET /dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/logs/{try_number}/stream",
    "GET /openapi.json",
    "GET /session/oidc/callback",
    "GET /session/oidc/start",
    "GET /version",
}
