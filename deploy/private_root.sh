# Makes the private Debian 13 root with mmdebstrap, as root or as an ordinary user. Sourced by lib.sh.
#
# A cut-off loses nothing but the step it hit: packages are downloaded into the cache first (apt resumes them), then
# unpacked into a directory beside the root that is renamed when complete. One build at a time, whatever number of clones.

private_root_make() {
  local set=$1 mirror security
  mkdir -p "$cache" "$logs"
  need_host_tools
  exec {lock}>"$cache/root.lock"
  if ! flock -n "$lock"; then
    say "waiting for another clone that is making the private Debian 13 root"
    flock "$lock"
  fi
  root=$(private_root_path "$set")
  if [[ ! -e $root/.vigil-root ]]; then
    need_space
    # Without a choice of the user's, the mirrors that mmdebstrap itself would take.
    mirror=${VIGIL_DEBIAN_MIRROR:-$(mmdebstrap_default debian)}
    security=${VIGIL_DEBIAN_SECURITY_MIRROR:-$(mmdebstrap_default debian-security)}
    [[ -n $mirror && -n $security ]] || die "mmdebstrap names no Debian mirror here; set VIGIL_DEBIAN_MIRROR to one."
    [[ -n ${VIGIL_DEBIAN_MIRROR:-} && -z ${VIGIL_DEBIAN_SECURITY_MIRROR:-} ]] && security=${mirror%/debian}/debian-security
    printf 'deb %s trixie main\ndeb %s trixie-updates main\ndeb %s trixie-security main\n' "$mirror" "$mirror" "$security" >"$cache/sources.list"
    remove_stale_roots
    download_packages "$set"
    unpack_root "$set"
  fi
  exec {lock}>&-
}

# The first mirror in mmdebstrap's own script whose path is $1.
mmdebstrap_default() {
  grep -oE "https?://[a-z.]+/$1\b" "$(command -v mmdebstrap)" | grep -E "/$1\$" | head -n 1
}

