"""Variables: values that tasks look up by name, stored encrypted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from headway.operations import secrets, shown_secrets
from headway_web.dependencies import Db, Means
from headway_web.paging import Paged
from headway_web.parameters import Text
from headway_web.schemas.variables import NewVariable, Variable, VariableChange, Variables
from headway_web.security.guards import Admin, Viewer

router = APIRouter()

Key = Annotated[str, Path(max_length=250, pattern=r"^[^\x00]*$", examples=["region"])]


@router.get("/variables")
def list_variables(
    _: Viewer,
    conn: Db,
    means: Means,
    paging: Paged,
    q: Annotated[Text | None, Query(description="in key or description")] = None,
) -> Variables:
    """List variables; secrets stay hidden."""
    after = paging.after(str)
    found = shown_secrets.variables(
        conn, lambda: means.vault(conn), limit=paging.fetch, after=after[0] if after else None, text=q or None
    )
    shown, cursor = paging.cut(found, lambda each: (each.key,))
    return Variables(variables=[_shown(each) for each in shown], next_cursor=cursor)


@router.get("/variables/{key}")
def get_variable(_: Viewer, conn: Db, means: Means, key: Key) -> Variable:
    """One variable."""
    return _shown(shown_secrets.find_variable(conn, lambda: means.vault(conn), key))


@router.post("/variables", status_code=201)
def create_variable(actor: Admin, conn: Db, means: Means, variable: NewVariable) -> Variable:
    """Make a variable."""
    made = shown_secrets.create_variable(
        conn,
        lambda: means.vault(conn),
        variable.key,
        variable.value,
        description=variable.description,
        actor=actor.name,
    )
    return _shown(made)


@router.patch("/variables/{key}")
def update_variable(actor: Admin, conn: Db, means: Means, key: Key, change: VariableChange) -> Variable:
    """Change a variable."""
    changed = shown_secrets.update_variable(
        conn,
        lambda: means.vault(conn),
        key,
        change.value,
        description=change.description,
        actor=actor.name,
    )
    return _shown(changed)


@router.delete("/variables/{key}", status_code=204)
def delete_variable(actor: Admin, conn: Db, key: Key) -> Response:
    """Delete a variable."""
    secrets.delete_variable(conn, key, actor=actor.name)
    return Response(status_code=204)


def _shown(variable: shown_secrets.ShownVariable) -> Variable:
    return Variable.model_validate(variable, from_attributes=True)
