# shellcheck shell=bash disable=SC2154
# ./dev up: by the AppHost where it can run, otherwise Standalone.

# can_use_apphost ARGS…: says which way it will be, and why.
can_use_apphost() {
  local runtime
  if (($# > 0)); then
    step "Standalone: its options were given"
  elif grep -qs '<AspirePackages>false' "$root/local.props"; then
    step "Standalone: no package feed has the Aspire packages (./dev setup looks again)"
  elif [[ -n ${ConnectionStrings__kafka:-} && -n ${ConnectionStrings__mongodb:-} ]]; then
    step "the AppHost: ConnectionStrings__kafka and __mongodb name the servers"
    return
  elif runtime=$(container_runtime); then
    step "the AppHost: the Aspire packages are there and $runtime answers (--store memory, or any option, chooses Standalone)"
    return
  else
    step "Standalone: no container runtime answers (tried docker and podman)"
  fi
  return 1
}

container_runtime() {
  local runtime
  for runtime in docker podman; do
    if command -v "$runtime" >/dev/null && timeout 10 "$runtime" info >/dev/null 2>&1; then
      echo "$runtime"
      return
    fi
  done
  return 1
}

# Becomes the AppHost, which builds the services first.
run_apphost() {
  cd "$root" || return
  exec dotnet run --project Ticketing.AppHost -c Release
}
