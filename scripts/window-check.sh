#!/usr/bin/env bash
# Starts the real window on a virtual screen, trains an epoch by Ctrl+Enter, and closes it.
# Needs Xvfb and xdotool, and a release build.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
program=${CARGO_TARGET_DIR:-target}/release/overfit-lab
screen=""
window=""
finish() {
    [ -z "$window" ] || kill "$window" 2>/dev/null || true
    [ -z "$screen" ] || kill "$screen" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
fail() {
    echo "window-check: $*" >&2
    [ ! -s "$folder/log" ] || cat "$folder/log" >&2
    exit 1
}

# Nothing is sent and nothing listens: the window has no sockets but those of the desktop, which
# are Unix sockets (the display's server, D-Bus).
sockets() {
    find "/proc/$window/fd" -lname 'socket:*' -printf '%l\n' 2>/dev/null | tr -dc '0-9\n' | sort || true
}
no_network() {
    local before after held other unix
    before=$(sockets)
    unix=$(awk '{ print $7 }' "/proc/$window/net/unix" | sort)
    # One that was closed meanwhile is in no table any more.
    after=$(sockets)
    held=$(comm -12 <(echo "$before") <(echo "$after"))
    other=$(comm -23 <(echo "$held") <(echo "$unix") | xargs)
    [ -z "$other" ] || fail "the window has sockets that are no Unix sockets: $other"
    [ -n "$held" ] || fail "the window has no socket, not even the display's: the check sees nothing"
}

# The server picks a free display and writes its number to the third descriptor.
exec 3>"$folder/display"
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp >/dev/null 2>&1 &
screen=$!
for _ in $(seq 100); do
    [ -s "$folder/display" ] && break
    sleep 0.1
done
[ -s "$folder/display" ] || fail "the virtual screen did not start"
DISPLAY=:$(cat "$folder/display")
export DISPLAY
unset WAYLAND_DISPLAY

"$program" --runs-dir "$folder/runs" --cache-dir "$folder/cache" >"$folder/log" 2>&1 &
window=$!
id=""
for _ in $(seq 300); do
    id=$(xdotool search --onlyvisible --name '^Overfit Lab$' 2>/dev/null | head -n 1 || true)
    [ -n "$id" ] && break
    kill -0 "$window" 2>/dev/null || fail "the program ended before its window was seen"
    sleep 0.1
done
[ -n "$id" ] || fail "no window was seen within 30 seconds"
no_network

metrics="$folder/runs/A1/metrics.jsonl"
trained=""
for attempt in $(seq 60); do
    # A window takes keys once it has the focus; until the run exists the key is given again.
    if [ ! -d "$folder/runs/A1" ]; then
        xdotool windowfocus "$id" 2>/dev/null || true
        sleep 0.3
        xdotool key ctrl+Return
    fi
    sleep 1
    no_network
    if [ -s "$metrics" ]; then
        trained=yes
        break
    fi
    kill -0 "$window" 2>/dev/null || fail "the program ended while it trained"
done
[ -n "$trained" ] || fail "no epoch was trained within a minute"

# In mid-training the window asks once; asked again, it stops the run and closes.
xdotool windowfocus "$id" 2>/dev/null || true
xdotool key ctrl+q
sleep 1
kill -0 "$window" 2>/dev/null || fail "the window closed in mid-training without asking"
xdotool key ctrl+q
for _ in $(seq 50); do
    kill -0 "$window" 2>/dev/null || break
    sleep 0.1
done
if kill -0 "$window" 2>/dev/null; then
    fail "the window did not close within 5 seconds"
fi
status=0
wait "$window" || status=$?
window=""
[ "$status" = 0 ] || fail "the program ended with status $status"
grep -q '"reason": "stopped"' "$folder/runs/A1/summary.json" || fail "the run was not kept as stopped"
echo "window-check: an epoch was trained and the window closed; 1 passed, 0 failed"
