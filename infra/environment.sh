#!/bin/sh
# Make .venv from requirements.lock, checked by hashes: sh infra/environment.sh [FOLDER]
# Needs only a python3 of 3.11 or newer with venv. uv, itself locked, does the rest.
set -eu

folder=${1:-.venv}
lock=requirements.lock

say() { printf 'vincle: %s\n' "$*" >&2; }

# Can this interpreter make an environment of ours?
serves() {
    "$1" -c 'import sys, ensurepip, ssl, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null
}

find_python() {
    for candidate in python3.14 python3.13 python3.12 python3.11 python3 /usr/bin/python3; do
        if command -v "$candidate" >/dev/null && serves "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    found=$(python3 -V 2>/dev/null || echo none)
    say "no Python from 3.11 to 3.14 with venv on PATH (python3 is: $found); on Debian: apt-get install python3 python3-venv"
    return 1
}

# The lines of one package in the lock, with its hashes.
locked() {
    awk -v name="$1==" 'index($0, name) == 1 { on = 1; print; next } on && /^    --hash/ { print; next } { on = 0 }' "$lock"
}

if ! { [ -x "$folder/bin/python" ] && serves "$folder/bin/python"; }; then
    python=$(find_python)
    say "making $folder with $("$python" -V)"
    "$python" -m venv --clear "$folder"
fi

wanted=$(locked uv | sed -n 's/^uv==\([^ ]*\).*/\1/p')
if [ "$("$folder/bin/uv" --version 2>/dev/null | cut -d' ' -f2)" != "$wanted" ]; then
    say "installing uv $wanted"
    locked uv > "$folder/uv.lock.txt"
    "$folder/bin/python" -m pip --version >/dev/null 2>&1 || "$folder/bin/python" -m ensurepip >/dev/null
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
        -r "$folder/uv.lock.txt" || { say "uv cannot be installed: is this machine online?"; exit 1; }
fi

say "installing $(grep -c '==' "$lock") packages (the first time about 1 GB on disk)"
"$folder/bin/uv" pip sync --python "$folder/bin/python" --require-hashes "$lock" \
    || { say "packages cannot be installed: is this machine online, is the disk full?"; exit 1; }
"$folder/bin/uv" pip install --quiet --python "$folder/bin/python" --offline --no-deps --no-build-isolation --editable .
say "$folder is ready"
