"""Ranks films by rating: extract, clean, check, rank, load into PostgreSQL.

The data is the film set of the package ``bokeh_sampledata`` (17,472 films from Wikidata with review scores,
in the public domain). A check of its quality decides between loading the ranking and setting it aside. The
table goes to the database that the connection ``film_warehouse`` names: ``headway demo`` makes one, elsewhere
``headway connections set film_warehouse`` does.
"""

import sqlite3
from contextlib import closing
from datetime import datetime

import psycopg
from airflow.decorators import dag, task
from airflow.hooks.base import BaseHook
from airflow.operators.empty import EmptyOperator
from airflow.utils.trigger_rule import TriggerRule
from include.rating import weighted_rating

WANTED = """
    SELECT o.Title AS title, o.Genre AS genre, t.Rating AS rating, t.Reviews AS reviews
    FROM omdb AS o JOIN tomatoes AS t USING (ID)
    WHERE t.Reviews >= 60
"""


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
        from bokeh_sampledata.movies_data import movie_path

        with closing(sqlite3.connect(f"file:{movie_path}?mode=ro", uri=True)) as films:
            films.row_factory = sqlite3.Row
            return [dict(film) for film in films.execute(WANTED)]

    @task
    def clean(films):
        kept = [film for film in films if film["genre"] and film["rating"] is not None]
        print(f"{len(kept)} of {len(films)} films have a genre and a rating")
        return kept

    @task.branch
    def check(films, minimum=1000):
        rated = sum(0 < film["rating"] <= 10 for film in films)
        return "rank" if rated >= minimum and rated == len(films) else "set_aside"

    @task(queue="high_cpu")
    def rank(films, best=100):
        mean = sum(film["rating"] for film in films) / len(films)
        scored = [(weighted_rating(film["rating"], film["reviews"], mean), film) for film in films]
        scored.sort(key=lambda pair: pair[0], reverse=True)
        return [
            {"place": place, "title": film["title"], "genre": film["genre"], "score": round(score, 3)}
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

    films = clean(extract())
    decision = check(films)
    ranking = rank(films)
    loaded = load(ranking)
    set_aside = EmptyOperator(task_id="set_aside")
    done = EmptyOperator(task_id="done", trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)

    decision >> [ranking, set_aside]
    [loaded, set_aside] >> done


film_ranking()
