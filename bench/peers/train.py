"""A training step on ragged responses: the peer of `./braid bench train`, in eager PyTorch.

    python bench/peers/train.py --size tiny|small|0.5b [--dtype float32|bfloat16] [--mode padded|padded-chosen|packed]
        [--sequences B] [--runs R] [--threads T] [--attention KIND] [--optimizer foreach|fused]

  padded          rows padded to the longest; logits of the block of response positions, the padding masked
  padded-chosen   the same, but states of padding are dropped before the vocabulary's projection
  packed          all sequences as one, without padding; attention by whichever of these was faster:
      loop          a call for each sequence
      buckets       sequences sorted by length, eight at a time padded for attention alone
      mask          one call with a block-diagonal mask

Loss: mean over response tokens of -log p; backward; clip to norm 1; AdamW (foreach or fused, the faster). With
bfloat16 weights the masters and the optimizer are float32. Prints one line of JSON. Settings that are not given are
tried first, which counts towards peak_mb.
"""

import argparse
import time

import torch
import torch.nn.functional as F

import work
from model import causal, forward, forward_flat, rope, weights

BUCKET = 8


class Padded:
    def __init__(self, shape, dtype, pairs, chosen_only):
        self.shape, self.chosen_only = shape, chosen_only
        longest = max(len(p) + len(r) for p, r in pairs)
        rows = [F.pad(torch.cat([p, r]), (0, longest - len(p) - len(r))) for p, r in pairs]
        self.ids = torch.stack(rows)
        lengths = torch.tensor([len(r) for _, r in pairs])
        first = work.TRAIN_PROMPT
        self.real = torch.arange(longest - first) < lengths[:, None]
        self.target = self.ids[:, first:].masked_fill(~self.real, -100)
        self.cos, self.sin = rope(shape, longest, dtype)

    def loss(self, w):
        # Padding stands on the right, where a causal attention needs no mask against it.
        h = forward(self.shape, w, self.ids[:, :-1], self.cos, self.sin)[:, work.TRAIN_PROMPT - 1:]
        if self.chosen_only:
            return F.cross_entropy(F.linear(h[self.real], w["embed"]).float(), self.target[self.real])
        logits = F.linear(h, w["embed"]).float()
        return F.cross_entropy(logits.flatten(0, 1), self.target.flatten())


class Packed:
    def __init__(self, shape, dtype, pairs, kind):
        self.shape = shape
        pairs = sorted(pairs, key=lambda pair: len(pair[1]))
        rows = [torch.cat([p, r])[:-1] for p, r in pairs]
        self.lengths = [len(row) for row in rows]
        self.ids = torch.cat(rows)
        self.target = torch.cat([r for _, r in pairs])
        self.chosen = torch.cat([torch.arange(n) >= work.TRAIN_PROMPT - 1 for n in self.lengths]).nonzero()[:, 0]
        cos, sin = rope(shape, max(self.lengths), dtype)
        self.cos, self.sin = (torch.cat([x[:n] for n in self.lengths])[:, None] for x in (cos, sin))
        self.attention = getattr(self, kind)
        if kind == "mask":
            self.allowed = torch.block_diag(*[torch.ones(n, n).tril() for n in self.lengths]).bool()
        elif kind == "buckets":
            self.parts = [self.bucket(self.lengths[i:i + BUCKET]) for i in range(0, len(rows), BUCKET)]

    @staticmethod
    def bucket(lengths):
        """(tokens in it, sequences, longest, where each token stands among the padded)"""
        longest = lengths[-1]
        place = torch.cat([torch.arange(n) + i * longest for i, n in enumerate(lengths)])
        return sum(lengths), len(lengths), longest, place

    def loop(self, q, k, v):
        parts = zip(*(x.split(self.lengths) for x in (q, k, v)))
        return torch.cat([causal(a[None], b[None], c[None])[0] for a, b, c in parts])

    def mask(self, q, k, v):
        return causal(q[None], k[None], v[None], self.allowed)[0]

    def buckets(self, q, k, v):
        out, start = [], 0
        for tokens, count, longest, place in self.parts:
            end = start + tokens
            q1, k1, v1 = (x.new_zeros(count * longest, *x.shape[1:]).index_copy(0, place, x[start:end])
                          .unflatten(0, (count, longest)) for x in (q, k, v))
            out.append(causal(q1, k1, v1).flatten(0, 1)[place])
            start = end
        return torch.cat(out)

    def loss(self, w):
        h = forward_flat(self.shape, w, self.ids, self.cos, self.sin, self.attention)
        return F.cross_entropy(F.linear(h[self.chosen], w["embed"]).float(), self.target)


