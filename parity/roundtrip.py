"""Reads with transformers a model directory that Braid wrote.

    python parity/roundtrip.py DIR [--against ORIGINAL_DIR] [--golden VISION_DIR] [--braid ./braid [--prompt TEXT ...]]

Prints one line of JSON. With --against, the logits of both directories must be equal to the bit, each
read in the type it is stored in, and so must the tokenizer's ids when both have one. With --golden, the
logits of every sequence in a directory that vision.py wrote, images included, must be those in its
golden.safetensors within 1e-4: the model in DIR must have the same weights in float32. With --braid, the
ids that AutoTokenizer gives each prompt must be those of `braid generate`, and so must the greedy text
of transformers' pipeline. Otherwise the exit status is 1.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText, AutoTokenizer, pipeline
from transformers.utils import logging

TEXT = "Let $x^2 = 16$; then x = ±4.\n\n  def f(n): return n + 1  # café, 東京, 🙂"


def load(where):
    images = AutoConfig.from_pretrained(where, local_files_only=True).model_type == "qwen2_5_vl"
    model, report = (AutoModelForImageTextToText if images else AutoModelForCausalLM).from_pretrained(
        where, dtype="auto", attn_implementation="eager", local_files_only=True,
        output_loading_info=True)
    wrong = {k: sorted(map(str, v)) for k, v in report.items() if v}
    return model.eval(), wrong


def tokens(where):
    if not any((Path(where) / f).exists() for f in ("tokenizer.json", "tokenizer_config.json")):
        return None
    tokenizer = AutoTokenizer.from_pretrained(where, local_files_only=True)
    try:
        return tokenizer(TEXT).input_ids
    except Exception:  # one token a word, and none for these words
        return "none"


def logits(model, ids):
    with torch.no_grad():
        return model(input_ids=ids).logits


def golden_difference(model, where):
    """By how much logits differ at most from those that vision.py wrote, over all of its sequences."""
    where, worst = Path(where), 0.0
    sequences = json.loads((where / "golden.json").read_text())["sequences"]
    golden = load_file(where / "golden.safetensors")
    for s, sequence in enumerate(sequences):
        ids = golden[f"{s}.ids"][None]
        given = {"input_ids": ids}
        if sequence["images"]:
            pixels = [golden[f"{s}.image.{i}.pixels"] for i in range(len(sequence["images"]))]
            given |= {"mm_token_type_ids": (ids == model.config.image_token_id).int(),
                      "pixel_values": torch.cat(pixels), "image_grid_thw": torch.tensor(sequence["images"])}
        with torch.no_grad():
            found = model(**given).logits[0].float()
        expected = golden[f"{s}.logits"]
        if found.shape != expected.shape or not found.isfinite().all():
            return float("inf")
        worst = max(worst, float((found - expected).abs().max()))
    return worst


def generated(where, braid, prompt):
    """What Braid and a pipeline make of a prompt: ids and greedy text."""
    own = subprocess.run(
        [braid, "generate", "--json", "--model", where, "--prompt", prompt,
         "--temperature", "0", "--top-p", "1", "--top-k", "0", "--max-new-tokens", "16"],
        check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1]
    own = json.loads(own)
    ids = AutoTokenizer.from_pretrained(where, local_files_only=True)(prompt).input_ids
    text = pipeline("text-generation", model=where, device="cpu")(
        prompt, do_sample=False, max_new_tokens=16, return_full_text=False)[0]["generated_text"]
    return {"prompt": prompt, "ids_equal": own["prompt_ids"] == ids,
            "greedy_equal": own["responses"][0]["text"] == text}


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("dir")
    args.add_argument("--against", metavar="ORIGINAL_DIR")
    args.add_argument("--golden", metavar="VISION_DIR", help="a directory by vision.py")
    args.add_argument("--braid", metavar="PROGRAM", help="compare with braid generate, too")
    args.add_argument("--prompt", action="append", help="what to compare on; may be repeated")
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
    if args.golden:
        difference = golden_difference(model, args.golden)
        report["golden"] = args.golden
        report["golden_difference"] = difference if difference < float("inf") else "inf"
        ok &= difference <= 1e-4
    if args.braid:
        report["generated"] = [generated(args.dir, args.braid, p) for p in args.prompt or ["What is 7 + 12?"]]
        ok &= all(g["ids_equal"] and g["greedy_equal"] for g in report["generated"])
    report["ok"] = bool(ok)
    print(json.dumps(report))
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
