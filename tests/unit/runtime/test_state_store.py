from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from headway import Asset
from headway.authoring.local_runtime import LocalRuntime
from headway.authoring.state_store import NEVER_EXPIRE, AssetStateStores, StateStore, task_store
from support.one_task import INSTANCE, RUN, Bench

ORDERS, LINES = Asset("orders", uri="s3://shop/orders"), Asset("lines", uri="s3://shop/lines")


@pytest.fixture
def runtime(bench: Bench) -> LocalRuntime:
    return LocalRuntime(bench.world, RUN, INSTANCE)


@pytest.fixture
def store(runtime: LocalRuntime) -> StateStore:
    return task_store(runtime)


def test_what_was_set_is_there_until_it_is_deleted(store: StateStore) -> None:
    store.set("job", {"id": 7})
    store.set("step", "half", retention=NEVER_EXPIRE)
    assert store.get("job") == {"id": 7}
    store.delete("job")
    store.delete("job")
    assert store.get("job", default="none") == "none"
    store.clear()
    assert store.get("step") is None


def test_it_can_be_awaited(store: StateStore) -> None:
    async def work() -> object:
        await store.aset("done", [1, 2], retention=timedelta(days=1))
        found = await store.aget("done")
        await store.adelete("done")
        await store.aclear()
        return found, await store.aget("done", default=0)

    assert asyncio.run(work()) == ([1, 2], 0)


@pytest.mark.parametrize(
    ("value", "text"), [(None, "cannot be None"), ({1, 2}, "is not JSON"), ("x" * 70_000, "more than 65535")]
)
def test_what_cannot_be_kept_is_refused(store: StateStore, value: object, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        store.set("key", value)


def test_assets_keep_theirs_apart_and_for_all_who_name_them(runtime: LocalRuntime) -> None:
    stores = AssetStateStores(runtime, [ORDERS], [LINES])
    stores[ORDERS].set("mark", 1)
    stores[LINES].set("mark", 2)
    other = AssetStateStores(runtime, [], [Asset.ref(name="orders")])
    assert other[Asset.ref(name="orders")].get("mark") == 1
    assert other.get("mark") == 1  # of the only asset
    assert task_store(runtime).get("mark") is None


def test_an_asset_must_be_the_tasks_own(runtime: LocalRuntime) -> None:
    stores = AssetStateStores(runtime, [ORDERS], [LINES])
    with pytest.raises(KeyError, match="neither an inlet nor an outlet"):
        stores[Asset("other")]
    with pytest.raises(TypeError, match="expected an asset"):
        stores["orders"]
    with pytest.raises(ValueError, match="the task has 2 assets"):
        stores.set("mark", 1)
