"""The work that Braid's benchmarks and their peers share: shapes, prompts, stop tokens, lengths of sequences."""

import json
import platform

import torch

from model import Shape

SIZES = {
    "tiny": Shape(layers=3, hidden=96, heads=4, kv=2, dim=24, ffn=256, vocab=110),
    "small": Shape(layers=8, hidden=512, heads=8, kv=4, dim=64, ffn=1408, vocab=4096),
    "0.5b": Shape(layers=24, hidden=896, heads=14, kv=2, dim=64, ffn=4864, vocab=151936),
}
TRAIN_SEQUENCES = {"tiny": 128, "small": 32, "0.5b": 12}
TRAIN_PROMPT = 16


def stops(vocab):
    """How many token ids, from 0 up, end a response: about 1 % of a random model's tokens."""
    return max(1, vocab // 100)


def ids(vocab, row, length):
    """Token ids, none of them a stop."""
    few = stops(vocab)
    wanted = (((row * 31 + t) * 7919 + 13) % vocab for t in range(length))
    return [token + few if token < few else token for token in wanted]


def prompts(vocab, count):
    """Lists of 8 to 32 token ids."""
    return [ids(vocab, p, 8 + 7 * p % 25) for p in range(count)]


def response_lengths(count):
    return [1 + int(256 * (i * 0.6180339887 % 1) ** 2) for i in range(count)]


def sequences(vocab, count):
    """Ragged (prompt, response) pairs, as token ids."""
    rows = (torch.tensor(ids(vocab, i, TRAIN_PROMPT + n)) for i, n in enumerate(response_lengths(count)))
    return [(row[:TRAIN_PROMPT], row[TRAIN_PROMPT:]) for row in rows]


def peak_mb():
    """The most memory that was resident in this process so far."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024


def report(**line):
    """The last line of a peer's output, one JSON object."""
    versions = {"torch": torch.__version__, "python": platform.python_version()}
    print(json.dumps({**line, "threads": torch.get_num_threads(), "peak_mb": peak_mb(), **versions}), flush=True)
