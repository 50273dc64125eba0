# shellcheck shell=bash disable=SC2154
# Some package feeds lack Aspire's packages for containers and publishing. Then local.props leaves them out.

feed_marker=$root/artifacts/feed.asked

# Changes with the versions, and with what the answer was.
feed_key() { { cat Directory.Packages.props; cat local.props 2>/dev/null || true; } | cksum; }

# Asks once for each set of versions, with one package standing for all.
ensure_feed() {
  local key version answer
  command -v dotnet >/dev/null || fail "there is no 'dotnet' on the PATH" "install the .NET 10 SDK"
  key=$(feed_key)
  [[ $(cat "$feed_marker" 2>/dev/null) != "$key" ]] || return 0
  version=$(sed -n 's/.*"Aspire\.Hosting\.Kafka" Version="\([^"]*\)".*/\1/p' Directory.Packages.props)
  step "asking the package feed for Aspire.Hosting.Kafka $version"
  if answer=$(dotnet package download "Aspire.Hosting.Kafka@$version" --output artifacts/feed 2>&1); then
    rm -f local.props
  elif [[ $answer == *'Unable to find a valid package version'* ]]; then
    echo "    it is missing: containers and publishing are left out (local.props)"
    cat >local.props <<'XML'
<Project>
  <!-- Written by ./dev: the package feed lacks Aspire's packages for containers and publishing. -->
  <PropertyGroup>
    <AspirePackages>false</AspirePackages>
  </PropertyGroup>
</Project>
XML
  else
    tail -n 5 <<<"$answer" >&2
    fail "the package feed does not answer" "check the network and 'dotnet nuget list source'"
  fi
  rm -rf artifacts/feed
  mkdir -p artifacts
  feed_key >"$feed_marker"
}
