"""Predicts images with weights exported by Overfit Lab, with numpy alone.

    overfit-lab export weights --run RUN --layout pytorch --output weights.safetensors
    python load_weights_numpy.py weights.safetensors test.csv probabilities.csv

Takes the layouts keras and pytorch. test.csv is Kaggle's (a header, a row of pixels an image);
probabilities.csv is what `overfit-lab submit --probabilities` wrote, to compare with. Slow and
plain on purpose: it shows what each layer does.
"""

import json
import sys

import numpy as np
from safetensors import safe_open


def load(path):
    """The description of the network and its tensors by name."""
    with safe_open(path, "numpy") as file:
        description = json.loads(file.metadata()["overfit-lab"])
        return description, {name: file.get_tensor(name) for name in file.keys()}


def read_images(path, description):
    rows, columns = description["input"]
    pixels = np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.float32, ndmin=2)
    return pixels.reshape(-1, rows, columns)


def predict(description, tensors, images):
    """Probabilities `[image, class]` of raw pixels 0 to 255, `[image, row, column]`."""
    keras = description["layout"] == "keras"
    x = images[..., None]  # image, row, column, channel

    def tensor(layer, keras_name, torch_name):
        name = f"{layer['name']}/{keras_name}" if keras else f"{layer['name']}.{torch_name}"
        return tensors[name]

    for layer in description["layers"]:
        kind = layer["type"]
        if kind == "normalize":
            x = (x - np.float32(layer["mean"])) / np.float32(layer["std"])
        elif kind == "conv":
            kernel = tensor(layer, "kernel", "weight")
            if not keras:
                kernel = kernel.transpose(2, 3, 1, 0)  # to row, column, in, out
            height, width = x.shape[1] - 2, x.shape[2] - 2
            total = tensor(layer, "bias", "bias")
            for row in range(3):
                for column in range(3):
                    part = x[:, row : row + height, column : column + width]
                    total = total + part @ kernel[row, column]
            x = np.maximum(total, 0)
        elif kind == "max_pool":
            x = x[:, : x.shape[1] // 2 * 2, : x.shape[2] // 2 * 2]
            pairs = x.reshape(len(x), x.shape[1] // 2, 2, x.shape[2] // 2, 2, -1)
            x = pairs.max(axis=(2, 4))
        elif kind == "flatten":
            if layer["order"] == "channel, row, column":
                x = x.transpose(0, 3, 1, 2)
            x = x.reshape(len(x), -1)
        elif kind == "batch_norm":
            gamma = tensor(layer, "gamma", "weight")
            beta = tensor(layer, "beta", "bias")
            mean = tensor(layer, "moving_mean", "running_mean")
            variance = tensor(layer, "moving_variance", "running_var")
            scale = gamma / np.sqrt(variance + np.float32(layer["epsilon"]))
            offset = beta - mean * scale
            if layer["over"] == "rows":
                scale, offset = scale[:, None, None], offset[:, None, None]
            x = x * scale + offset
        elif kind == "dense":
            kernel = tensor(layer, "kernel", "weight")
            x = x @ (kernel if keras else kernel.T) + tensor(layer, "bias", "bias")
            if layer["activation"] == "relu":
                x = np.maximum(x, 0)
        else:
            sys.exit(f"unknown layer {kind}: the file is of a newer version")
    x = np.exp(x - x.max(axis=1, keepdims=True))
    return x / x.sum(axis=1, keepdims=True)


def compare(probabilities, path, name):
    """Prints how far probabilities are from the program's own."""
    expected = np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.float64, ndmin=2)[:, 1:]
    worst = np.abs(probabilities - expected).max()
    same = (probabilities.argmax(axis=1) == expected.argmax(axis=1)).mean()
    print(f"{name}: {len(expected)} images, largest difference of a probability {worst:.2e}, ", end="")
    print(f"same class for {100 * same:.2f}%")
    if worst > 1e-4:
        sys.exit("they differ")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    weights, images, expected = sys.argv[1:]
    description, tensors = load(weights)
    images = read_images(images, description)
    parts = [predict(description, tensors, images[i : i + 250]) for i in range(0, len(images), 250)]
    compare(np.concatenate(parts), expected, f"numpy, layout {description['layout']}")
