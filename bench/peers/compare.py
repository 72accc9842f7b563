"""Braid and its peers in turn, on the same work: a table, and one line of JSON with medians and ratios.

    python bench/peers/compare.py rollout|train|step [--rounds N] [--size tiny|small|0.5b]
        [--dtype float32|bfloat16] [--prompts P] [--samples G] [--new N] [--sequences B] [--model DIR] [--jlama DIR]
        [--peers NAME,…] [--threads N,…] [--braid OPTIONS] [--as FILE]

First each is run with every number of threads, and the peers with every setting that they have; what was fastest is
kept. Then N rounds, in each of which all run once, in an order that rotates. `--as FILE` takes threads and settings
from an earlier output instead. Ratios above 1 say that Braid was faster, or that it took less memory.
"""

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# What is compared, and whether more of it is better.
STEP_WARM_UP = "200"
QUANTITIES = {"rollout": {"tokens_per_s": True}, "train": {"step_ms": False}, "step": {"step_ms": False}}
BRAID = "braid"


@dataclass
class Participant:
    name: str
    command: list
    choices: list = field(default_factory=lambda: [[]])
    threads: int = 0
    settings: list = field(default_factory=list)

    def run(self, threads, settings):
        """The last line of its output that is a JSON object; RuntimeError if there is none."""
        command = [*self.command, *settings, "--threads", str(threads)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=os.environ | {"OMP_NUM_THREADS": str(threads), "TOKENIZERS_PARALLELISM": "false"})
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode or not lines:
            raise RuntimeError((done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1][:200])
        return json.loads(lines[-1])


def participants(a):
    """Braid, then the peers of what is measured."""
    per_round = {"rollout": "1", "train": "5", "step": "60"}[a.what]
    shape = ["--size", a.size, "--dtype", a.dtype]
    rollout = [*shape, "--prompts", str(a.prompts), "--samples", str(a.samples), "--new", str(a.new)]
    train = [*shape, "--sequences", str(a.sequences)]
    work = {"rollout": rollout, "train": train, "step": ["--model", a.model or ""]}[a.what]
    runs = ["--runs", per_round]
    # The JVM compiles its loops while they run; a run of training lasts far longer than that. In the step, everybody's
    # policy learns meanwhile, so the peers begin as late.
    begin = {"rollout": ["--warm-up", "1" if a.size == "0.5b" else "4"], "step": ["--warm-up", STEP_WARM_UP],
             "train": ["--warm-up", "2" if a.size == "0.5b" else "15"]}[a.what]
    braid = Participant(BRAID, ["./braid", "bench", a.what, *work, *runs, *begin, "--json", *shlex.split(a.braid)])

    def python(name, script, *more):
        return Participant(name, [sys.executable, str(HERE / script), *more])

    if a.what == "rollout":
        peers = [python(name, "rollout.py", "--peer", kind, *work, *runs) for name, kind in (
            ("transformers.generate", "generate"), ("bare loop", "bare"), ("compacting loop", "compacting"))]
        if a.jlama:
            peers.append(jlama(a, rollout[4:] + runs))
    elif a.what == "train":
        peers = [python("eager " + mode, "train.py", "--mode", mode, *work, *runs)
                 for mode in ("padded", "padded-chosen", "packed")]
    else:
        trl = python("trl", "grpo_trl.py", *work, "--steps", per_round, *begin)
        trl.choices = [["--cache", kind] for kind in ("dynamic", "static")]
        peers = [trl,
                 python("pytorch countdown", "countdown.py", *work, "--steps", per_round, *begin)]
    chosen = a.peers.split(",") if a.peers else [p.name for p in peers]
    unknown = set(chosen) - {p.name for p in peers}
    if unknown:
        sys.exit(f"compare.py: no such peer of {a.what}: {', '.join(unknown)}; there are {[p.name for p in peers]}")
    return [braid, *(p for p in peers if p.name in chosen)]


def jlama(a, work):
    """Jlama takes a request at a time: several side by side are tried too, and both types of its memory."""
    java = Path(os.environ["JAVA_HOME"]) / "bin/java" if "JAVA_HOME" in os.environ else "java"
    command = [str(java), "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
               "--sun-misc-unsafe-memory-access=allow", "-Xmx6g", "-cp",
               f"{HERE}/jlama/target/classes:{HERE}/jlama/target/lib/*", "Decode", "--model", a.jlama, *work]
    choices = [["--concurrent", str(n), "--working", kind] for n in (1, os.cpu_count()) for kind in ("F32", "BF16")]
    return Participant("jlama", command, choices)


def flags(answer):
    """What a peer found out for itself, as options."""
    return [x for k, v in (answer.get("settings") or {}).items() if v is not None for x in (f"--{k}", str(v))]


def speed(what, answer):
    """The first quantity, more being better."""
    quantity, more = next(iter(QUANTITIES[what].items()))
    value = statistics.median(answer[quantity])
    return value if more else 1 / value


def calibrate(what, p, counts):
    """The quickest settings with the most threads, then the quickest number of threads with these."""
    tried = {}

    def attempt(threads, settings):
        try:
            answer = p.run(threads, settings)
        except RuntimeError as e:
            say(f"{p.name}, {threads} threads {' '.join(settings)}: {e}")
            return
        settings = settings or flags(answer)
        tried[threads, tuple(settings)] = speed(what, answer)
        say(f"{p.name}, {threads} threads {' '.join(settings)}: {brief(what, answer)}")

    for choice in p.choices:
        attempt(counts[-1], choice)
    if tried:
        best = list(max(tried, key=tried.get)[1])
        for threads in counts[:-1]:
            attempt(threads, best)
        p.threads, p.settings = max(tried, key=tried.get)
        p.settings = list(p.settings)
    return bool(tried)


