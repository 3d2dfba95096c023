from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

import headway
from headway import airflow as served
from headway.airflow.hook import AliasModule
from headway.errors import Conflict


def fails(code: str) -> ImportError:
    with pytest.raises(ModuleNotFoundError) as error:
        exec(code, {})
    return error.value


def test_both_forms_of_import():
    namespace: dict = {}
    exec("import airflow\nimport airflow.operators.bash\nfrom airflow.operators import python, bash as b", namespace)
    module = namespace["airflow"]
    assert module.operators.bash is namespace["b"]
    assert namespace["python"].PythonOperator is module.operators.python.PythonOperator
    assert module.DAG is headway.DAG


def test_star_imports_bring_the_names_of_the_table():
    namespace: dict = {}
    exec("from airflow.decorators import *", namespace)
    assert namespace["task"] is headway.task


def test_a_name_goes_before_a_module_of_the_same_path():
    namespace: dict = {}
    exec("from airflow.decorators.task_group import task_group as one", namespace)
    exec("from airflow.decorators import task_group as other", namespace)
    assert namespace["one"] is namespace["other"] is headway.task_group


def test_versions():
    import airflow
    from airflow.version import version

    assert airflow.__version__ == version
    assert airflow.__version__.startswith("3.3.")


def test_a_missing_name_says_what_it_is_called_or_where_it_is():
    error = fails("from airflow.operators.bash import BashOperater")
    assert str(error) == (
        "Headway has no airflow.operators.bash.BashOperater: did you mean airflow.operators.bash.BashOperator?"
    )
    error = fails("from airflow.operators.bash import PythonOperator")
    assert error.remedy == "PythonOperator is imported from airflow.providers.standard.operators.python"


def test_missing_modules_and_providers():
    error = fails("import airflow.teleport.beam")
    assert str(error).startswith("Headway has no airflow.teleport: it is no part of this version")
    error = fails("from airflow.providers.acme.operators.acme import AcmeOperator")
    assert error.msg == "Headway has no airflow.providers.acme"
    assert "pip install --no-deps apache-airflow-providers-acme" in error.remedy
    assert isinstance(fails("from airflow import teleport"), ImportError)


def test_code_that_tries_an_import_goes_on():
    namespace: dict = {}
    code = """
        try:
            from airflow.sdk import NoSuchThing
        except ImportError:
            NoSuchThing = None
        import airflow
        HAS = hasattr(airflow, "no_such_thing")
    """
    exec(textwrap.dedent(code), namespace)
    assert namespace["NoSuchThing"] is None
    assert namespace["HAS"] is False


def test_names_are_loaded_when_they_are_used():
    code = "import headway.airflow as a, sys; a.install(); import airflow.operators.python\n"
    code += "assert 'headway.operators.python' not in sys.modules\n"
    code += "airflow.operators.python.PythonOperator\nassert 'headway.operators.python' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_installed_provider_packages_are_found(tmp_path, monkeypatch):
    package = tmp_path / "airflow" / "providers" / "acme" / "hooks"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "acme.py").write_text("from airflow.models import BaseOperator\n")
    beside = tmp_path / "airflow" / "providers" / "standard" / "extra"
    beside.mkdir(parents=True)
    (beside / "__init__.py").write_text("X = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    namespace: dict = {}
    exec("from airflow.providers.acme.hooks.acme import BaseOperator", namespace)
    exec("from airflow.providers.standard.extra import X", namespace)
    exec("from airflow.providers.standard.operators.bash import BashOperator", namespace)
    assert namespace["BaseOperator"] is headway.BaseOperator
    assert namespace["X"] == 1


def test_the_path_of_airflow_can_be_extended(tmp_path):
    import airflow

    (tmp_path / "local_part.py").write_text("X = 5\n")
    airflow.__path__.append(str(tmp_path))
    namespace: dict = {}
    exec("from airflow.local_part import X", namespace)
    assert namespace["X"] == 5


def test_installing_twice_is_harmless_and_uninstalling_takes_all_away():
    assert served.install()
    assert served.install()
    assert sum(type(one).__name__ == "AirflowFinder" for one in sys.meta_path) == 1
    exec("import airflow.operators.bash", {})
    served.uninstall()
    assert not [one for one in sys.modules if one == "airflow" or one.startswith("airflow.")]
    with pytest.raises(ModuleNotFoundError):
        exec("import airflow", {})


def test_a_module_that_was_put_back_after_uninstalling_is_served_again(monkeypatch):
    import airflow

    served.uninstall()
    monkeypatch.setitem(sys.modules, "airflow", airflow)
    assert served.install()
    exec("from airflow.operators.bash import BashOperator", {})


def test_a_preferred_real_airflow_keeps_its_names(tmp_path, monkeypatch):
    served.uninstall()
    assert not served.airflow_is_installed()
    assert served.install(prefer_airflow=True), "without a real one there is nothing to prefer"
    (tmp_path / "airflow").mkdir()
    (tmp_path / "airflow" / "__init__.py").write_text("REAL = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert served.airflow_is_installed()
    assert not served.install(prefer_airflow=True)
    import airflow

    assert airflow.REAL
    with pytest.raises(Conflict, match="was imported before Headway"):
        served.install()
    del sys.modules["airflow"]
    assert served.install()
    import airflow as ours

    assert isinstance(ours, AliasModule)


def test_nothing_heavy_is_imported_for_a_dag():
    code = """
        import sys
        import headway
        assert {name for name in sys.modules if name.startswith("headway.")} <= {"headway.serve_airflow"}
        from headway import DAG, task, TaskGroup, BaseOperator, chain
        with DAG("d"):
            @task
            def t(x=None): return 1
            t(t())
        heavy = {"sqlalchemy", "celery", "kombu", "psycopg", "redis", "pydantic", "typer", "jinja2", "pendulum"}
        assert not heavy & set(sys.modules), heavy & set(sys.modules)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, timeout=60)
