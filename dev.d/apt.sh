# shellcheck shell=bash disable=SC2154
# What Debian's packages give: installed when we are root, named in a hint when not.

# need_programs NAME…: each is a program and the package that brings it.
need_programs() {
  local name missing=()
  for name in "$@"; do command -v "$name" >/dev/null || missing+=("$name"); done
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

# want WHAT PACKAGE: installs what only some tests need, or says that they will be skipped.
want() {
  if can_install; then
    (install_packages "$2") || true
  else
    echo "    no $1: what needs one will be skipped (as root: apt-get install $2)"
  fi
}

# Tests and benchmarks use a real Kafka, and what speaks MongoDB's protocol, where the scripts for them are there. Both need Java.
find_tools() {
  local tool
  for tool in kafka mongo; do
    local variable=${tool^^}_TOOL default=$root/../shared/$tool/$tool
    if [[ -z ${!variable:-} && -x $default ]]; then export "$variable=$(realpath "$default")"; fi
  done
  [[ -z ${KAFKA_TOOL:-}${MONGO_TOOL:-} ]] || command -v "${JAVA_HOME:+$JAVA_HOME/bin/}java" >/dev/null || want "Java 17 or newer" default-jdk-headless
}

# What `--store postgres` and its tests start.
has_postgres() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

need_postgres() { has_postgres || install_packages postgresql; }

# Debian keeps it off the PATH of users who are not root.
has_pgbouncer() { command -v pgbouncer >/dev/null || [[ -x /usr/sbin/pgbouncer ]]; }
