# Runs a command in the private root with bubblewrap. Sourced by lib.sh; `root` names the private root.
#
# /usr, /etc and /var come from the private root, everything else from the host, so any path of the host works. Paths of
# the host under those three that a command names (or that is the current directory, the home, …) are laid over one by one.

root_run() {
  local mounts=() entry path
  for entry in bin sbin lib lib32 lib64 libx32; do
    if [[ -L $root/$entry ]]; then mounts+=(--symlink "$(readlink "$root/$entry")" "/$entry")
    elif [[ -d $root/$entry ]]; then mounts+=(--bind "$root/$entry" "/$entry"); fi
  done
  mounts+=(--bind "$root/usr" /usr --bind "$root/etc" /etc --bind "$root/var" /var)
  for path in /*; do
    case $path in
      /bin | /sbin | /lib | /lib32 | /lib64 | /libx32 | /usr | /etc | /var | /dev | /proc | /sys | /boot | /lost+found) ;;
      *)
        if [[ -L $path ]]; then mounts+=(--symlink "$(readlink "$path")" "$path")
        elif [[ -d $path && -x $path ]]; then mounts+=(--bind "$path" "$path"); fi
        ;;
    esac
  done
  mounts+=(--dev-bind /dev /dev --bind /proc /proc --ro-bind /sys /sys --bind /var/tmp /var/tmp)
  mount_host_settings
  for path in "$PWD" "$HOME" "$repo" "$cache" "${TMPDIR:-/tmp}"; do mount_host_path --bind "$path"; done
  for path in "$@"; do mount_argument "$path"; done
  mounts+=(--remount-ro /usr --remount-ro /etc)

  local environment=(LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
  local foreign=(LD_PRELOAD LD_LIBRARY_PATH LIBRARY_PATH CPATH CC CXX CFLAGS CXXFLAGS LDFLAGS PYTHONPATH PYTHONHOME CMAKE_PREFIX_PATH
    LC_ALL LC_CTYPE LC_MESSAGES LC_COLLATE LC_NUMERIC LC_TIME LANGUAGE)
  supervise env --default-signal=INT,TERM "${foreign[@]/#/--unset=}" "${environment[@]}" "$@"
}

# bwrap ends at once on a signal while the command in it may still be saving, so bwrap ignores them, and those sent to this
# process are passed on to the command. Returns the command's exit code.
supervise() {
  local guard status=0
  (
    trap '' INT TERM
    exec bwrap "${mounts[@]}" --chdir "$PWD" --die-with-parent -- "$@"
  ) <&0 &
  guard=$!
  trap 'pass_on TERM' TERM
  trap 'pass_on INT' INT
  while true; do
    status=0
    wait "$guard" || status=$?
    kill -0 "$guard" 2>/dev/null || break
  done
  trap - INT TERM
  return "$status"
}

pass_on() {
  local command=
  read -r command <"/proc/$guard/task/$guard/children" || true  # there is no end of line in that file
  if [[ -n $command ]]; then kill -s "$1" "${command%% *}"; fi
}

mount_host_settings() {
  local path bundle
  for path in resolv.conf hosts localtime timezone machine-id; do
    if bundle=$(readlink -f "/etc/$path") && [[ -f $bundle ]]; then mounts+=(--ro-bind "$bundle" "/etc/$path"); fi
  done
  mounts+=(--ro-bind /etc/passwd /etc/passwd --ro-bind /etc/group /etc/group)
  # Certificate authorities: the host's directories where it is laid out as Debian's, else its bundle.
  if [[ -f /etc/ssl/certs/ca-certificates.crt ]]; then
    mounts+=(--ro-bind "$(readlink -f /etc/ssl/certs)" /etc/ssl/certs)
    if [[ -d /usr/local/share/ca-certificates ]]; then
      mounts+=(--ro-bind /usr/local/share/ca-certificates /usr/local/share/ca-certificates)
    fi
  else
    for bundle in "${SSL_CERT_FILE:-}" /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem; do
      if [[ -f $bundle ]]; then
        mounts+=(--ro-bind "$(readlink -f "$bundle")" /etc/ssl/certs/ca-certificates.crt)
        break
      fi
    done
  fi
  for path in "${SSL_CERT_FILE:-}" "${SSL_CERT_DIR:-}" "${NODE_EXTRA_CA_CERTS:-}" "${CURL_CA_BUNDLE:-}" "${GIT_SSL_CAINFO:-}"; do
    if [[ -e $path && $path != /etc/ssl/certs* ]]; then mount_host_path --ro-bind "$path"; fi
  done
}

# mount_argument ARG: ARG or the value in --option=ARG, when it names something on the host.
mount_argument() {
  local path=$1
  [[ $path == -*=* ]] && path=${path#*=}
  [[ $path == */* || -L $path ]] && [[ -e $path ]] || return 0
  path=$(realpath -s -- "$path")
  mount_host_path --ro-bind "$path"
  mount_host_path --ro-bind "$(realpath -- "$path")"
}

# mount_host_path --bind|--ro-bind PATH: lays PATH of the host over the root's directories, unless it is one of those itself.
mount_host_path() {
  case $2 in
    /usr/* | /etc/* | /var/*) ;;
    *) return 0 ;;
  esac
  if grep -Fxq -- "$2" "$root/.vigil-directories"; then return 0; fi
  mounts+=("$1" "$2" "$2")
}
