"""SQL: statements and files of them, results, checks of data, branches, rows from one database into another.

It works on the database of the connection `example_database`, whatever its kind; an SQLite file will do:
`headway connections set example_database --type sqlite --host /tmp/films.db`
"""

from datetime import datetime

from airflow.operators.empty import EmptyOperator
from airflow.providers.common.sql.operators.generic_transfer import GenericTransfer
from airflow.providers.common.sql.operators.sql import (
    BranchSQLOperator,
    SQLCheckOperator,
    SQLColumnCheckOperator,
    SQLExecuteQueryOperator,
    SQLInsertRowsOperator,
    SQLTableCheckOperator,
    SQLThresholdCheckOperator,
    SQLValueCheckOperator,
)
from airflow.providers.common.sql.sensors.sql import SqlSensor
from airflow.sdk import DAG, BaseHook, task

DATABASE = "example_database"

with DAG(
    "example_sql",
    start_date=datetime(2024, 1, 1),
    schedule=None,
    max_active_runs=1,
    default_args={"conn_id": DATABASE},
    doc_md=__doc__,
    tags=["example"],
):
    create = SQLExecuteQueryOperator(
        task_id="create",
        sql="scripts/films.sql",
        split_statements=True,
    )
    insert = SQLInsertRowsOperator(
        task_id="insert",
        table_name="film",
        rows=[{"id": 1, "title": "Heat", "stars": 8.3}, {"id": 2, "title": "Up; a film", "stars": 8.2}],
    )
    there = SqlSensor(task_id="there", sql="SELECT count(*) FROM film", success=lambda found: found == 2)
    titles = SQLExecuteQueryOperator(
        task_id="titles",
        sql="SELECT title FROM film WHERE stars > {{ params.least }} ORDER BY id",
        params={"least": 8},
        output_processor=lambda results, descriptions: [[title for (title,) in results[-1]]],
    )

    columns = SQLColumnCheckOperator(
        task_id="columns",
        table="film",
        column_mapping={
            "title": {"null_check": {"equal_to": 0}, "unique_check": {"equal_to": 0}},
            "stars": {"min": {"geq_to": 0}, "max": {"leq_to": 10}},
        },
    )
    rows = SQLTableCheckOperator(
        task_id="rows", table="film", checks={"some": {"check_statement": "COUNT(*) BETWEEN 1 AND 1000"}}
    )
    average = SQLThresholdCheckOperator(
        task_id="average", sql="SELECT avg(stars) FROM film", min_threshold=8, max_threshold="SELECT 9"
    )
    total = SQLValueCheckOperator(task_id="total", sql="SELECT sum(stars) FROM film", pass_value=16, tolerance=0.1)
    wrong = SQLCheckOperator(task_id="wrong", sql="SELECT count(*) > 2 FROM film")

    many = BranchSQLOperator(
        task_id="many",
        sql="SELECT count(*) > 100 FROM film",
        follow_task_ids_if_true="archive",
        follow_task_ids_if_false="keep",
    )
    copy = GenericTransfer(
        task_id="copy",
        source_conn_id=DATABASE,
        destination_conn_id=DATABASE,
        sql="SELECT * FROM film",
        destination_table="film_copy",
        preoperator="DELETE FROM film_copy",
    )

    @task
    def copied():
        hook = BaseHook.get_hook(DATABASE)
        hook.insert_rows("film_copy", [(3, "Alien", 8.5)], target_fields=["id", "title", "stars"])
        return [title for (title,) in hook.get_records("SELECT title FROM film_copy ORDER BY stars DESC")]

    create >> insert >> there >> [titles, columns, rows, average, total, wrong, many]
    many >> [EmptyOperator(task_id="archive"), EmptyOperator(task_id="keep")]
    [columns, rows, average, total] >> copy >> copied()