need_host_tools() {
  local missing=() install refusal
  command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
  command -v bwrap >/dev/null || missing+=(bubblewrap)
  [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] || missing+=(debian-archive-keyring)
  ((EUID == 0)) || command -v newuidmap >/dev/null || missing+=(uidmap)
  if ((${#missing[@]} > 0)); then
    if command -v apt-get >/dev/null; then install="apt-get install -y ${missing[*]}"
    elif command -v dnf >/dev/null; then install="dnf install -y mmdebstrap bubblewrap debian-keyring shadow-utils"
    else install=; fi
    ((EUID == 0)) && [[ $install == apt-get* ]] ||
      die "this machine is not Debian 13, and a private Debian 13 root needs ${missing[*]} here; install them${install:+ with: sudo $install}, then run this again."
    say "installing ${missing[*]} on this machine (log: $logs/host-tools.log)"
    { apt-get update && DEBIAN_FRONTEND=noninteractive $install; } >"$logs/host-tools.log" 2>&1 </dev/null ||
      die "could not install ${missing[*]}: $(grep -m1 '^E:' "$logs/host-tools.log") (log: $logs/host-tools.log)"
  fi
  refusal=$(bwrap --ro-bind / / --dev-bind /dev /dev true 2>&1) ||
    die "bubblewrap may not work here ($refusal); allow unprivileged user namespaces (sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 kernel.unprivileged_userns_clone=1), or in a container use a Debian 13 image, which needs none."
  ((EUID == 0)) || grep -qs "^\($(id -un)\|$EUID\):" /etc/subuid ||
    die "user $(id -un) has no subordinate user ids, which making the private root needs; an administrator adds them with: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un)"
}

need_space() {
  local free_kib
  free_kib=$(df -Pk "$cache" | awk 'NR == 2 { print $4 }')
  ((free_kib > 7 * 1024 * 1024)) ||
    die "$cache has $((free_kib / 1024)) MiB free and the private Debian 13 root needs 7168 while it is made; free some or set XDG_CACHE_HOME to another disk."
}

# Roots of other package lists that nobody entered for four weeks, and what an interrupted build left.
remove_stale_roots() {
  local old
  for old in "$cache"/root-*; do
    if [[ $old == *.partial ]] || [[ -n $(find "$old/.vigil-root" -mtime +28 2>/dev/null) ]]; then
      rm -rf --one-file-system -- "$old"
    fi
  done
}

# apt's network settings of the host: proxies, time checks, retries.
host_apt_settings() {
  apt-config dump 2>/dev/null | grep -E '^Acquire::(http|https|ForceIPv[46]|Check-Date|Check-Valid-Until|Retries)(::| )' | grep -v ' "";$' || true
}

download_packages() {
  local apt=$cache/apt log=$logs/download.log list
  mapfile -t list < <(packages "$1")
  say "downloading Debian packages into $cache/debs (log: $log)"
  rm -rf "$apt"
  mkdir -p "$cache/debs/partial" "$apt"/{etc/preferences.d,lists/partial,pkgcache}
  : >"$apt/status"
  cat >"$apt/apt.conf" <<CONF
Dir "$apt"; Dir::Etc "$apt/etc"; Dir::Etc::sourcelist "$cache/sources.list"; Dir::Etc::sourceparts "-"; Dir::Etc::parts "-"; Dir::Etc::main "-";
Dir::Etc::trusted "/usr/share/keyrings/debian-archive-keyring.gpg"; Dir::Etc::trustedparts "-";
Dir::State "$apt"; Dir::State::lists "$apt/lists"; Dir::State::status "$apt/status";
Dir::Cache "$apt/pkgcache"; Dir::Cache::archives "$cache/debs";
APT::Architecture "$(dpkg --print-architecture)"; APT::Architectures { "$(dpkg --print-architecture)"; };
APT::Install-Recommends "false"; APT::Sandbox::User "root"; Acquire::Languages "none"; Acquire::Retries "5"; Debug::NoLocking "true";
$(host_apt_settings)
CONF
  {
    APT_CONFIG=$apt/apt.conf apt-get update &&
      APT_CONFIG=$apt/apt.conf apt-get install -y --download-only '?essential' apt "${list[@]}"
  } >"$log" 2>&1 </dev/null ||
    die "Debian's packages could not be downloaded: $(grep -m1 '^E:' "$log" || tail -n1 "$log"); run this again to go on where it stopped (log: $log)"
}

unpack_root() {
  local partial=$root.partial log=$logs/unpack.log options=() line file
  say "unpacking the private Debian 13 root $root (about 3 minutes; log: $log)"
  while IFS= read -r line; do options+=(--aptopt="$line"); done < <(host_apt_settings)
  # Documentation is left out but for copyright files and the street video of the demo;
  # tests of Python packages too, but for one whose installation stumbles without them.
  for line in path-exclude=/usr/share/{doc,man,info,locale,help,gtk-doc,javascript/mathjax}/'*' path-exclude=/usr/lib/python3/dist-packages/'*'/tests/'*' \
              path-include=/usr/lib/python3/dist-packages/aiosmtpd/'*' path-include=/usr/share/doc/'*'/copyright path-include=/usr/share/doc/opencv-doc/examples/data/vtest.avi force-unsafe-io; do
    options+=(--dpkgopt="$line")
  done
  options+=(--variant=apt --aptopt='Acquire::Retries "5"' --aptopt='APT::Install-Recommends "false"' --skip=essential/unlink
    --include="$(packages "$1" | paste -sd,)"
    --setup-hook='mkdir -p "$1"/var/cache/apt/archives/' --setup-hook="sync-in '$cache/debs' /var/cache/apt/archives/")
  (
    set -o pipefail
    if ((EUID == 0)); then
      mmdebstrap --format=directory "${options[@]}" trixie "$partial" "$cache/sources.list"
    else
      # As an ordinary user mmdebstrap works under other user ids; a tar in between leaves all files to the calling user.
      mkdir -p "$partial"
      mmdebstrap --format=tar "${options[@]}" trixie - "$cache/sources.list" | tar -x --no-same-owner --exclude='./dev/*' -C "$partial"
    fi
  ) >"$log" 2>&1 </dev/null ||
    die "the private Debian 13 root could not be made: $(grep -m1 '^E:' "$log" || tail -n1 "$log") (log: $log)"
  # Files that are laid over with the host's own when the root is entered must be there, and be no links.
  for file in resolv.conf hosts localtime timezone machine-id; do
    rm -f "$partial/etc/$file"
    : >"$partial/etc/$file"
  done
  # Mount points that entering makes later are not the root's own; enter_root.sh tells them apart by this list.
  (cd "$partial" && find usr etc var -type d -printf '/%p\n') >"$partial/.vigil-directories"
  packages "$1" >"$partial/.vigil-root"
  mv "$partial" "$root"
  rm -rf "$cache/debs" "$cache/apt"
}
