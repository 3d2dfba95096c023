"""A mapped group: several tasks for each element; each element goes its own way, at its own pace."""

from datetime import datetime

from airflow.sdk import DAG, task, task_group

with DAG("example_mapped_groups", start_date=datetime(2024, 1, 1), schedule=None, doc_md=__doc__, tags=["example"]):

    @task
    def orders():
        return [{"dish": "soup"}, {"dish": "fish", "salt": 2}, {"dish": "cake", "salt": 0}]

    @task
    def cook(dish, salt):
        return f"{dish} with {salt} of salt"

    @task.branch
    def choose(meal):
        """Decides for its own order alone."""
        return "serve_all.take_away" if meal.startswith("cake") else "serve_all.bring"

    @task
    def bring(meal):
        return f"{meal}, brought"

    @task
    def take_away(meal):
        return f"{meal}, taken away"

    @task(trigger_rule="none_failed_min_one_success")
    def pay(brought, taken):
        """Sees what the tasks of its own order returned; the one that was skipped returned nothing."""
        return brought or taken

    @task_group
    def serve_all(dish, salt=1):
        meal = cook(dish, salt)
        brought, taken = bring(meal), take_away(meal)
        choose(meal) >> [brought, taken]
        return pay(brought, taken)

    @task
    def count(paid):
        return list(paid)

    count(serve_all.expand_kwargs(orders()))