class Optimizer:
    """AdamW on float32 masters, which are the weights themselves where these are float32."""

    def __init__(self, w, kind, rate=1e-6):
        self.params = list(w.values())
        self.copied = self.params[0].dtype != torch.float32
        self.masters = [p.detach().float() for p in self.params] if self.copied else self.params
        self.adamw = torch.optim.AdamW(self.masters, lr=rate, weight_decay=0.01, fused=kind == "fused",
                                       foreach=kind == "foreach")

    def step(self):
        if self.copied:
            for master, p in zip(self.masters, self.params):
                master.grad, p.grad = p.grad.float(), None
        torch.nn.utils.clip_grad_norm_(self.masters, 1.0, foreach=True)
        self.adamw.step()
        self.adamw.zero_grad(set_to_none=True)
        if self.copied:
            with torch.no_grad():
                torch._foreach_copy_(self.params, self.masters)


def step(batch, w, optimizer):
    start = time.perf_counter()
    loss = batch.loss(w)
    loss.backward()
    optimizer.step()
    return (time.perf_counter() - start) * 1e3, loss.item()


def quickest(choices, run, repeats):
    """The fastest of the choices, and the times of all."""
    times = {choice: round(min(run(choice) for _ in range(repeats)), 2) for choice in choices}
    return min(times, key=times.get), times


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--size", choices=work.SIZES, required=True)
    args.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    args.add_argument("--mode", choices=["padded", "padded-chosen", "packed"], default="padded")
    args.add_argument("--sequences", type=int, default=0, help="0: 128, 32 or 12, by the size")
    args.add_argument("--runs", type=int, default=5)
    args.add_argument("--threads", type=int, default=0, help="threads PyTorch uses; 0: its default")
    args.add_argument("--attention", choices=["loop", "buckets", "mask"])
    args.add_argument("--optimizer", choices=["foreach", "fused"])
    args = args.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    shape, dtype = work.SIZES[args.size], getattr(torch, args.dtype)
    pairs = work.sequences(shape.vocab, args.sequences or work.TRAIN_SEQUENCES[args.size])
    w = {k: v.requires_grad_() for k, v in weights(shape, dtype=dtype).items()}
    settings, tried, repeats = {}, {}, 1 if args.size == "0.5b" else 4

    if args.mode == "packed":
        def attended(kind):
            start = time.perf_counter()
            torch.autograd.grad(Packed(shape, dtype, pairs, kind).loss(w), list(w.values()))
            return (time.perf_counter() - start) * 1e3

        # A mask of all tokens by all tokens is only an idea where these are few.
        kinds = ["loop", "buckets"] + ["mask"] * (len(pairs) <= 32)
        settings["attention"] = args.attention
        if not args.attention:
            settings["attention"], tried["attention"] = quickest(kinds, attended, repeats)
        batch = Packed(shape, dtype, pairs, settings["attention"])
    else:
        batch = Padded(shape, dtype, pairs, args.mode == "padded-chosen")
    settings["optimizer"] = args.optimizer
    if not args.optimizer:
        def optimized(kind):
            optimizer = Optimizer(w, kind, rate=0.0)
            return min(step(batch, w, optimizer)[0] for _ in range(2))
        settings["optimizer"], tried["optimizer"] = quickest(["foreach", "fused"], optimized, repeats)

    optimizer = Optimizer(w, settings["optimizer"])
    runs = [step(batch, w, optimizer) for _ in range(2 + args.runs)]
    lengths = [len(r) for _, r in pairs]
    work.report(what="train", peer="eager " + args.mode, size=args.size, dtype=args.dtype, settings=settings,
                tried=tried, step_ms=[round(ms, 2) for ms, _ in runs[2:]], loss=round(runs[0][1], 5),
                tokens=sum(lengths) + work.TRAIN_PROMPT * len(lengths), response_tokens=sum(lengths))


if __name__ == "__main__":
    main()
