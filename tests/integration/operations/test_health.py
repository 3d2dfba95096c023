"""``headway info``: what answers, what does not, and the schema."""

from __future__ import annotations

from pathlib import Path

from alembic.script import ScriptDirectory

from headway.metastore import migrate, schema
from headway.operations import health
from headway.settings import load_settings
from support.stage import Stage


def test_everything_answers(stage: Stage, metastore_url: str, valkey_url: str) -> None:
    stage.join_scheduler()
    found = health.check(load_settings(metastore={"url": metastore_url}, broker={"url": valkey_url}))
    assert found.metastore.answers
    assert found.metastore.detail.startswith("PostgreSQL ")
    assert found.broker.answers
    assert found.schema == found.schema_expected
    assert found.nodes == {"scheduler": 1}


def test_what_does_not_answer_is_told_without_secrets(tmp_path: Path) -> None:
    settings = load_settings(
        metastore={"url": "postgresql://u:s3cret@127.0.0.1:1/db", "connect_timeout": 1},
        broker={"url": "redis://:s3cret@127.0.0.1:1/0"},
    )
    found = health.check(settings)
    assert not found.metastore.answers
    assert not found.broker.answers
    assert "127.0.0.1:1" in found.metastore.problem
    assert "s3cret" not in str(found)


def test_the_schema_check_knows_what_alembic_knows() -> None:
    """Revisions are read off file names: a migration whose file is named otherwise would go unnoticed."""
    scripts = ScriptDirectory.from_config(migrate.alembic_config())
    assert [each.revision for each in scripts.walk_revisions()][::-1] == list(schema.revisions())
    assert scripts.get_current_head() == schema.head()
