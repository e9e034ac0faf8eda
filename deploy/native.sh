# Installs the packages of a set on this machine, which is Debian 13. Sourced by lib.sh.

native_ready() {
  local set=$1 stamp missing sudo=()
  stamp=$cache/native-$(packages_hash "$set")
  [[ -e $stamp && $stamp -nt /var/lib/dpkg/status ]] && return
  mapfile -t missing < <(comm -13 <(dpkg-query -Wf '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | LC_ALL=C sort -u) \
                                  <(packages "$set"))
  mkdir -p "$logs"
  if ((${#missing[@]} > 0)); then
    if ((EUID != 0)); then
      if sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo true; }; then sudo=(sudo); else
        die "these Debian packages are missing and only an administrator can install them: sudo apt-get install --no-install-recommends ${missing[*]}"
      fi
    fi
    say "installing ${#missing[@]} Debian packages (log: $logs/apt.log)"
    {
      "${sudo[@]}" apt-get update &&
        "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o Acquire::Retries=5 "${missing[@]}"
    } >"$logs/apt.log" 2>&1 </dev/null || die "apt could not install the packages: $(grep -m1 '^E:' "$logs/apt.log" || tail -n1 "$logs/apt.log") (log: $logs/apt.log)"
  fi
  touch "$stamp"
}
