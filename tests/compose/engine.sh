#!/usr/bin/env bash
# Runs a command where `docker compose` works:   tests/compose/engine.sh COMMAND ...
#
# An engine that is there is used as it is. Where there is none, root on Debian gets a private one: its parts are
# Debian's packages, unpacked under $CACHE, and it lives in a network namespace of its own, so that no bridge,
# address or rule of it is seen outside. COMMAND runs inside (published ports answer on its 127.0.0.1), and the
# engine ends with it. Images and downloads stay in $CACHE for the next time.
set -euo pipefail
shopt -s inherit_errexit

HERE=$(cd "$(dirname "$0")" && pwd)
CACHE=${HEADWAY_COMPOSE_CACHE:-/var/tmp/headway-compose}
SUITE=trixie   # has a Compose that knows !reset; its binaries run on older releases, too
PARTS=(docker.io docker-cli docker-compose docker-buildx containerd tini)
ROOT=$CACHE/root

say() { printf 'compose-test: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

engine_answers() { docker compose version && docker version; } > /dev/null 2>&1

require_debian_root() {
  [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null ||
    fail "no Docker engine answers: start one that has Compose, or run this as root on Debian, where a private one is made"
}

install_tools() {
  local tool missing=
  for tool in runc iptables ip mmdebstrap; do command -v $tool > /dev/null || missing=1; done
  [ -z "$missing" ] && return
  apt-get update -qq
  # runc is this release's own: a newer one wants a newer libc
  DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends \
    runc iptables iproute2 mmdebstrap > "$CACHE/apt.log" 2>&1 || { tail -n 5 "$CACHE/apt.log" >&2; fail "apt-get failed"; }
}

fetch_engine() {
  [ -x "$ROOT/usr/sbin/dockerd" ] && return
  say "fetching Docker and Compose (Debian $SUITE) into $CACHE"
  local apt=$CACHE/apt parts=$CACHE/parts
  rm -rf "$apt" "$parts" "$ROOT.new"
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$parts" "$ROOT.new"
  "$HERE/images.sh" source $SUITE > "$apt/sources.list"
  local options=(-qq -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User=root
    -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache")
  apt-get "${options[@]}" update
  (cd "$parts" && apt-get "${options[@]}" download "${PARTS[@]}")
  for part in "$parts"/*.deb; do dpkg-deb --extract "$part" "$ROOT.new"; done
  mkdir -p "$ROOT.new/config"
  ln -s ../usr/libexec/docker/cli-plugins "$ROOT.new/config/cli-plugins"
  rm -rf "$apt" "$parts"
  mv "$ROOT.new" "$ROOT"
}

end_stale_engine() {  # one that outlived a killed run
  local pid
  pid=$(cat "$CACHE/run/docker.pid" 2> /dev/null) && grep -qs "$CACHE/daemon.json" "/proc/$pid/cmdline" || return 0
  kill "$pid"
  timeout 60 tail --pid="$pid" -f /dev/null
}

start_engine() {
  cat > "$CACHE/daemon.json" << EOF_JSON
{"data-root": "$CACHE/data", "exec-root": "$CACHE/run/exec", "pidfile": "$CACHE/run/docker.pid",
 "hosts": ["$DOCKER_HOST"], "bip": "198.19.1.1/24", "default-address-pools": [{"base": "198.19.64.0/18", "size": 24}]}
EOF_JSON
  unshare --net dockerd --config-file "$CACHE/daemon.json" > "$CACHE/dockerd.log" 2>&1 < /dev/null 9>&- &
  ENGINE=$!
  trap stop_engine EXIT
  for _ in $(seq 300); do
    engine_answers && break
    kill -0 $ENGINE 2> /dev/null || break
    sleep 0.2
  done
  engine_answers || { tail -n 5 "$CACHE/dockerd.log" >&2; fail "the private engine did not start: $CACHE/dockerd.log"; }
  inside ip link set lo up
}

# not `ip netns exec`, which mounts /sys anew, without the cgroups
inside() { nsenter --net="/proc/$ENGINE/ns/net" "$@"; }

stop_engine() {
  kill $ENGINE 2> /dev/null || return 0
  wait $ENGINE || [ $? -ge 128 ]  # by our signal; anything else is a fault
}

furnish() {  # for an engine that reaches no registry
  "$HERE/images.sh" make "$CACHE"
  export COMPOSE_TEST_WHEELS=$CACHE/wheels
  "$HERE/../../.venv/bin/python" "$HERE/wheels.py" "$COMPOSE_TEST_WHEELS"
}

if engine_answers; then
  if [ -n "${LAB_HOST:-}" ]; then furnish; fi   # a laboratory's engine, with its ports at that address
  exec "$@"
fi
require_debian_root
mkdir -p "$CACHE/run"
exec 9> "$CACHE/lock"
flock --nonblock 9 || { say "waiting for another compose-test on this machine"; flock 9; }
export DOCKER_HOST=unix://$CACHE/run/docker.sock DOCKER_CONFIG=$ROOT/config PATH=$ROOT/usr/bin:$ROOT/usr/sbin:$PATH
install_tools
fetch_engine
end_stale_engine
start_engine
furnish
inside "$@" 9>&-
