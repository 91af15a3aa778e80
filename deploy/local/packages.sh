# shellcheck shell=bash disable=SC2154,SC2034
# Debian packages by purpose. Sourced by ./dev.

packages_build="g++ cmake ninja-build ccache pkg-config git ca-certificates
  libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc libcpp-httplib-dev libsoci-dev libpq-dev
  nlohmann-json3-dev libssl-dev libexpected-dev libspdlog-dev prometheus-cpp-dev libboost-dev libgtest-dev libgmock-dev"
packages_run="postgresql curl util-linux procps"
packages_test="libfaketime"
packages_bench="wrk python3"
packages_node="nodejs npm"
packages_browser="chromium fonts-liberation"
packages_lint="clang-format clang-tidy shellcheck"

# Node.js and npm, wherever they come from: other builds of them than Debian's do not go together with Debian's.
ensure_node() { { command -v node && command -v npm; } >/dev/null || ensure_packages node; }

# clang, and its run-time library, whose name carries clang's version: 14 in Debian 12, 19 in Debian 13.
ensure_fuzzer() {
  local version
  version=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p' | head -n 1)
  packages_fuzz="clang libclang-rt-${version:-14}-dev"
  ensure_packages build fuzz
}

# ensure_packages PURPOSE…: installs what is missing. Root is asked for only here, and only if something is.
ensure_packages() {
  local purpose list missing=()
  for purpose in "$@"; do
    list=packages_$purpose
    for package in ${!list}; do
      dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
    done
  done
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || fail "these Debian packages are needed, and there is no apt-get here: ${missing[*]}"
  local as_root=()
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || fail "please install these packages as root, then try again: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${#missing[@]} Debian packages (once): ${missing[*]}"
  mkdir -p "$state/log"
  # A new PostgreSQL package would start a server of its own: Inkwell uses a private one, so that one is not made.
  if [[ " ${missing[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    "${as_root[@]}" mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  {
    "${as_root[@]}" apt-get update -q -o Acquire::Retries=3 &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold "${missing[@]}"
  } >"$state/log/apt.log" 2>&1 </dev/null || { tail -n 20 "$state/log/apt.log" >&2; fail "installing packages failed"; }
}
