"""Modules of Airflow's that hold small helpers: one module here for each of them."""
