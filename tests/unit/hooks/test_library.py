from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest

from headway.airflow.table import aliases
from headway.authoring.connections import Connection
from headway.authoring.exceptions import AirflowException
from headway.authoring.loader import load_file
from headway.errors import DagFileError
from headway.hooks.filesystem import FSHook
from headway.hooks.http import HttpHook
from headway.hooks.library import EXTRAS, MissingLibrary, library
from headway.hooks.registry import HOOKS
from headway.hooks.s3 import S3Hook
from headway.hooks.slack import SlackWebhookHook
from headway.hooks.subprocess import SubprocessHook

ROOT = Path(__file__).parents[3]
CONNECTIONS = ROOT / "docs" / "connections.md"


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch):
    """Makes a library look as if it were not installed."""

    def hide(name: str) -> None:
        for loaded in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
            monkeypatch.delitem(sys.modules, loaded)
        monkeypatch.setattr(sys, "meta_path", [_Hidden(name), *sys.meta_path])

    return hide


class _Hidden:
    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname.partition(".")[0] == self._name:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


@pytest.mark.parametrize(
    ("name", "extra", "use"),
    [
        ("requests", "http", lambda: HttpHook("GET").run("x")),
        ("boto3", "s3", lambda: S3Hook(None).conn),
        ("slack_sdk", "slack", lambda: SlackWebhookHook(webhook_token="https://example.com/x").client),
    ],
)
def test_a_missing_library_names_its_extra(without, monkeypatch, name: str, extra: str, use) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_HTTP_DEFAULT", "http://127.0.0.1:1")
    monkeypatch.setenv("AIRFLOW_CONN_SLACK_DEFAULT", "slackwebhook://")
    without(name)
    with pytest.raises(MissingLibrary) as caught:
        use()
    assert name in caught.value.message
    assert f"pip install 'headway[{extra}]'" in caught.value.remedy
    assert isinstance(caught.value, ImportError)


def _libraries() -> set[tuple[str, str]]:
    """Each library that a hook imports, with the extra that brings it."""
    sources = [path.read_text() for path in (ROOT / "common" / "headway" / "hooks").rglob("*.py")]
    return {found for text in sources for found in re.findall(r'library\("([\w.]+)", "([\w-]+)"\)', text)}


def test_every_extra_that_a_hook_names_exists() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    named = {extra for _, extra in _libraries()}
    assert named > {"http", "s3", "slack", "postgres"}
    assert named <= extras.keys()


def test_a_dag_file_that_imports_a_library_itself_is_told_of_the_extra(without, tmp_path: Path) -> None:
    assert {(module.partition(".")[0], extra) for module, extra in _libraries() if extra != "postgres"} <= set(
        EXTRAS.items()
    )
    (tmp_path / "a.py").write_text("from airflow import DAG\nfrom docker.types import Mount\n")
    without("docker")
    with pytest.raises(DagFileError) as caught:
        load_file(tmp_path / "a.py", tmp_path)
    assert (caught.value.line, caught.value.message) == (2, "No module named 'docker'")
    assert caught.value.remedy.startswith("pip install 'headway[docker]'")


def test_the_page_of_providers_names_every_class_and_extra() -> None:
    page = (ROOT / "docs" / "providers.md").read_text()
    provided = {one.ours for one in aliases() if re.match(r"airflow\.providers\.(?!standard|common\.compat)", one.old)}
    ours = re.compile(r"headway\.(?:hooks|operators|sensors)\.[\w.]+:(\w+(?:Hook|Operator|Sensor|Notifier|Transfer))$")
    classes = {found[1] for found in map(ours.match, provided) if found} - {"BaseSQLOperator"}
    assert len(classes) > 50
    assert sorted(name for name in classes if f"`{name}`" not in page) == []
    assert sorted(extra for _, extra in _libraries() if f"`{extra}`" not in page + CONNECTIONS.read_text()) == []


def test_a_library_that_lacks_something_of_its_own_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half_there.py").write_text("import nothing_like_this\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="nothing_like_this") as caught:
        library("half_there", "http")
    assert not isinstance(caught.value, MissingLibrary)


@pytest.mark.parametrize("conn_type", [one for one in HOOKS if one not in ("fs", "smtp")])
def test_a_connection_knows_its_hook(monkeypatch: pytest.MonkeyPatch, conn_type: str) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_THERE", f"{conn_type}://host")
    hook = Connection.get("there").get_hook()
    assert type(hook).__name__ == HOOKS[conn_type].partition(":")[2]
    assert getattr(hook, hook.conn_name_attr) == "there"


def test_a_type_without_a_hook() -> None:
    with pytest.raises(AirflowException, match="which no hook serves"):
        Connection("c", "carrier-pigeon").get_hook()
    works, why = Connection("c", "carrier-pigeon").test_connection()
    assert not works
    assert "no hook serves" in why


def test_a_type_that_an_installed_provider_package_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = {"connection-types": [{"connection-type": "pigeon", "hook-class-name": "loft.hooks.PigeonHook"}]}
    (tmp_path / "loft").mkdir()
    (tmp_path / "loft" / "__init__.py").write_text(f"def get_provider_info():\n    return {info!r}\n")
    (tmp_path / "loft" / "hooks.py").write_text(
        "from headway.hooks.dbapi import DbApiHook\n"
        "class PigeonHook(DbApiHook):\n    conn_name_attr = 'pigeon_conn_id'\n"
    )
    (tmp_path / "loft-1.dist-info").mkdir()
    (tmp_path / "loft-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: loft\nVersion: 1\n")
    (tmp_path / "loft-1.dist-info" / "entry_points.txt").write_text(
        "[apache_airflow_provider]\nprovider_info=loft:get_provider_info\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    hook = Connection("home", "pigeon").get_hook()
    assert (type(hook).__name__, hook.pigeon_conn_id) == ("PigeonHook", "home")


def test_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_FS_DEFAULT", f'{{"conn_type": "fs", "extra": {{"path": "{tmp_path}"}}}}')
    assert FSHook().get_path() == str(tmp_path)
    assert FSHook().test_connection()[0]
    monkeypatch.setenv("AIRFLOW_CONN_FS_DEFAULT", "fs://")
    assert FSHook().get_path() == ""


def test_a_program(tmp_path: Path) -> None:
    hook = SubprocessHook()
    done = hook.run_command(["bash", "-c", "echo one; echo $X; pwd"], env={"X": "two", "PATH": "/bin:/usr/bin"})
    assert done.exit_code == 0
    assert done.output.startswith("/tmp/headway-command-")
    assert not Path(done.output).exists()
    assert hook.run_command(["bash", "-c", "pwd; exit 3"], cwd=str(tmp_path)) == (3, str(tmp_path))


@pytest.mark.parametrize(
    ("uri", "url"),
    [
        ("http://api.example.com", "http://api.example.com/x"),
        ("https://api.example.com:8443", "https://api.example.com:8443/x"),
        ("http://api.example.com/https", "https://api.example.com/x"),
        ("http://https%3A%2F%2Fapi.example.com%2Fv1%2F", "https://api.example.com/v1/x"),
    ],
)
def test_the_address_of_an_http_connection(monkeypatch: pytest.MonkeyPatch, uri: str, url: str) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_HTTP_DEFAULT", uri)
    hook = HttpHook("GET")
    hook.get_conn()
    assert hook.url_from_endpoint("x") == url
