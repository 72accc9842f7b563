#!/usr/bin/env bash
# Braid's engine and PyTorch, in turn on the same machine: bench/peers/engine.sh [ROUNDS]
# PYTHON names the interpreter with PyTorch (default: parity/.venv/bin/python); THREADS, if set, goes to PyTorch.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
python=${PYTHON:-parity/.venv/bin/python}
if ! "$python" -c 'import torch' 2>/dev/null; then
  echo "engine.sh: $python has no PyTorch: make the environment of bench/peers/README.md, or set PYTHON" >&2
  exit 1
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

for round in $(seq "$rounds"); do
  echo "round $round of $rounds: PyTorch" >&2
  "$python" bench/peers/engine.py --threads "${THREADS:-0}" >>"$out/pytorch"
  echo "round $round of $rounds: Braid" >&2
  ./braid bench engine --json | tail -n 1 >>"$out/braid"
done

"$python" - "$out" <<'SUMMARY'
import json, statistics, sys

def lines(name):
    return [json.loads(line) for line in open(f"{sys.argv[1]}/{name}") if line.strip()]

def values(x):
    return x if isinstance(x, list) else [x]

pytorch, braid = lines("pytorch"), lines("braid")
for what, better in (("train_step_ms", "lower"), ("decode_tokens_per_s", "higher")):
    theirs = [r["all"] for r in pytorch if r["what"] == what]
    ours = [values(r[what]) for r in braid]
    a, b = (statistics.median(v for run in runs for v in run) for runs in (ours, theirs))
    # A round's ratio compares neighbours in time; their spread says how far to trust the whole.
    each = [round(statistics.median(x) / statistics.median(y), 3) for x, y in zip(ours, theirs)]
    print(json.dumps({"what": what, "better": better, "braid": round(a, 2), "pytorch": round(b, 2),
                      "ratio": round(a / b, 3), "ratio_by_round": each}))
SUMMARY
