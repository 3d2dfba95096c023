"""A kept connection to Valkey: what was sent is there, and nothing is read for something else."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import redis
from redis.exceptions import ResponseError

from headway.broker.redis_pusher import Pusher


@pytest.fixture
def client(valkey_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(valkey_url, decode_responses=True) as opened:
        yield opened


@pytest.fixture
def pusher(valkey_url: str) -> Iterator[Pusher]:
    made = Pusher(redis.Redis.from_url(valkey_url, client_name="pusher"))
    yield made
    made.close()


def kill_pusher(client: redis.Redis) -> None:
    for each in client.client_list():
        if each["name"] == "pusher":
            client.client_kill_filter(_id=each["id"])


def test_all_commands_arrive_over_one_connection(client: redis.Redis, pusher: Pusher) -> None:
    for number in range(3):
        pusher.send(("RPUSH", "pushed", number), ("EXPIRE", "pushed", 60))
    assert client.lrange("pushed", 0, -1) == ["0", "1", "2"]
    assert 0 < int(client.ttl("pushed")) <= 60
    assert sum(each["name"] == "pusher" for each in client.client_list()) == 1


def test_a_connection_that_was_closed_is_opened_anew(client: redis.Redis, pusher: Pusher) -> None:
    pusher.send(("SET", "mark", 1))
    kill_pusher(client)
    pusher.send(("SET", "mark", 2))
    assert client.get("mark") == "2"


def test_after_an_error_no_reply_is_left_for_the_next(client: redis.Redis, pusher: Pusher) -> None:
    with pytest.raises(ResponseError):
        pusher.send(("EXPIRE", "mark", "soon"), ("SET", "mark", 3))
    pusher.send(("SET", "mark", 4))
    with pytest.raises(ResponseError):
        pusher.send(("EXPIRE", "mark", "soon"))


def test_a_forked_process_opens_its_own(client: redis.Redis, pusher: Pusher) -> None:
    pusher.send(("RPUSH", "forked", "parent"))
    pid = os.fork()
    if pid == 0:
        pusher.send(("RPUSH", "forked", "child"))
        pusher.close()
        os._exit(0)
    os.waitpid(pid, 0)
    pusher.send(("RPUSH", "forked", "parent"))  # whose connection the child has left alone
    assert client.lrange("forked", 0, -1) == ["parent", "child", "parent"]
    assert sum(each["name"] == "pusher" for each in client.client_list()) == 1
