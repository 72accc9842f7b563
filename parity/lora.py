"""Writes LoRA adapters of the small models of models.py as PEFT saves them, and what PEFT computes.

    python parity/lora.py

Each directory below core/src/test/resources/io/braid/checkpoint/adapters/ holds an adapter, and
`golden.safetensors` with token ids, logits, and the gradients of A and B of the weighted sum of the
tokens' log-probabilities, in float32.
"""

import shutil
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

RESOURCES = Path(__file__).parents[1] / "core/src/test/resources/io/braid/checkpoint"
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

# name: (seed, model, settings)
ADAPTERS = {
    "qwen2": (1, "qwen2", dict(r=4, lora_alpha=6, target_modules=ALL)),
    "llama-rslora": (2, "llama", dict(r=3, lora_alpha=8, use_rslora=True,
                                      target_modules=["q_proj", "v_proj", "down_proj"])),
}


def write(name, seed, model, settings):
    torch.manual_seed(seed)
    base = AutoModelForCausalLM.from_pretrained(RESOURCES / "models" / model, dtype=torch.float32,
                                                attn_implementation="eager")
    adapted = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM", **settings))
    adapted.eval()
    trained = {n: p for n, p in adapted.named_parameters() if p.requires_grad}
    with torch.no_grad():
        for parameter in trained.values():
            parameter.normal_(std=0.1)
    ids = torch.randint(0, base.config.vocab_size, (12,))
    weights = torch.randn(11)
    logits = adapted(ids[None]).logits[0]
    chosen = logits[:-1].log_softmax(-1).gather(1, ids[1:, None])[:, 0]
    (chosen * weights).sum().backward()
    out = RESOURCES / "adapters" / name
    shutil.rmtree(out, ignore_errors=True)
    adapted.peft_config["default"].base_model_name_or_path = "models/" + model
    adapted.save_pretrained(out)
    (out / "README.md").unlink(missing_ok=True)
    golden = {"ids": ids, "weights": weights, "logits": logits.detach().contiguous()}
    for parameter, tensor in trained.items():
        golden["gradient." + parameter.replace(".default", "")] = tensor.grad
    save_file(golden, out / "golden.safetensors")
    print(name, sum(f.stat().st_size for f in out.iterdir()), "bytes")


for each, what in ADAPTERS.items():
    write(each, *what)
