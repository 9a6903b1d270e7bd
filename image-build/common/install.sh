#!/bin/sh
# image-build/common/install.sh ROOT ROLE...: the program and its units into a root folder that has the packages of packages.txt.
# Both ways use it: the image's layer with the folder being built, and a person on a running machine with ROOT = /.
# Wheels come from image-build/wheels if that folder is there (an image built without network), else from where pip looks.
set -eu
[ $# -ge 2 ] || { echo "usage: install.sh ROOT ROLE..." >&2; exit 2; }
root=${1%/}
shift
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)

inside() { if [ -n "$root" ]; then chroot "$root" "$@"; else "$@"; fi; }

# The program: its own checkout, without history and without what was made there.
mkdir -p "$root/opt/kiosk"
rm -rf "$root/opt/kiosk/source"
mkdir "$root/opt/kiosk/source"
(cd "$project" && tar -cf - --exclude=__pycache__ kiosk systemd examples pyproject.toml README.md LICENSE) |
  tar -xf - -C "$root/opt/kiosk/source" --no-same-owner
cp "$here/requirements.lock" "$root/opt/kiosk/source/"

wheels=
if [ -d "$project/image-build/wheels" ]; then
  cp -r "$project/image-build/wheels" "$root/opt/kiosk/wheels"
  wheels="--no-index --find-links /opt/kiosk/wheels"
fi

# The Python: system packages are seen, because the drivers of camera, pins and hand scanner come from there.
pip="inside /opt/kiosk/venv/bin/python -m pip --disable-pip-version-check --no-input --quiet --no-cache-dir"
[ -x "$root/opt/kiosk/venv/bin/python" ] || inside python3 -m venv --system-site-packages /opt/kiosk/venv
# shellcheck disable=SC2086 # several words
$pip install $wheels --require-hashes --only-binary :all: -r /opt/kiosk/source/requirements.lock
$pip install --no-deps --no-build-isolation --force-reinstall /opt/kiosk/source
rm -rf "$root/opt/kiosk/wheels" "$root/opt/kiosk/source/build"
ln -sfn /opt/kiosk/venv/bin/kiosk "$root/usr/local/bin/kiosk"

# What belongs to the machine rather than to a role: the watchdog, the journal.
(cd "$here/files" && tar -cf - .) | tar -xf - -C "$root/" --no-same-owner

inside /opt/kiosk/venv/bin/kiosk install "$@"

# An image has nginx for its hub; without one nothing is to listen.
case " $* " in
*" hub "*) ;;
*) [ -z "$root" ] || [ ! -e "$root/lib/systemd/system/nginx.service" ] || inside systemctl --quiet disable nginx.service ;;
esac
