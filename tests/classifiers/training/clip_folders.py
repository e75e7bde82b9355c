"""A tiny CLIP as a transformers folder holds it: random weights, letters as tokens."""

from pathlib import Path
from string import ascii_lowercase

import torch
from transformers import CLIPConfig, CLIPModel, CLIPTokenizer

SIZE = 32
LAYERS = 3


def make_clip_folder(folder: Path) -> Path:
    """Write config, weights and tokenizer; answers the folder."""
    ends = ("<|startoftext|>", "<|endoftext|>")
    tokens = [*ascii_lowercase, *(f"{letter}</w>" for letter in ascii_lowercase), *ends]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    start, end = (vocabulary[token] for token in ends)
    layers = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 2,
    }
    config = CLIPConfig(
        projection_dim=8,
        text_config=layers
        | {
            "vocab_size": len(tokens),
            "max_position_embeddings": 24,
            "bos_token_id": start,
            "eos_token_id": end,
            "pad_token_id": end,
        },
        vision_config=layers | {"image_size": SIZE, "patch_size": 8},
    )
    torch.manual_seed(1)
    CLIPModel(config).save_pretrained(folder)
    CLIPTokenizer(vocab=vocabulary, merges=[]).save_pretrained(folder)
    return folder
