#!/usr/bin/env bash
# Builds everything and runs CTest inside the toolchain: run_tests.sh TOOLCHAIN-ID [--slow] [NAME…]; see ./test.
# One CTest run covers the release build, the checks and the sanitizer build, so its summary, repeated last, is the verdict.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
toolchain=$1
shift

slow=false names=()
for argument in "$@"; do
  case $argument in
    --slow) slow=true ;;
    -*)
      printf 'vigil: error: ./test knows --slow and names of tests, not %s\n' "$argument" >&2
      exit 2
      ;;
    *) names+=("$argument") ;;
  esac
done

# What runs below ends with this script, even when that is killed.
guarded() { setpriv --pdeathsig TERM "$@"; }

guarded deploy/build.sh release "$toolchain"
# Rooms without torch once more, under the address and undefined-behaviour sanitizers (labelled `sanitizer`).
guarded deploy/build.sh asan-ubsan "$toolchain"
# The live line, whose threads matter most, under the thread sanitizer (labelled `sanitizer` too).
guarded deploy/build.sh tsan "$toolchain" pipeline_tests
# Fuzz targets, run for a few seconds each (labelled `fuzz`).
if [[ -f fuzz/CMakeLists.txt ]]; then guarded deploy/build.sh fuzz "$toolchain" fuzz/all; fi

select=()
[[ $slow == true ]] || select+=(--label-exclude slow)
if ((${#names[@]} > 0)); then
  select+=(--tests-regex "$(IFS='|'; printf '%s' "${names[*]}")")
fi

log=build/release/test.log
junit=$PWD/build/release/test.xml
status=0
guarded ctest --test-dir build/release --output-on-failure --no-tests=error --parallel "$(nproc)" --output-junit "$junit" "${select[@]}" 2>&1 |
  tee "$log" || status=$?
printf '\n'
python3 tools/report_skips.py "$junit" || status=1
grep -E '^[0-9]+% tests passed, [0-9]+ tests? failed out of [0-9]+' "$log" || status=1
exit "$status"
