"""Builds the network in PyTorch, loads weights exported by Overfit Lab, and predicts images.

    overfit-lab export weights --run RUN --layout pytorch --output weights.safetensors
    python load_weights_pytorch.py weights.safetensors test.csv probabilities.csv

test.csv is Kaggle's; probabilities.csv is what `overfit-lab submit --probabilities` wrote.
"""

import sys

import numpy as np
import torch
from load_weights_numpy import compare, load, read_images
from torch import nn


class Network(nn.Module):
    """Takes raw pixels 0 to 255, `[image, row, column]`, and gives logits."""

    def __init__(self, description, tensors):
        super().__init__()
        self.layers = description["layers"]
        self.conv, self.batch_norm, self.dense = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for layer in self.layers:
            if layer["type"] == "conv":
                shape = tensors[f"{layer['name']}.weight"].shape
                self.conv.append(nn.Conv2d(shape[1], shape[0], 3))
            elif layer["type"] == "batch_norm":
                features = tensors[f"{layer['name']}.weight"].shape[0]
                kind = nn.BatchNorm1d if layer["over"] == "features" else nn.BatchNorm2d
                self.batch_norm.append(kind(features, eps=layer["epsilon"]))
            elif layer["type"] == "dense":
                shape = tensors[f"{layer['name']}.weight"].shape
                self.dense.append(nn.Linear(shape[1], shape[0]))
        # The names are those of the modules: conv.0.weight, batch_norm.0.running_mean, …
        self.load_state_dict({name: torch.from_numpy(value) for name, value in tensors.items()})
        self.eval()

    def forward(self, x):
        x = x[:, None]  # image, channel, row, column
        for layer in self.layers:
            kind = layer["type"]
            module = None
            if kind in ("conv", "batch_norm", "dense"):
                module = self.get_submodule(layer["name"])
            if kind == "normalize":
                x = (x - layer["mean"]) / layer["std"]
            elif kind == "conv":
                x = module(x).relu()
            elif kind == "max_pool":
                x = nn.functional.max_pool2d(x, 2)
            elif kind == "flatten":
                x = x.flatten(1)
            elif kind == "batch_norm" and layer["over"] == "rows":
                x = module(x.transpose(1, 2)).transpose(1, 2)
            elif kind == "batch_norm":
                x = module(x)
            elif kind == "dense":
                x = module(x)
                if layer["activation"] == "relu":
                    x = x.relu()
        return x


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    weights, images, expected = sys.argv[1:]
    description, tensors = load(weights)
    network = Network(description, tensors)
    images = torch.from_numpy(read_images(images, description))
    with torch.no_grad():
        parts = [network(part).softmax(1).numpy() for part in images.split(250)]
    compare(np.concatenate(parts), expected, f"PyTorch {torch.__version__}")
