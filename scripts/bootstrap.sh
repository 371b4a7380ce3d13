# Sourced by ./run, ./test and ./motcua: makes .venv with exactly the locked packages.
# bootstrap run   what the product needs
# bootstrap test  that, and what the tests need

say() { printf '%s\n' "$*" >&2; }

find_python() {
  local candidate
  for candidate in python3.11 python3 python; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  say "Cần Python 3.11 (Debian 12: apt-get install python3 python3-venv). / Python 3.11 is needed."
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null 2>&1; then sudo -n "$@"; else return 1; fi
}

make_venv() {
  local python=$1
  rm -rf "$here/.venv"
  if "$python" -m venv "$here/.venv" >/dev/null 2>&1; then return; fi
  rm -rf "$here/.venv"
  say "· python3-venv"
  as_root apt-get update -qq >/dev/null 2>&1 || true
  as_root apt-get install -y -qq --no-install-recommends python3-venv >/dev/null 2>&1 || true
  "$python" -m venv "$here/.venv" || {
    say "Cần gói python3-venv: apt-get install python3-venv. / The package python3-venv is needed."
    exit 1
  }
}

# The sources are found through PYTHONPATH, so that one .venv serves whatever lies in this folder.
export PYTHONPATH="$here/src"

bootstrap() {
  local kind=$1 lock="$here/requirements/$1.txt" stamp="$here/.venv/installed-$1" want
  want=$(sha256sum "$lock" | cut -c1-64)
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && return
  # The test set contains the run set.
  if [ "$kind" = run ] && [ -f "$here/.venv/installed-test" ] &&
    [ "$(cat "$here/.venv/installed-test")" = "$(sha256sum "$here/requirements/test.txt" | cut -c1-64)" ]; then
    return
  fi
  [ -x "$here/.venv/bin/python" ] && "$here/.venv/bin/python" -c '' 2>/dev/null || make_venv "$(find_python)"
  say "Đang cài các gói Python (một lần, khoảng một phút) … / Installing Python packages (once, about a minute) …"
  "$here/.venv/bin/python" -m pip install --disable-pip-version-check --no-input -q --require-hashes -r "$lock" 2>&1 |
    grep -v '^WARNING' >&2 || true
  "$here/.venv/bin/python" -m pip check >/dev/null || { say "Cài đặt chưa xong. / The installation is not complete."; exit 1; }
  printf '%s' "$want" >"$stamp"
}

# Chromium for the browser tests, from the distribution; with CI=true its absence is a failure, else a notice.
ensure_chromium() {
  command -v chromium-headless-shell >/dev/null 2>&1 && command -v pdffonts >/dev/null 2>&1 && return
  say "· chromium, poppler-utils"
  as_root apt-get update -qq >/dev/null 2>&1 || true
  # Older packages of the distribution have only the whole browser.
  as_root apt-get install -y -qq --no-install-recommends chromium-headless-shell poppler-utils >/dev/null 2>&1 ||
    as_root apt-get install -y -qq --no-install-recommends chromium poppler-utils >/dev/null 2>&1 || true
  if ! command -v chromium-headless-shell >/dev/null 2>&1 && ! command -v chromium >/dev/null 2>&1; then
    say "Không cài được Chromium: các bài kiểm thử trình duyệt sẽ bị bỏ qua. / No Chromium: browser tests cannot run."
    [ "${CI:-}" = true ] && exit 1
  fi
  return 0
}
