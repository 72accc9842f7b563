"""What transformers makes of a model that Braid saved: AutoTokenizer's ids, and greedy text by a pipeline.

Run from the repository root: python parity/saved_models.py
Needs torch and transformers. Reads the model in app/src/test/resources/io/braid/app/saved/ and writes
transformers.golden.json beside it, which a Java test holds `braid generate` to.
"""

import json
from pathlib import Path

from transformers import AutoTokenizer, pipeline
from transformers.utils import logging

DIRECTORY = Path("app/src/test/resources/io/braid/app/saved")
PROMPTS = ["9 11 16 = 14 :", "12 3 4 = 60 :", " 99+1\n* 0 =98-0 :", "7 8 9 = 24 : (", "25 50 75 = 0 :"]


def main() -> None:
    logging.disable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(DIRECTORY, local_files_only=True)
    generator = pipeline("text-generation", model=str(DIRECTORY), device="cpu")
    cases = []
    for prompt in PROMPTS:
        out = generator(prompt, do_sample=False, max_new_tokens=10, return_full_text=False)
        cases.append(
            {"prompt": prompt, "ids": tokenizer(prompt).input_ids, "greedy": out[0]["generated_text"]}
        )
    golden = {"tokenizer": type(tokenizer).__name__, "cases": cases}
    text = json.dumps(golden, indent=1)
    (DIRECTORY / "transformers.golden.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
