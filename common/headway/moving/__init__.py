"""Moving in from Airflow: what a folder of DAG files needs (``check``), taking over what Airflow knows (``import``).

``check`` loads every file in a process of its own (``checking``) and judges what came of it with ``findings``;
``exports`` and ``runs`` read what Airflow has written, ``takeover`` plans and does the import.
"""
