"""Templates: macros, filters, params, files, nested values, and Python values instead of texts."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator


def shout(text):
    """A filter of this file's own."""
    return f"{text.upper()}!"


with DAG(
    "example_templates",
    schedule=None,
    start_date=datetime(2024, 1, 1),
    params={"city": "Oslo"},
    user_defined_macros={"greeting": "good morning"},
    user_defined_filters={"shout": shout},
    template_searchpath="scripts",
) as dag:
    texts = PythonOperator(
        task_id="texts",
        python_callable=lambda **given: given["templates_dict"],
        templates_dict={
            "filters": "{{ greeting | shout }}",
            "params": ["{{ params.city }}", {"nested": ["{{ params['city'] | length }}"]}],
            "macros": "{{ macros.ds_add('2024-02-28', 2) }} {{ macros.ds_format('2024-02-28', '%Y-%m-%d', '%d.%m.') }}",
            "dates": "{{ (logical_date - macros.timedelta(days=1)) | ds == yesterday_ds }}",
            "default": "{{ var.value.get('nothing_of_this_name', 'a default') }}",
            "ids": "{{ task_instance_key_str.startswith('example_templates__texts__') }} {{ ti.task_id }}",
        },
    )
    file = BashOperator(task_id="file", bash_command="greet.sh", env={"CITY": "{{ params.city }}"}, append_env=True)
    texts >> file

with DAG("example_native_templates", schedule=None, render_template_as_native_obj=True):

    @task
    def measure(hours, when):
        """Values keep their types: a number and a datetime, where texts would come otherwise."""
        return (when + timedelta(hours=hours)).hour

    measure(hours="{{ 2 + 1 }}", when="{{ macros.datetime(2024, 1, 1, 4) }}")
