# shellcheck shell=bash disable=SC2154
# ./dev setup: asks the package feeds for what not every mirror holds, and mends what is missing.

cache=$(realpath -m "${TICKETING_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/ticketing}")
setup_marker=$root/artifacts/setup.done

run_setup() {
  need_dotnet
  local version aspire=true local_feed='' id
  version=$(redist_version)

  step "asking the package feeds what they hold"
  find_feeds
  for id in Aspire.AppHost.Sdk Aspire.MongoDB.Driver MongoDB.Bson OpenTelemetry.Extensions.Hosting; do
    if ! feeds_hold "$id"; then
      echo "    $id is missing: leaving out Aspire"
      aspire=false
      break
    fi
  done
  if feeds_hold librdkafka.redist "$version"; then
    forget_own_redist "$version" ''
  else
    local_feed=$cache/librdkafka/$version/feed
    echo "    librdkafka.redist $version is missing: using $local_feed"
    [[ -f $local_feed/librdkafka.redist.$version.nupkg ]] || (build_redist "$version")
    forget_own_redist "$version" "$local_feed/librdkafka.redist.$version.nupkg"
  fi

  write_local_props "$aspire" "$local_feed"
  mkdir -p "$root/artifacts"
  { setup_key; echo "$local_feed"; } >"$setup_marker"
  step "setup is done"
}

# What `up`, `test` and `bench` begin with: one look at the marker, no questions to any feed.
ensure_setup() {
  need_dotnet
  local key='' local_feed=''
  [[ ! -f $setup_marker ]] || { read -r key && read -r local_feed; } <"$setup_marker" || true
  if [[ $key != "$(setup_key)" || (-n $local_feed && ! -d $local_feed) ]]; then run_setup; fi
}

# Changes with the setup script, the package versions, the cache's place and local.props.
setup_key() {
  { cat "$root/dev.d/setup.sh" "$root/dev.d/librdkafka.sh" "$root/Directory.Packages.props"
    echo "$cache"
    cat "$root/local.props" 2>/dev/null || true; } | cksum | tr ' ' -
}

need_dotnet() {
  command -v dotnet >/dev/null \
    || fail "there is no 'dotnet' on the PATH" "install the .NET 10 SDK"
  local sdks
  sdks=$(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' ')
  [[ " $sdks" == *" 10."* ]] \
    || fail "needs the .NET 10 SDK, found ${sdks:-none}" "install the .NET 10 SDK"
}

# Confluent.Kafka demands librdkafka.redist of its own version.
redist_version() {
  local version
  version=$(sed -n 's/.*Include="Confluent\.Kafka" Version="\([^"]*\)".*/\1/p' "$root/Directory.Packages.props")
  [[ -n $version ]] || fail "Directory.Packages.props names no version of Confluent.Kafka"
  echo "$version"
}

# Sets `feeds`: the flat-container URL of each HTTP source, the path of each folder.
find_feeds() {
  need_programs curl
  feeds=()
  local sources flags source base unreachable=''
  sources=$(dotnet nuget list source --format short) \
    || fail "'dotnet nuget list source' failed" "look at the NuGet.Config it names: $sources"
  while read -r flags source; do
    if [[ $flags != *E* ]]; then continue; fi
    case $source in
      http://* | https://*)
        base=$(get "$source" | tr -d '\r\n' | grep -oE '\{[^{}]*"PackageBaseAddress/3\.0\.0"[^{}]*\}' \
          | sed -nE 's/.*"@id" *: *"([^"]*)".*/\1/p' | head -n 1) || true
        if [[ -n $base ]]; then feeds+=("${base%/}"); else unreachable+=" $source"; fi ;;
      *) if [[ -d $source ]]; then feeds+=("$source"); else unreachable+=" $source"; fi ;;
    esac
  done <<<"$sources"
  if ((${#feeds[@]} == 0)); then
    fail "no package feed can be reached:${unreachable:- none is configured}" \
      "check the network and 'dotnet nuget list source' (a NuGet v3 feed that curl can read, or a folder)"
  fi
  [[ -z $unreachable ]] || echo "    skipped, not reachable:$unreachable"
}

# feeds_hold ID [VERSION]
feeds_hold() {
  local id=${1,,} version=${2:-} feed answer
  for feed in "${feeds[@]}"; do
    case $feed in
      http://* | https://*)
        answer=$(get "$feed/$id/index.json" 404) \
          || fail "the package feed does not answer for $1: $feed" "try again; it answered before"
        if [[ -n $version ]]; then grep -qF "\"$version\"" <<<"$answer" && return
        else [[ $answer == *versions* ]] && return; fi ;;
      *) [[ -z $(find -L "$feed" -maxdepth 3 -iname "$id.${version:-[0-9]*}.nupkg" -print -quit) ]] || return 0 ;;
    esac
  done
  return 1
}

# get URL [STATUS]: the body; nothing, but no failure either, when the answer is STATUS.
get() {
  local answer status
  answer=$(curl -sSL --compressed --netrc-optional --connect-timeout 10 --max-time 60 --retry 2 -w '\n%{http_code}' "$1" 2>/dev/null) || return 1
  status=${answer##*$'\n'}
  if [[ $status == 200 ]]; then echo "${answer%$'\n'*}"; else [[ $status == "${2:-}" ]]; fi
}

# forget_own_redist VERSION NUPKG: NuGet's global folder may hold another build under the same
# version, which restore would take for ours (NUPKG), or ours for the feed's (NUPKG empty).
forget_own_redist() {
  local folder held
  folder=$(dotnet nuget locals global-packages --list | sed -n 's/^global-packages: *//p')
  held=${folder%/}/librdkafka.redist/$1
  [[ -n $folder && -d $held ]] || return 0
  if [[ -n $2 ]]; then
    if cmp -s "$2" "$held/librdkafka.redist.$1.nupkg"; then return; fi
  elif ! grep -qs "$redist_author" "$held/librdkafka.redist.nuspec"; then
    return
  fi
  echo "    removing another build of librdkafka.redist from $folder"
  rm -rf "$held"
}

# write_local_props ASPIRE FEED: what Directory.Build.props must know; no file if all is well.
write_local_props() {
  local file=$root/local.props content feed
  if [[ $1 == true && -z $2 ]]; then
    rm -f "$file"
    return
  fi
  content=$'<Project>\n  <!-- Written by ./dev setup: what the package feeds of this machine lack. -->\n  <PropertyGroup>'
  [[ $1 == true ]] || content+=$'\n    <AspirePackages>false</AspirePackages>'
  if [[ -n $2 ]]; then
    feed=$(sed 's/%/%25/g; s/;/%3B/g; s/\$/%24/g; s/&/\&amp;/g; s/</\&lt;/g' <<<"$2")
    content+=$'\n    <RestoreAdditionalProjectSources>$(RestoreAdditionalProjectSources);'$feed'</RestoreAdditionalProjectSources>'
  fi
  content+=$'\n  </PropertyGroup>\n</Project>'
  if [[ ! -f $file || $(<"$file") != "$content" ]]; then
    echo "$content" >"$file.new"
    mv "$file.new" "$file"
    step "wrote local.props"
  fi
}
