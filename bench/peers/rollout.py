"""Responses to many prompts: three peers of `./braid bench rollout`, whose work is the same (work.py).

    python bench/peers/rollout.py --peer generate|bare|compacting --size tiny|small|0.5b [--dtype float32|bfloat16]
        [--prompts P] [--samples G] [--new N] [--runs R] [--threads T] [--batch ROWS] [--cache dynamic|static]

  generate     Qwen2ForCausalLM.generate of transformers, prompts padded on the left
  bare         a loop by hand: a prompt is read once a group, all rows go on until the last has stopped
  compacting   the same, and stopped rows leave the batch whenever an eighth has stopped

Prints one line of JSON. Settings that are not given are tried, one whole run each, and the faster one counts.
"""

import argparse
import time

import torch
import torch.nn.functional as F

import work
from model import decode_step, empty_cache, forward, rope, sample, weights


def padded(prompts):
    """ids and a mask of what is real [P,T], on the left nothing."""
    longest = max(map(len, prompts))
    ids = torch.tensor([[0] * (longest - len(p)) + p for p in prompts])
    return ids, torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in prompts])


def real_tokens(out, stops):
    """How many tokens [B,N] there are before and with each row's first stop."""
    before = torch.cumsum(out < stops, 1) - (out < stops).long()
    return int((before == 0).sum())


class Generate:
    """What a user of transformers would call."""

    def __init__(self, shape, dtype, cache):
        import transformers
        transformers.logging.set_verbosity_error()
        torch.manual_seed(0)
        config = transformers.Qwen2Config(
            vocab_size=shape.vocab, hidden_size=shape.hidden, intermediate_size=shape.ffn,
            num_hidden_layers=shape.layers, num_attention_heads=shape.heads, num_key_value_heads=shape.kv,
            head_dim=shape.dim, rms_norm_eps=1e-6, rope_parameters={"rope_type": "default", "rope_theta": 1e6},
            max_position_embeddings=512, initializer_range=0.02, tie_word_embeddings=True, use_sliding_window=False,
            bos_token_id=None, eos_token_id=None, pad_token_id=None, attn_implementation="sdpa")
        self.model = transformers.AutoModelForCausalLM.from_config(
            config, dtype=dtype, attn_implementation="sdpa").eval()
        self.stops, self.settings = work.stops(shape.vocab), {"cache": cache}
        self.version = transformers.__version__

    def __call__(self, prompts, group, new):
        ids, real = padded(prompts)
        out = self.model.generate(
            ids, attention_mask=real, do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
            num_return_sequences=group, max_new_tokens=new, pad_token_id=0, use_cache=True,
            eos_token_id=list(range(self.stops)), cache_implementation=self.settings["cache"], disable_compile=True)
        return out[:, ids.shape[1]:]


