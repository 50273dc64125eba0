# shellcheck shell=bash disable=SC2154
# ./dev test: builds and tests; the last line it prints is always the true count.

# build WHAT: with the errors as its only output.
build() {
  local output errors
  step "building"
  output=$(dotnet build "$1" -c Release -v q --nologo --tl:off '-clp:ErrorsOnly;NoSummary' 2>&1) && return
  errors=$(grep -E 'error( [A-Za-z]+[0-9]*)? *:' <<<"$output" | sed -E 's/ \[[^]]*\]$//' | sort -u) || errors=$(tail -n 20 <<<"$output")
  echo "$errors" >&2
  fail "the build failed" "its errors are above"
}

# run_tests [FILTER] [--seed N] [--runs N] [--seconds N] [--brokers N]
run_tests() {
  local name=''
  while (($#)); do
    case $1 in
      --seed | --runs | --seconds | --brokers)
        [[ ${2:-} =~ ^[0-9]+$ ]] || { usage >&2; exit 2; }
        declare -gx "TICKETING_FAULT_$(tr '[:lower:]' '[:upper:]' <<<"${1#--}")=$2"
        shift 2
        ;;
      -*) usage >&2; exit 2 ;;
      *) [[ -z $name ]] || { usage >&2; exit 2; }; name=$1; shift ;;
    esac
  done
  set -- "$name"
  local filter=() status=0 results=$root/artifacts/test-results
  passed=0 failed=0 skipped=0
  trap 'echo "$passed passed, $failed failed, $skipped skipped"' EXIT
  case $1 in
    '') ;;
    *[=~\!\&\|\(]*) filter=(--filter "$1") ;;
    *) filter=(--filter "FullyQualifiedName~$1") ;;
  esac

  ensure_feed
  find_tools
  has_postgres || want PostgreSQL postgresql
  has_pgbouncer || want PgBouncer pgbouncer
  command -v chromium >/dev/null || want Chromium chromium
  build "$solution"
  step "testing${1:+ $1}"
  # The tests start many programs that live for about a minute. Recompiling their hot methods took half of all processor time, and most of
  # Kafka's. The delay is in milliseconds, in hexadecimal: ten seconds.
  export DOTNET_TieredPGO=0 DOTNET_TC_CallCountingDelayMs=2710 JAVA_TOOL_OPTIONS="${JAVA_TOOL_OPTIONS:-} -XX:TieredStopAtLevel=1"
  rm -rf "$results"
  # Two projects at a time, as most tests wait for something. The longest one starts first.
  export results
  export -f test_project filter_output
  test_projects | xargs -P 2 -I '{}' bash -c 'test_project "$@"' - '{}' "${filter[@]}" || status=1

  count_results "$results"
  # A `dotnet test` that was killed can end with 0: then a project's results are missing.
  [[ -n $1 ]] || (($(find "$results" -name '*.trx' 2>/dev/null | wc -l) >= $(test_projects | wc -l))) || status=1
  if ((passed + failed + skipped == 0)); then
    fail "no test ran" "${1:+no name matches: $1}"
  elif ((passed + failed == 0)); then
    fail "no test ran: all were skipped" "the reasons are above"
  elif ((failed > 0)); then
    fail "$failed of $((passed + failed)) tests failed" "run one with './dev test NAME'"
  elif ((status != 0)); then
    fail "a test run broke off" "its output is above"
  fi
}

# test_project PROJECT [FILTER…]: tests one project, and prints what came of it at its end.
test_project() {
  local output status=0
  set -o pipefail
  output=$(dotnet test "$1" -c Release --no-build --nologo --tl:off --logger trx --results-directory "$results" "${@:2}" 2>&1 | filter_output) || status=1
  [[ -z $output ]] || echo "$output"
  return "$status"
}

# Keeps failures and one line per project of what `dotnet test` prints.
filter_output() {
  sed -uE \
    -e '/^Test run for |^A total of [0-9]+ test files|^Results File: |^No test matches |^ *Skipped |^ *$/d' \
    -e '/^\[xUnit\.net [0-9:.]+\] .*\[(SKIP|FAIL)\]$/d' \
    -e '/^ +at System\.Reflection\.|^--- End of stack trace from previous location ---$/d' \
    -e 's/^(Passed|Failed|Skipped)! +- Failed: *([0-9]+), Passed: *([0-9]+), Skipped: *([0-9]+), Total: *[0-9]+, Duration: (.*) - ([^ ]*)\.dll .*/    \6: \3 passed, \2 failed, \4 skipped in \5/' \
    -e 's/^\[xUnit\.net [0-9:.]+\] *//'
}

# test_projects: the projects of the solution that have tests; the one that takes the longest first.
test_projects() {
  local projects
  mapfile -t projects < <(grep -o 'tests[\/][^"]*\.csproj' "$solution" | tr '\134' /)
  mapfile -t projects < <(grep -l 'xunit\.runner\.visualstudio' "${projects[@]}")
  printf '%s\n' "${projects[@]}" | grep EndToEnd
  printf '%s\n' "${projects[@]}" | grep -v EndToEnd
}

# count_results FOLDER: sets passed, failed and skipped, and prints why tests were skipped.
count_results() {
  local counts
  [[ -d $1 ]] || return 0
  counts=$(find "$1" -name '*.trx' -exec cat {} + | awk '
    function unescape(text) {
      gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text)
      gsub(/&#x[0-9A-Fa-f]+;/, " ", text); gsub(/&amp;/, "\\&", text)
      return text
    }
    /<UnitTestResult / {
      name = $0; sub(/.* testName="/, "", name); sub(/".*/, "", name)
      outcome = $0; sub(/.* outcome="/, "", outcome); sub(/".*/, "", outcome)
      if (outcome == "Passed") passed++
      else if (outcome == "NotExecuted") skipped++
      else failed++
    }
    /<Message>/ && outcome == "NotExecuted" {
      reason = $0; sub(/.*<Message>/, "", reason); sub(/<\/Message>.*/, "", reason)
      sub(/\(.*/, "", name); sub(/\.[^.]*$/, "", name)
      if (!reasons[name ": " reason]++) order[++kinds] = name ": " reason
    }
    END {
      for (i = 1; i <= kinds; i++) print "    skipped " reasons[order[i]] " of " unescape(order[i])
      print passed + 0, failed + 0, skipped + 0
    }')
  head -n -1 <<<"$counts"
  read -r passed failed skipped <<<"${counts##*$'\n'}"
}
