#!/usr/bin/env bash
# Builds deploy/Dockerfile without a container registry: makes the base image from Debian's packages with mmdebstrap, builds
# with buildah, and runs the result on the street video. Needs root, mmdebstrap and buildah. Arguments go to `buildah build`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for tool in mmdebstrap buildah; do
  command -v "$tool" >/dev/null || { printf 'test-image: %s is missing; install it with: apt-get install %s\n' "$tool" "$tool" >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# vfs and chroot work where overlay mounts and namespaces of an outer container do not.
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot

# The host's certificate authority and apt settings, so that the build works behind a proxy with its own authority.
mirror=${VIGIL_DEBIAN_MIRROR:-}  # empty: mmdebstrap's own
apt-config dump | grep -E '^Acquire::(http|https|Check-Date|Check-Valid-Until)(::| )' | grep -v ' "";$' >"$work/apt.conf" || true
mmdebstrap --variant=apt --include=ca-certificates --aptopt="$work/apt.conf" \
  --customize-hook='mkdir -p "$1/usr/local/share/ca-certificates"' \
  --customize-hook='cp /usr/local/share/ca-certificates/*.crt "$1/usr/local/share/ca-certificates/" 2>/dev/null; chroot "$1" update-ca-certificates' \
  trixie "$work/base.tar" ${mirror:+"$mirror"}
base=$(buildah from scratch)
buildah add "$base" "$work/base.tar" / >/dev/null
buildah config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$base"
buildah commit --rm "$base" localhost/vigil-base >/dev/null

# Objects that this machine compiled before are taken from its compiler cache.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/vigil/ccache
mkdir -p "$cache"
npm_settings=()
[[ -e $HOME/.npmrc ]] && npm_settings=(--volume "$HOME/.npmrc:/npmrc:ro" --env npm_config_userconfig=/npmrc)
buildah build --build-arg BASE=localhost/vigil-base --network host --volume "$cache:/ccache" "${npm_settings[@]}" --env CCACHE_DIR=/ccache \
  --env CCACHE_BASEDIR=/src --env CCACHE_NOHASHDIR=1 \
  --env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime \
  -f deploy/Dockerfile -t localhost/vigil "$@" .
image=$(buildah from localhost/vigil)
# The demo serves until it is told to end.
buildah run "$image" -- timeout --signal=INT 300 vigil demo --data /tmp/demo --no-browser || [[ $? == 124 ]]
buildah run "$image" -- vigil user list --data /tmp/demo
buildah rm "$image" >/dev/null