class Bare:
    """The loop that one writes without a library."""

    def __init__(self, shape, dtype, compacting):
        self.shape, self.dtype, self.compacting = shape, dtype, compacting
        self.w, self.stops = weights(shape, dtype=dtype), work.stops(shape.vocab)
        self.settings, self.version = {}, None

    def read(self, prompts, group, length):
        """The cache of all rows after their prompts, what may be attended to, and the last states."""
        s = self.shape
        ids, real = padded(prompts)
        n, t = ids.shape
        cos, sin = rope(s, length, self.dtype)  # counted from the padding: only differences of positions matter
        lower = torch.ones(t, t, dtype=torch.bool).tril()
        # A padding's query attends to itself, for want of anything else; nobody reads it.
        mask = (lower & real.bool()[:, None, None]) | torch.eye(t, dtype=torch.bool)
        small = empty_cache(s, n, t, self.dtype)
        h = forward(s, self.w, ids, cos, sin, small, mask)[:, -1].repeat_interleave(group, 0)
        cache = empty_cache(s, n * group, length, self.dtype)
        for (k, v), (sk, sv) in zip(cache, small):
            k[:, :, :t] = sk.repeat_interleave(group, 0)
            v[:, :, :t] = sv.repeat_interleave(group, 0)
        allowed = torch.zeros(n * group, 1, 1, length, dtype=self.dtype)
        allowed[:, 0, 0, :t].masked_fill_(real.repeat_interleave(group, 0) == 0, -torch.inf)
        return h, cache, allowed, cos, sin, t

    def __call__(self, prompts, group, new, logps=None):
        h, cache, allowed, cos, sin, at = self.read(prompts, group, max(map(len, prompts)) + new)
        out = torch.zeros(len(h), new, dtype=torch.long)  # 0 is a stop
        rows, alive = torch.arange(len(h)), torch.ones(len(h), dtype=torch.bool)
        for i in range(new):
            logits = F.linear(h, self.w["embed"])
            token = sample(logits)
            if logps is not None:
                logps[rows, i] = logits.float().log_softmax(-1).gather(1, token[:, None])[:, 0]
            out[rows, i] = token
            alive &= token >= self.stops
            left = int(alive.sum())
            if left == 0 or i + 1 == new:
                return out
            if self.compacting and left <= len(rows) * 7 // 8:
                keep = alive.nonzero()[:, 0]
                rows, token, alive, allowed = rows[keep], token[keep], alive[keep], allowed[keep]
                cache = [tuple(self.moved(x, keep, at + i) for x in kv) for kv in cache]
            h = decode_step(self.shape, self.w, token, cos, sin, cache, at + i, allowed)

    @staticmethod
    def moved(x, keep, length):
        """The kept rows, in the place of the first ones."""
        x[:len(keep), :, :length] = x[keep, :, :length]
        return x[:len(keep)]

    def check(self):
        """What was sampled with the cache has the probabilities of whole passes, prompt by prompt."""
        prompts, group, new = work.prompts(self.shape.vocab, 4), 4, 48
        logps = torch.zeros(len(prompts) * group, new)
        out = self(prompts, group, new, logps)
        cos, sin = rope(self.shape, 512, self.dtype)
        for row, (tokens, logp) in enumerate(zip(out, logps)):
            prompt = prompts[row // group]
            n = real_tokens(tokens[None], self.stops)
            ids = torch.tensor([prompt + tokens.tolist()])[:, :len(prompt) + n - 1]
            h = forward(self.shape, self.w, ids, cos, sin)[0, len(prompt) - 1:]
            whole = F.linear(h, self.w["embed"]).float().log_softmax(-1).gather(1, tokens[:n, None])[:, 0]
            assert (whole - logp[:n]).abs().max() < 1e-4, "the cached decoding differs from whole passes"


@torch.inference_mode()
def timed(peer, prompts, group, new, batch):
    """(tokens, tokens a second); `batch` rows at once, 0: all."""
    start, total = time.perf_counter(), 0
    at_once = max(1, batch // group) if batch else len(prompts)
    for i in range(0, len(prompts), at_once):
        total += real_tokens(peer(prompts[i:i + at_once], group, new), peer.stops)
    return total, total / (time.perf_counter() - start)


@torch.inference_mode()
def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--peer", choices=["generate", "bare", "compacting"], required=True)
    args.add_argument("--size", choices=work.SIZES, required=True)
    args.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    args.add_argument("--prompts", type=int, default=64)
    args.add_argument("--samples", type=int, default=8)
    args.add_argument("--new", type=int, default=256)
    args.add_argument("--runs", type=int, default=5)
    args.add_argument("--threads", type=int, default=0, help="threads PyTorch uses; 0: its default")
    args.add_argument("--batch", type=int, help="rows at once; 0: all")
    args.add_argument("--cache", choices=["dynamic", "static"], help="generate's kind of cache")
    args = args.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    shape, dtype = work.SIZES[args.size], getattr(torch, args.dtype)
    prompts, rows = work.prompts(shape.vocab, args.prompts), args.prompts * args.samples
    if args.peer == "generate":
        peer = Generate(shape, dtype, args.cache)
    else:
        if args.size != "0.5b":
            Bare(shape, torch.float32, args.peer == "compacting").check()
        peer = Bare(shape, dtype, args.peer == "compacting")
    torch.manual_seed(1)
    timed(peer, prompts, args.samples, 8, 0)

    caches = [args.cache] if args.cache or args.peer != "generate" else ["dynamic", "static"]
    batches = [args.batch] if args.batch is not None else [0, 128] if rows > 128 else [0]
    tried = {}
    for cache in caches:
        for batch in batches:
            peer.settings = {"cache": cache, "batch": batch}
            if len(caches) * len(batches) > 1:
                tried[cache, batch] = timed(peer, prompts, args.samples, args.new, batch)[1]
    if tried:
        best = max(tried, key=tried.get)
        peer.settings = dict(zip(("cache", "batch"), best))
    runs = [timed(peer, prompts, args.samples, args.new, peer.settings["batch"]) for _ in range(args.runs)]
    names = {"generate": "transformers.generate", "bare": "bare loop", "compacting": "compacting loop"}
    work.report(what="rollout", peer=names[args.peer], size=args.size, dtype=args.dtype,
                settings={k: v for k, v in peer.settings.items() if v is not None},
                tried={f"{c or ''} {b}".strip(): round(v, 1) for (c, b), v in tried.items()},
                tokens_per_s=[round(v, 1) for _, v in runs], tokens=[n for n, _ in runs],
                **({"transformers": peer.version} if peer.version else {}))


if __name__ == "__main__":
    main()
