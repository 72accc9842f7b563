"""Writes verl's digit-completion fixture in small, as its users have it: a Llama checkpoint in bfloat16 whose
tokenizer is characters in tokenizer_config.json, and a Parquet file of prompts alone (the reward is a function
of prompt and response). The weights are random and our own."""

import json
from pathlib import Path

import pyarrow
import pyarrow.parquet
import torch
from transformers import LlamaConfig, LlamaForCausalLM

OUT = Path(__file__).parents[1] / "core/src/test/resources/io/braid/run/train/digits"
CHARACTERS = "0123456789,:"
TEMPLATE = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
    "{% set role = message['role'] %}{{ message['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}{{ sep_token }}{% endif %}"
)


def main():
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=16,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=2048,
        bos_token_id=None,
        eos_token_id=1,
        pad_token_id=2,
    )
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(OUT)
    tokenizer = {"char_ords": [ord(each) for each in CHARACTERS], "model_max_length": 2048, "chat_template": TEMPLATE}
    (OUT / "tokenizer_config.json").write_text(json.dumps(tokenizer, indent=4))
    prompts = [
        f"{first},{(first + step) % 9}:9,{count}" for first in range(10) for step in range(0, 10, 3) for count in range(0, 10, 3)
    ]
    pyarrow.parquet.write_table(pyarrow.table({"prompt": prompts}), OUT / "train.parquet")


if __name__ == "__main__":
    main()
