# shellcheck shell=bash disable=SC2154
# The Aspire dashboard, for `./dev up --dashboard` and its tests: npm's package of the Aspire CLI has it inside.

aspire_version=13.5.4

# The launcher finds the CLI, and the HOME that it works in, by this variable.
aspire_folder() { echo "$cache/aspire/$aspire_version"; }

has_dashboard() { [[ -n ${TICKETING_ASPIRE:-} || -x $(aspire_folder)/bin/aspire ]]; }

need_dashboard() {
  if [[ -z ${TICKETING_ASPIRE:-} ]]; then
    has_dashboard || (fetch_dashboard)
    TICKETING_ASPIRE=$(aspire_folder)
  fi
  export TICKETING_ASPIRE
}

# Runs in a subshell. The folder appears whole or not at all.
fetch_dashboard() {
  local platform name target
  platform=$(aspire_platform)
  [[ -n $platform ]] || fail "there is no Aspire CLI for $(uname -s) on $(uname -m)" "run without --dashboard"
  need_programs npm
  name=@microsoft/aspire-cli-$platform@$aspire_version
  target=$(aspire_folder)
  step "fetching $name"
  mkdir -p "${target%/*}"
  new=$(mktemp -d "$target.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  cd "$new" || exit 1
  npm pack --loglevel=error "$name" >npm.log 2>&1 || { tail -n 5 npm.log >&2; fail "npm does not get $name" "see 'npm config get registry'"; }
  tar -xzf ./*.tgz
  [[ -f package/bin/aspire ]] || fail "$name has no bin/aspire in it" "another version may; aspire_version in dev.d/dashboard.sh"
  chmod +x package/bin/aspire
  mv -T package "$target" 2>/dev/null || [[ -x $target/bin/aspire ]] || fail "cannot make $target"
}

aspire_platform() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) echo linux-x64 ;;
    Linux-aarch64) echo linux-arm64 ;;
    Darwin-arm64) echo osx-arm64 ;;
    Darwin-x86_64) echo osx-x64 ;;
  esac
}

# wants_dashboard ARGS…
wants_dashboard() {
  local argument
  for argument in "$@"; do [[ $argument != --dashboard ]] || return 0; done
  return 1
}

# The browser test: installed as root, skipped with its reason otherwise.
find_dashboard() {
  if can_install && ! command -v chromium >/dev/null; then (install_packages chromium) || true; fi
  if has_dashboard || can_install || command -v npm >/dev/null; then
    if (need_dashboard); then need_dashboard; fi
  fi
}
