"""Trains the default network in Keras and prints the images a second of its training steps.

    python train_keras.py FOLDER STEPS BATCH

Run by `overfit-lab bench train --peers python`, which writes MNIST's training images into FOLDER as
plain bytes. The same network (batch norm over channels, dropout 0.5), Adam, loss and accuracy, on
images that lie ready in memory, without augmentation and without evaluation. Ten steps go before,
so that nothing is compiled in those that are timed.

Timed are the steps, from end to end, not the call of `fit`: before that returns, it may wait for
the thread that tunes TensorFlow's data pipeline, which sleeps 10 ms, 20 ms, 40 ms and so on. A run
of five seconds then seems to take ten.
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

WARM_UP = 10


def images(folder):
    pixels = np.fromfile(os.path.join(folder, "pixels"), np.uint8).reshape(-1, 28, 28, 1)
    labels = np.fromfile(os.path.join(folder, "labels"), np.uint8).astype("int64")
    pixels = pixels.astype("float32")
    return (pixels - pixels.mean()) / pixels.std(), labels


def network():
    def convolution(channels):
        return layers.Conv2D(channels, 3, activation="relu")

    def norm():
        return layers.BatchNormalization(momentum=0.9)

    model = keras.Sequential(
        [keras.Input((28, 28, 1)), convolution(32), norm(), convolution(32), layers.MaxPool2D()]
        + [norm(), convolution(64), norm(), convolution(64), layers.MaxPool2D()]
        + [layers.Flatten(), norm(), layers.Dense(512, activation="relu"), norm()]
        + [layers.Dropout(0.5), layers.Dense(10, activation="softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class Ends(keras.callbacks.Callback):
    """The times at which steps end."""

    def __init__(self):
        super().__init__()
        self.times = []

    def on_train_batch_end(self, batch, logs=None):
        self.times.append(time.perf_counter())


def main(folder, steps, batch):
    pixels, labels = images(folder)
    model = network()

    ends = Ends()
    count = (WARM_UP + steps) * batch
    model.fit(pixels[:count], labels[:count], batch_size=batch, verbose=0, callbacks=[ends])
    seconds = ends.times[-1] - ends.times[WARM_UP - 1]
    versions = f"Keras {keras.__version__}, TensorFlow {tf.__version__}"
    print(json.dumps({"version": versions, "figures": [steps * batch / seconds]}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
