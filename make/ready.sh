#!/bin/sh
# make/ready.sh demo|test|bench: installs whatever the target of that name lacks, and nothing that is there.
# Debian packages as root or through sudo (asked at most once, and only if something is missing); Python packages into .venv,
# each with the hash that requirements.lock names, for the bench also those of bench/requirements.lock. A second run compares
# one stamp and leaves. Details go to build/ready.log.
set -eu
cd "$(dirname "$0")/.."
goal=${1:?demo, test or bench}
log=build/ready.log

say() { printf 'kiosk: %s\n' "$*" >&2; }
stop() {
  say "$*"
  exit 1
}

names() { sed 's/ *#.*//; /^$/d' "$@"; }

lists() {
  echo make/packages-demo.txt
  if [ "$goal" != demo ]; then echo "make/packages-$goal.txt"; fi
}

locks() {
  echo requirements.lock
  if [ "$goal" = bench ]; then echo bench/requirements.lock; fi
}

stamp() {
  cat requirements.lock bench/requirements.lock pyproject.toml make/ready.sh make/packages-*.txt | sha256sum | cut -d' ' -f1
}

# What is ready for the tests or the bench is ready for the demo too.
is_ready() {
  now=$(stamp)
  if [ "$goal" = demo ]; then others="test bench"; else others=; fi
  for each in $goal $others; do
    if [ "$(cat ".venv/ready-$each" 2>/dev/null)" = "$now" ] && .venv/bin/python -c '' 2>/dev/null; then return 0; fi
  done
  return 1
}

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; }

# Debian's own before any other: it is built for speed, and on a Pi the drivers from apt are for it alone.
find_python() {
  if fits /usr/bin/python3 && { is_raspberry_pi || python=/usr/bin/python3 can_make_venv; }; then
    echo /usr/bin/python3
    return
  fi
  for each in python3 python3.13 python3.12 python3.11; do
    if fits "$each"; then
      echo "$each"
      return
    fi
  done
}

can_make_venv() { "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# Debian packages of the lists that are not installed, in one line.
missing() {
  for each in $(names $(lists)); do
    if [ "$each" = python3-venv ] && can_make_venv; then continue; fi
    if [ "$(dpkg-query -W -f='${db:Status-Status}' "$each" 2>/dev/null)" != installed ]; then printf '%s ' "$each"; fi
  done
}

# How to be root here: already, by sudo without a question, or by sudo with one where somebody can answer it.
root_by() {
  if [ "$(id -u)" = 0 ]; then
    echo env
  elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [ -t 0 ] && [ -t 2 ]; }; }; then
    echo sudo
  fi
}

install_debian_packages() {
  command -v dpkg-query >/dev/null || return 0 # no Debian: its owner knows how the same things are called there
  wanted=$(missing)
  [ -n "$wanted" ] || return 0
  root=$(root_by)
  [ -n "$root" ] || stop "Debian packages are missing, and this user may not install any; ask for: apt install ${wanted% }"
  say "installing Debian packages: $wanted"
  # shellcheck disable=SC2016,SC2086 # expanded by the inner shell; one word a package
  $root env DEBIAN_FRONTEND=noninteractive sh -c '
    apt-get update -qq &&
    apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold "$@"
  ' sh $wanted </dev/null >>"$log" 2>&1 ||
    stop "they could not be installed, see $log; what is needed: apt install ${wanted% }"
}

stop_at_log() { stop "the Python packages could not be installed; the reason is at the end of $log"; }

is_raspberry_pi() { grep -qs 'Raspberry Pi' /proc/device-tree/model; }

make_venv() {
  if [ -e .venv ] && ! fits .venv/bin/python; then rm -rf .venv; fi
  [ -e .venv ] || {
    say "making .venv with $("$python" -V)"
    # On a Pi the drivers of camera, pins and hand scanner come from apt: they have no wheels for every Python.
    if is_raspberry_pi; then set -- --system-site-packages; else set --; fi
    "$python" -m venv "$@" .venv >>"$log" 2>&1 || stop "no .venv could be made; ask for: apt install python3-venv"
  }
}

install_python_packages() {
  # shellcheck disable=SC2046 # one word a file
  set -- $(locks)
  say "installing the Python packages of $* (about a minute)"
  pip="env PIP_REQUIRE_VIRTUALENV=1 .venv/bin/python -m pip --disable-pip-version-check --no-input --quiet"
  for each; do
    $pip install --require-hashes --only-binary :all: -r "$each" >>"$log" 2>&1 || stop_at_log
  done
  $pip install --no-deps --no-build-isolation --editable . >>"$log" 2>&1 || stop_at_log
}

is_ready && exit 0
mkdir -p build
: >"$log"
python=$(find_python)
[ -n "$python" ] || stop "no Python 3.11, 3.12 or 3.13 here; ask for: apt install python3 python3-venv"
install_debian_packages
make_venv
install_python_packages
stamp >".venv/ready-$goal"
say "ready"
