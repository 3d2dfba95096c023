#!/usr/bin/env bash
# Stands in for an image registry where there is none: makes the base images that compose.yaml and deploy/Dockerfile
# name, as far as the engine lacks them, from Debian's packages. Root on Debian only.
#
#   images.sh make FOLDER      make what is missing; FOLDER holds what is needed on the way
#   images.sh source SUITE     print the line for apt that stands for SUITE, by this machine's own mirror
set -euo pipefail
shopt -s inherit_errexit

HERE=$(cd "$(dirname "$0")" && pwd)
SMALL=(--aptopt='APT::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/doc/*'
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*')

source_line() {  # SUITE
  mirrors() { apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Identifier: Packages' 'Component: main'; }
  [ -n "$(mirrors)" ] || apt-get update -qq
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirrors | sed -n 1p) $1 main"
}

missing() { ! docker image inspect "$1" > /dev/null 2>&1; }

system() {  # NAME SUITE PACKAGES: an image that is a small Debian with these packages
  missing "$1" || return 0
  echo "compose-test: making $1 from Debian $2" >&2
  local tar=$FOLDER/image.tar
  mmdebstrap --quiet --mode=root --variant=minbase "${SMALL[@]}" --include="$3" "$2" "$tar" "$(source_line "$2")"
  docker import "$tar" "$1" > /dev/null
  rm "$tar"
}

foreign() { docker image inspect --format '{{.Config.Labels}}' "$1" 2> /dev/null | grep -qv stand-in; }

image() {  # NAME SYSTEM: with the Dockerfile's other lines from standard input; one that is not ours is left alone
  if foreign "$1"; then return; fi
  system "${@:2}"
  { echo "FROM $2"; echo "LABEL stand-in=for-tests"; cat; } > "$FOLDER/Dockerfile"
  docker build --quiet --tag "$1" --file "$FOLDER/Dockerfile" "$HERE/entrypoints" > /dev/null
}

make_all() {
  local python=(headway-test/python bookworm python3,python3-pip,python3-venv,ca-certificates)
  local servers=(headway-test/servers trixie postgresql-17,valkey-server,valkey-tools,rabbitmq-server)
  image python:3.11-slim "${python[@]}" << 'EOF_IMAGE'
ENV LANG=C.UTF-8
RUN ln -s python3 /usr/bin/python
CMD ["python3"]
EOF_IMAGE
  image postgres:17 "${servers[@]}" << 'EOF_IMAGE'
ENV PATH=/usr/local/bin:/usr/lib/postgresql/17/bin:/usr/bin:/bin LANG=C.UTF-8 PGDATA=/var/lib/postgresql/data
COPY postgres /usr/local/bin/entrypoint
STOPSIGNAL SIGINT
VOLUME /var/lib/postgresql/data
ENTRYPOINT ["entrypoint"]
EOF_IMAGE
  image valkey/valkey:8 "${servers[@]}" << 'EOF_IMAGE'
WORKDIR /data
VOLUME /data
EOF_IMAGE
  image rabbitmq:4-management "${servers[@]}" << 'EOF_IMAGE'
ENV PATH=/usr/local/bin:/usr/lib/rabbitmq/bin:/usr/bin:/bin LANG=C.UTF-8 HOME=/var/lib/rabbitmq RABBITMQ_LOGS=-
COPY rabbitmq /usr/local/bin/entrypoint
USER rabbitmq
VOLUME /var/lib/rabbitmq
ENTRYPOINT ["entrypoint"]
EOF_IMAGE
}

case ${1:-} in
  make) FOLDER=$2; mkdir -p "$FOLDER"; make_all ;;
  source) source_line "$2" ;;
  *) sed -n '2,7p' "$0" >&2; exit 2 ;;
esac
