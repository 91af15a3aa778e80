# shellcheck shell=bash disable=SC2154,SC2034
# Clerk's own browser code for the emulator to serve: fetched by name and version from npm's registry, checked, never committed.
# Sourced by ./dev.

# Package, version, and the integrity that the registry and a lock file state for it.
clerk_js_packages="
  @clerk/clerk-js 6.40.0 sha512-2MnZ/ygvuCmeuqfXQmsxfQaLN/SSJvQbtT2cLXbgr5VKr3KmZFZBVvX977fG3eZ6pprl4J9pO+I2bbe6BvColg==
  @clerk/ui 1.36.0 sha512-uI96zYCh5jISLOt1mdpIPy/Y31P0kwFxjUFOxLUwFfTHFmGUcRjbqN6bbb+75tdI2Bz6ARGws3rhspDer+xIfQ=="

clerk_js_dir() { printf '%s/clerk-js' "$state"; }

# fetch_clerk_js: leaves <clerk_js_dir>/{clerk-js,ui}/{LICENSE,dist/*.js}, as the emulator serves them. Fails, and says why, without
# the network, npm or the right contents: who calls decides whether Inkwell can do without.
fetch_clerk_js() {
  local name version integrity target
  while read -r name version integrity; do
    [[ -n $name ]] || continue
    target=$(clerk_js_dir)/${name#@clerk/}
    [[ -f $target/.$version ]] || fetch_clerk_package "$target" "$name@$version" "$integrity" || return 1
    touch "$target/.$version"
  done <<<"$clerk_js_packages"
}

fetch_clerk_package() { # fetch_clerk_package DIRECTORY NAME@VERSION INTEGRITY
  local target=$1 package=$2 integrity=$3 work status=0
  (ensure_node) || return 1
  work=$(mktemp -d)
  unpack_clerk_package "$work" "$target" "$package" "$integrity" || status=1
  rm -rf "$work"
  return "$status"
}

unpack_clerk_package() {
  local work=$1 target=$2 package=$3 integrity=$4 archive
  say "Fetching $package (once) …"
  # Packed, not installed: no dependency is resolved, and no script of a package runs.
  (cd "$work" && npm pack --silent --ignore-scripts --fetch-retries 2 --fetch-retry-factor 2 --fetch-retry-mintimeout 1000 --cache "$work/cache" "$package") \
    >"$state/log/clerk-js.log" 2>&1 </dev/null || return 1
  archive=$(find "$work" -maxdepth 1 -name '*.tgz')
  if [[ sha512-$(openssl dgst -sha512 -binary "$archive" | base64 -w0) != "$integrity" ]]; then
    say "$package is not what was checked: its SHA-512 differs."
    return 1
  fi
  rm -rf "$target"
  mkdir -p "$target"
  tar -xzf "$archive" -C "$target" --strip-components=1 --wildcards --no-wildcards-match-slash package/LICENSE 'package/dist/*.js'
}
