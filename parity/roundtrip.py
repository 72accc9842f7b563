"""Reads with transformers a model directory that Braid wrote.

    python parity/roundtrip.py DIR [--against ORIGINAL_DIR]

Prints one line of JSON. With --against, the logits of both directories must be equal to the bit, each
read in the type it is stored in, and so must the tokenizer's ids when both have one; otherwise the
exit status is 1.
"""

import argparse
import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

TEXT = "Let $x^2 = 16$; then x = ±4.\n\n  def f(n): return n + 1  # café, 東京, 🙂"


def load(where):
    model, report = AutoModelForCausalLM.from_pretrained(
        where, dtype="auto", attn_implementation="eager", local_files_only=True,
        output_loading_info=True)
    wrong = {k: sorted(map(str, v)) for k, v in report.items() if v}
    return model.eval(), wrong


def tokens(where):
    if not any((Path(where) / f).exists() for f in ("tokenizer.json", "tokenizer_config.json")):
        return None
    return AutoTokenizer.from_pretrained(where, local_files_only=True)(TEXT).input_ids


def logits(model, ids):
    with torch.no_grad():
        return model(input_ids=ids).logits


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("dir")
    args.add_argument("--against", metavar="ORIGINAL_DIR")
    args = args.parse_args()
    torch.set_num_threads(1)
    logging.disable_progress_bar()

    model, wrong = load(args.dir)
    vocab = model.config.get_text_config().vocab_size
    ids = torch.randint(0, vocab, (2, 24), generator=torch.Generator().manual_seed(0))
    out = logits(model, ids)
    words = tokens(args.dir)
    report = {"dir": args.dir, "model": type(model).__name__, "dtype": str(model.dtype).removeprefix("torch."),
              "parameters": model.num_parameters(), "tokenizer": words is not None,
              "finite": bool(out.isfinite().all())}
    ok = report["finite"] and not wrong
    if wrong:
        report["loading"] = wrong
    if args.against:
        original, _ = load(args.against)
        expected = logits(original, ids)
        report["against"] = args.against
        if expected.shape == out.shape:
            report["max_difference"] = float((expected.double() - out.double()).abs().max())
        report["same_dtype"] = expected.dtype == out.dtype
        report["logits_equal"] = torch.equal(expected, out)
        ok &= report["same_dtype"] and report["logits_equal"]
        theirs = tokens(args.against)
        if theirs is not None:
            report["tokens_equal"] = theirs == words
            ok &= report["tokens_equal"]
    report["ok"] = bool(ok)
    print(json.dumps(report))
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
