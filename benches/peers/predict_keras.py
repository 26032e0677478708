"""Predicts with the default network in Keras and prints the images a second, batch size by batch
size.

    python predict_keras.py FOLDER COUNT BATCH...

Run by `overfit-lab bench infer --peers python`, which writes MNIST's training images into FOLDER
as plain bytes. What `predict` takes is normalized beforehand and lies ready in memory. Each batch
size has a first call that isn't timed, with a whole batch and the ragged one at the end, so that
nothing is compiled in the one that is.

The clock stops when everything is predicted, not when `predict` returns: that may first wait for
the thread that tunes TensorFlow's data pipeline, which sleeps 10 ms, 20 ms, 40 ms and so on.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def images(folder, count):
    pixels = np.fromfile(os.path.join(folder, "pixels"), np.uint8, count * 28 * 28)
    pixels = pixels.reshape(-1, 28, 28, 1).astype("float32")
    return (pixels - pixels.mean()) / pixels.std()


def network():
    def convolution(channels):
        return layers.Conv2D(channels, 3, activation="relu")

    norm = layers.BatchNormalization
    return keras.Sequential(
        [keras.Input((28, 28, 1)), convolution(32), norm(), convolution(32), layers.MaxPool2D()]
        + [norm(), convolution(64), norm(), convolution(64), layers.MaxPool2D()]
        + [layers.Flatten(), norm(), layers.Dense(512, activation="relu"), norm()]
        + [layers.Dropout(0.5), layers.Dense(10, activation="softmax")]
    )


class End(keras.callbacks.Callback):
    """The time at which everything is predicted."""

    def on_predict_end(self, logs=None):
        self.time = time.perf_counter()


def main(folder, count, batches):
    pixels = images(folder, count)
    model = network()
    figures = []
    for batch in batches:
        model.predict(pixels[: 2 * batch + count % batch], batch_size=batch, verbose=0)
        end = End()
        start = time.perf_counter()
        model.predict(pixels, batch_size=batch, verbose=0, callbacks=[end])
        figures.append(count / (end.time - start))
    versions = f"Keras {keras.__version__}, TensorFlow {tf.__version__}"
    print(json.dumps({"version": versions, "figures": figures}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), [int(batch) for batch in sys.argv[3:]])
