"""Makes a small byte-level BPE tokenizer and writes what Python's tokenizers says of some texts.

Run from the repository root: python parity/tokenizers_golden.py
Needs the package tokenizers. Writes core/src/test/resources/io/braid/text/bpe/.
"""

import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

OUT = Path("core/src/test/resources/io/braid/text/bpe")
CORPUS = [
    "the cat sat on the mat and the other cat sat on the hat",
    "one and one is two, two and two is four",
    "reason step by step and put the final answer within \\boxed{}",
    "naïve café déjà vu, 数学 is fun",
]
TEXTS = [
    "",
    "the cat sat",
    "  the   cat\n\nsat  ",
    "1+1=2, \\boxed{2}",
    "naïve café — 数学 🧮👩‍🔬",
    "e\u0301 is not \u00e9",
    "<|im_start|>user\nthe cat<|im_end|>",
    "a\x00b\ttab",
    "<|im_start|",
]


def main() -> None:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=[],
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    begin = tokenizer.token_to_id("<|endoftext|>")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|endoftext|> $A", special_tokens=[("<|endoftext|>", begin)]
    )
    golden = []
    for text in TEXTS:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        golden.append(
            {
                "text": text,
                "ids": ids,
                "withSpecials": tokenizer.encode(text).ids,
                "decoded": tokenizer.decode(ids),
                "decodedRaw": tokenizer.decode(ids, skip_special_tokens=False),
            }
        )
    # The file asks for both; Braid must ignore them, so they are set after the golden ids are made.
    tokenizer.enable_truncation(max_length=3)
    tokenizer.enable_padding(length=12, pad_id=begin, pad_token="<|endoftext|>")
    OUT.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(OUT / "tokenizer.json"))
    config = {
        "bos_token": None,
        "eos_token": {"content": "<|im_end|>", "special": True},
        "chat_template": [
            {"name": "tool_use", "template": "{{ tools }}"},
            {"name": "default", "template": "{{ messages[0].content }}"},
        ],
    }
    specials = {"eos_token": "<|im_start|>", "pad_token": "<|endoftext|>"}
    write("tokenizer_config.json", config)
    write("special_tokens_map.json", specials)
    write("golden.json", {"size": tokenizer.get_vocab_size(), "cases": golden})


def write(name: str, value: object) -> None:
    text = json.dumps(value, ensure_ascii=True, indent=1, sort_keys=True)
    (OUT / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
