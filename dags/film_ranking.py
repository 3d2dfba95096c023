"""Ranks films by rating: extract, clean, check, rank, load into PostgreSQL.

The data is the movies set of the package ``vega_datasets`` (3,201 films with ratings and votes). A check
of its quality decides between loading the ranking and setting it aside. The table goes to the database
that the connection ``film_warehouse`` names.
"""

from datetime import datetime

import psycopg
from airflow.decorators import dag, task
from airflow.hooks.base import BaseHook
from airflow.operators.empty import EmptyOperator
from airflow.utils.trigger_rule import TriggerRule
from include.rating import weighted_rating

WANTED = ["Title", "Major_Genre", "IMDB_Rating", "IMDB_Votes"]


@dag(
    dag_id="film_ranking",
    start_date=datetime(2022, 1, 1),
    schedule="@weekly",
    catchup=False,
    doc_md=__doc__,
    tags=["example", "etl"],
)
def film_ranking():
    @task
    def extract():
        from vega_datasets import data

        return data.movies()[WANTED].astype(object).to_dict("records")

    @task
    def clean(films):
        kept = [film for film in films if film["Title"] and film["IMDB_Votes"] == film["IMDB_Votes"]]
        print(f"{len(kept)} of {len(films)} films have a title and votes")
        return kept

    @task.branch
    def check(films, minimum=1000):
        rated = sum(0 < film["IMDB_Rating"] <= 10 for film in films)
        return "rank" if rated >= minimum and rated == len(films) else "set_aside"

    @task(queue="high_cpu")
    def rank(films, best=100):
        mean = sum(film["IMDB_Rating"] for film in films) / len(films)
        scored = [(weighted_rating(film["IMDB_Rating"], film["IMDB_Votes"], mean), film) for film in films]
        scored.sort(key=lambda pair: pair[0], reverse=True)
        return [
            {"place": place, "title": str(film["Title"]), "genre": str(film["Major_Genre"]), "score": round(score, 3)}
            for place, (score, film) in enumerate(scored[:best], start=1)
        ]

    @task
    def load(ranking):
        warehouse = BaseHook.get_connection("film_warehouse").get_uri().replace("postgres://", "postgresql://", 1)
        with psycopg.connect(warehouse) as conn:
            conn.execute(
                "CREATE TABLE IF NOT EXISTS film_ranking"
                " (place int PRIMARY KEY, title text NOT NULL, genre text NOT NULL, score numeric NOT NULL)"
            )
            conn.execute("DELETE FROM film_ranking")
            conn.cursor().executemany(
                "INSERT INTO film_ranking VALUES (%(place)s, %(title)s, %(genre)s, %(score)s)", ranking
            )
        print(f"the best: {ranking[0]['title']} ({ranking[0]['score']})")
        return len(ranking)

    set_aside = EmptyOperator(task_id="set_aside")
    done = EmptyOperator(task_id="done", trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)

    films = clean(extract())
    ranking = rank(films)
    check(films) >> [ranking, set_aside]
    [load(ranking), set_aside] >> done


film_ranking()
