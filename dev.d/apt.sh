# shellcheck shell=bash disable=SC2154
# What Debian's packages give: installed when we are root, named in a hint when not.

# need_programs NAME…: each is a program and the package that brings it.
need_programs() {
  local name missing=()
  for name in "$@"; do command -v "$name" >/dev/null || missing+=("$name"); done
  ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
}

# need_packages NAME…
need_packages() {
  local name missing=()
  for name in "$@"; do
    # shellcheck disable=SC2016 # dpkg-query expands it
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
  done
  ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
}

can_install() { ((EUID == 0)) && command -v apt-get >/dev/null; }

install_packages() {
  can_install || fail "missing on this machine: $*" "as root: apt-get install $*"
  step "installing $*"
  apt_install "$@" || { apt-get -q update >/dev/null 2>&1; apt_install "$@"; } \
    || fail "could not install $*" "see 'apt-get install $*'"
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 \
    install -y --no-install-recommends "$@" </dev/null >/dev/null 2>&1
}

# Tests and benchmarks use a real Kafka where the script for it is there. It needs Java.
find_kafka() {
  if [[ -z ${KAFKA_TOOL:-} ]]; then
    [[ -x $root/../shared/kafka/kafka ]] || return 0
    KAFKA_TOOL=$(realpath "$root/../shared/kafka/kafka")
    export KAFKA_TOOL
  fi
  if command -v "${JAVA_HOME:+$JAVA_HOME/bin/}java" >/dev/null; then return; fi
  if can_install; then
    install_packages default-jre-headless
  else
    echo "    no Java 17 or newer: what needs a real Kafka will be skipped (as root: apt-get install default-jre-headless)"
  fi
}

# What `--store postgres` and its tests start.
has_postgres() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

need_postgres() { has_postgres || install_packages postgresql; }

find_postgres() {
  if has_postgres; then return; fi
  if can_install; then
    install_packages postgresql
  else
    echo "    no PostgreSQL: what needs one will be skipped (as root: apt-get install postgresql)"
  fi
}

# wants_postgres ARGS…: whether the launcher is told to start a private one.
wants_postgres() {
  local argument previous=''
  for argument in "$@"; do
    [[ $argument != --store=postgres && $previous$argument != --storepostgres ]] || return 0
    previous=$argument
  done
  return 1
}
