#!/usr/bin/env bash
# Walks the pages of `servanda serve` in a real browser, as an analyst would. Needs Chromium, Node and npm (Debian: chromium nodejs npm);
# says so plainly, and ends with 0, where one of them is missing. `checks/browser/run.sh [PROGRAM] [FOLDER-FOR-PICTURES]`
set -euo pipefail
cd "$(dirname "$0")/../.."
program="${1:-target/release/servanda}"
pictures="${2:-}"
chromium="${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}"
for need in "$chromium" "$(command -v node || true)" "$(command -v npm || true)"; do
  if [ -z "$need" ]; then
    echo "the browser lane was SKIPPED: it needs Chromium, Node and npm (Debian: apt-get install chromium nodejs npm)"
    exit 0
  fi
done
modules=target/browser
mkdir -p "$modules"
if ! cmp -s checks/browser/package.json "$modules/package.json"; then
  cp checks/browser/package.json "$modules/package.json"
  (cd "$modules" && npm install --no-audit --no-fund --silent) || { rm -f "$modules/package.json"; echo "the browser lane was SKIPPED: npm could not install playwright-core and axe-core"; exit 0; }
fi
cp checks/browser/walk.mjs "$modules/walk.mjs"
log="$(mktemp)"
"$program" serve --lazy --listen 127.0.0.1:0 2>"$log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$log"' EXIT
for _ in $(seq 600); do
  address="$(sed -n 's/^listening on //p' "$log")"
  [ -n "$address" ] && break
  kill -0 "$server" 2>/dev/null || { cat "$log"; exit 1; }
  sleep 0.1
done
CHROMIUM="$chromium" PICTURES="$pictures" node "$modules/walk.mjs" "$address"
