-- The tables of example_sql, made anew; what is told apart by a ; is run one by one.
DROP TABLE IF EXISTS film;
DROP TABLE IF EXISTS film_copy;
CREATE TABLE film (id INTEGER PRIMARY KEY, title TEXT NOT NULL, stars REAL);
CREATE TABLE film_copy (id INTEGER, title TEXT, stars REAL);
