"""Builds the network in Keras, loads weights exported by Overfit Lab, and predicts images.

    overfit-lab export weights --run RUN --layout keras --output weights.safetensors
    python load_weights_keras.py weights.safetensors test.csv probabilities.csv

test.csv is Kaggle's; probabilities.csv is what `overfit-lab submit --probabilities` wrote.
"""

import sys

import keras
import numpy as np
from load_weights_numpy import compare, load, read_images


def build(description, tensors):
    """The network for raw pixels 0 to 255, `[image, row, column, 1]`."""
    rows, columns = description["input"]
    model = keras.Sequential([keras.Input((rows, columns, 1))])
    weights = []
    for layer in description["layers"]:
        kind, name = layer["type"], layer.get("name")
        parts = []
        if kind == "normalize":
            model.add(keras.layers.Rescaling(1 / layer["std"], -layer["mean"] / layer["std"]))
        elif kind == "conv":
            kernel = tensors[f"{name}/kernel"]
            model.add(keras.layers.Conv2D(kernel.shape[3], 3, activation="relu", name=name))
            parts = ["kernel", "bias"]
        elif kind == "max_pool":
            model.add(keras.layers.MaxPooling2D(2))
        elif kind == "flatten":
            model.add(keras.layers.Flatten())
        elif kind == "batch_norm":
            axis = 1 if layer["over"] == "rows" else -1
            model.add(
                keras.layers.BatchNormalization(axis=axis, epsilon=layer["epsilon"], name=name)
            )
            parts = ["gamma", "beta", "moving_mean", "moving_variance"]
        elif kind == "dense":
            units = tensors[f"{name}/bias"].shape[0]
            model.add(keras.layers.Dense(units, activation=layer["activation"] or "softmax", name=name))
            parts = ["kernel", "bias"]
        if parts:
            weights.append((name, [tensors[f"{name}/{part}"] for part in parts]))
    for name, values in weights:
        model.get_layer(name).set_weights(values)
    return model


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    weights, images, expected = sys.argv[1:]
    description, tensors = load(weights)
    model = build(description, tensors)
    images = read_images(images, description)
    probabilities = model.predict(images[..., np.newaxis], batch_size=250, verbose=0)
    compare(probabilities, expected, f"Keras {keras.__version__}")
