# shellcheck shell=bash disable=SC2154
# Builds librdkafka from Debian's newest source package into a local NuGet feed.

redist_author='Ticketing (local build)'

# build_redist VERSION: makes $cache/librdkafka/VERSION/feed, whole or not at all. Run it in a subshell.
build_redist() {
  local version=$1 target=$cache/librdkafka/$1 rid source_version
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) rid=linux-x64 ;;
    Linux-aarch64) rid=linux-arm64 ;;
    *) fail "no recipe to build librdkafka on $(uname -s) $(uname -m)" "use a package feed that holds librdkafka.redist $version" ;;
  esac
  command -v apt-get >/dev/null \
    || fail "librdkafka is built from Debian's source package, and there is no apt-get" "use a package feed that holds librdkafka.redist $version"
  need_packages build-essential libssl-dev zlib1g-dev libzstd-dev

  # The finished feed gets its name at once, or not at all.
  new=$({ mkdir -p "$cache/librdkafka" && mktemp -d "$cache/librdkafka/.new.XXXXXX"; } 2>/dev/null) \
    || fail "cannot write to $cache" "set TICKETING_CACHE to a folder of yours"
  work=$(mktemp -d) # not in the cache: librdkafka's configure wants a path without blanks
  trap 'rm -rf "$work" "$new"' EXIT # not locals: the trap outlives the function
  cd "$work" || exit

  step "fetching Debian's newest librdkafka source"
  fetch_source
  source_version=$(sed -n 's/^Version: *//p' librdkafka_*.dsc | head -n 1)
  mkdir src
  tar xf librdkafka_*.orig.tar.* -C src --strip-components=1

  step "building librdkafka ${source_version%-*}"
  quietly "configuring librdkafka" in_src ./configure --no-download --disable-gssapi --disable-curl \
    --enable-ssl --enable-zlib --enable-zstd --disable-debug-symbols
  quietly "building librdkafka" in_src make -j "$(nproc)" -C src librdkafka.so.1
  strip --strip-unneeded -o librdkafka.so src/src/librdkafka.so.1

  step "packing librdkafka.redist $version"
  pack
  mv feed "$new/feed"
  chmod 755 "$new"
  # A concurrent setup may have been faster; its package is as good.
  if ! mv -T "$new" "$target" 2>/dev/null; then
    if [[ ! -f $target/feed/librdkafka.redist.$version.nupkg ]]; then
      rm -rf "$target"
      mv -T "$new" "$target"
    fi
  fi
}

in_src() { (cd src && "$@"); }

# Needs no root: apt's lists and archives of this call are its own.
fetch_source() {
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg codename mirror private
  [[ -f $keyring ]] || fail "no $keyring to check Debian's signatures with" "apt-get install debian-archive-keyring"
  codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release | tr -d '"')
  mirror=$(debian_mirror "$codename")
  private=(-o "Dir::State=$work/state" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User="$(id -un)"
    -o Acquire::Retries=2)
  mkdir -p state/lists/partial cache/archives/partial
  if [[ -z $mirror ]]; then # apt's lists are empty: it names its mirrors only after an update
    quietly "apt-get update" apt-get "${private[@]}" -q update
    mirror=$(debian_mirror "$codename" "${private[@]}")
    rm -rf state cache
    mkdir -p state/lists/partial cache/archives/partial
  fi
  [[ -n $mirror ]] || fail "apt has no source for Debian ${codename:-?}" "see 'apt-get indextargets' and /etc/apt/sources.list"
  echo "deb-src [signed-by=$keyring] $mirror sid main" >sources.list
  private+=(-o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null)
  quietly "reading Debian's source index" apt-get "${private[@]}" -q update
  quietly "downloading librdkafka's source" apt-get "${private[@]}" -q source --download-only librdkafka
}

# debian_mirror CODENAME OPTIONS…: the mirror from which this machine's own packages come.
debian_mirror() {
  local codename=$1
  shift
  # shellcheck disable=SC2016 # apt expands it
  apt-get "$@" indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' "Codename: $codename" \
    2>/dev/null | head -n 1
}

pack() {
  cp src/LICENSES.txt .
  cat >librdkafka.redist.csproj <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <PackageId>librdkafka.redist</PackageId>
    <Version>$version</Version>
    <Authors>$redist_author</Authors>
    <Description>librdkafka ${source_version%-*} for $rid, built from Debian's source package $source_version; named $version because Confluent.Kafka demands it.</Description>
    <PackageLicenseFile>LICENSES.txt</PackageLicenseFile>
    <IncludeBuildOutput>false</IncludeBuildOutput>
    <SuppressDependenciesWhenPacking>true</SuppressDependenciesWhenPacking>
    <EnableDefaultItems>false</EnableDefaultItems>
    <NoWarn>NU5128</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <None Include="LICENSES.txt" Pack="true" PackagePath="" />
    <None Include="librdkafka.so" Pack="true" PackagePath="runtimes/$rid/native/" />
  </ItemGroup>
</Project>
XML
  quietly "packing librdkafka.redist" dotnet pack librdkafka.redist.csproj -o feed --tl:off -nodeReuse:false \
    -p:UseSharedCompilation=false -p:ImportDirectoryBuildProps=false -p:ImportDirectoryBuildTargets=false \
    -p:ImportDirectoryPackagesProps=false
}

# quietly WHAT COMMAND…: shows the end of its output only if it fails.
quietly() {
  local what=$1 output
  shift
  output=$("$@" 2>&1 </dev/null) && return
  tail -n 20 <<<"$output" >&2
  fail "$what failed" "the end of its output is above"
}