def brief(what, answer):
    return ", ".join(f"{q} {statistics.median(answer[q]):.2f}" for q in QUANTITIES[what])


def say(line):
    print(line, file=sys.stderr, flush=True)


def summary(what, answers):
    """For each participant its medians, and Braid's ratio to it, of all rounds and by round."""
    result = {}
    for name, rounds in answers.items():
        mine = {"threads": rounds[0]["threads"], "peak_mb": statistics.median(r["peak_mb"] for r in rounds)} \
            if "peak_mb" in rounds[0] else {"threads": rounds[0].get("threads")}
        for q, more in QUANTITIES[what].items():
            mine[q] = round(statistics.median(v for r in rounds for v in r[q]), 2)
            mine[q + "_by_round"] = [round(statistics.median(r[q]), 2) for r in rounds]
        result[name] = mine
    if BRAID not in result:
        return result
    braid = result[BRAID]
    for name, peer in result.items():
        if name == BRAID:
            continue
        for q, more in QUANTITIES[what].items():
            def ratio(ours, theirs, more=more):
                return round(ours / theirs if more else theirs / ours, 3)
            peer[q + "_ratio"] = ratio(braid[q], peer[q])
            # Neighbours in time: their spread says how far to trust the whole.
            peer[q + "_ratio_by_round"] = list(map(ratio, braid[q + "_by_round"], peer[q + "_by_round"]))
        if "peak_mb" in peer and "peak_mb" in braid:
            peer["peak_mb_ratio"] = round(peer["peak_mb"] / braid["peak_mb"], 3)
    return result


def table(what, result):
    columns = [c for q in QUANTITIES[what] for c in (q, q + "_ratio", q + "_ratio_by_round")]
    columns += ["threads", "peak_mb", "peak_mb_ratio"]
    print(f"| | {' | '.join(c.replace('_', ' ') for c in columns)} |\n|{' --- |' * (len(columns) + 1)}")
    for name, row in result.items():
        cells = (row.get(c, "") for c in columns)
        print(f"| {name} | {' | '.join(' '.join(map(str, c)) if isinstance(c, list) else str(c) for c in cells)} |")


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("what", choices=QUANTITIES)
    args.add_argument("--rounds", type=int, default=5)
    args.add_argument("--size", choices=["tiny", "small", "0.5b"], default="tiny")
    args.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    args.add_argument("--prompts", type=int, help="default: 64, at 0.5b 4")
    args.add_argument("--samples", type=int, help="default: 8, at 0.5b 4")
    args.add_argument("--new", type=int, default=256)
    args.add_argument("--sequences", type=int, help="default: 128, 32 or 12, by the size")
    args.add_argument("--model", help="step: a base model with the quickstart's tokens")
    args.add_argument("--jlama", help="rollout: the directory that jlama/directory.py wrote; else Jlama is left out")
    args.add_argument("--peers", help="some of the peers only, by name")
    args.add_argument("--threads", help="numbers of threads to try (default: 1 and all cores)")
    args.add_argument("--braid", default="", help="further options of Braid's command")
    args.add_argument("--as", dest="earlier", help="an earlier output, whose threads and settings are taken")
    a = args.parse_args()
    big = a.size == "0.5b"
    a.prompts, a.samples = a.prompts or (4 if big else 64), a.samples or (4 if big else 8)
    a.sequences = a.sequences or {"tiny": 128, "small": 32, "0.5b": 12}[a.size]
    if a.what == "step" and not a.model:
        sys.exit("compare.py: step needs --model, such as runs/quickstart/base/model")
    counts = sorted(map(int, a.threads.split(","))) if a.threads else sorted({1, os.cpu_count()})

    everyone = participants(a)
    if a.earlier:
        known = json.loads(Path(a.earlier).read_text().splitlines()[-1])["settings"]
        for p in everyone:
            p.threads, p.settings = known[p.name]["threads"], known[p.name]["options"]
    else:
        everyone = [p for p in everyone if calibrate(a.what, p, counts)]
    answers, loads = {p.name: [] for p in everyone}, []
    for i in range(a.rounds):
        loads.append(round(os.getloadavg()[0], 2))
        turn = i % max(1, len(everyone))
        for p in everyone[turn:] + everyone[:turn]:
            try:
                answer = p.run(p.threads, p.settings)
            except RuntimeError as e:
                # Half a comparison of one is worth less than a whole one of the others.
                say(f"round {i + 1}: {p.name} is left out from here on: {e}")
                everyone.remove(p)
                answers.pop(p.name)
                continue
            answers[p.name].append(answer)
            say(f"round {i + 1} of {a.rounds}, {p.name}: {brief(a.what, answer)}")
    result = summary(a.what, answers)
    table(a.what, result)
    print(json.dumps({"what": a.what, **({} if a.what == "step" else {"size": a.size, "dtype": a.dtype}),
                      "rounds": a.rounds, "load_before_round": loads,
                      "settings": {p.name: {"threads": p.threads, "options": p.settings} for p in everyone},
                      "result": result, "answers": answers}))


if __name__ == "__main__":
    main()
