"""Augments images with Keras's ImageDataGenerator and prints the images a second.

    python augment_keras.py FOLDER COUNT BATCH

Run by `overfit-lab bench augment --peers python`, which writes MNIST's training images into FOLDER
as plain bytes. The article's ranges: 8 degrees, 0.08 of the sides, 0.3 radians of shear, zoom by
0.08; bilinear, the nearest edge outside. One process, one thread. Needs scipy.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import scipy

# Keras 3 keeps it for those who still use it, and names it no more.
from keras.src.legacy.preprocessing.image import ImageDataGenerator


def main(folder, count, batch):
    pixels = np.fromfile(os.path.join(folder, "pixels"), np.uint8, count * 28 * 28)
    pixels = pixels.reshape(-1, 28, 28, 1).astype("float32")
    generator = ImageDataGenerator(
        rotation_range=8,
        width_shift_range=0.08,
        height_shift_range=0.08,
        shear_range=17.2,
        zoom_range=0.08,
    )
    batches = generator.flow(pixels, batch_size=batch, seed=1)
    next(batches)
    images = 0
    start = time.perf_counter()
    while images < count:
        images += len(next(batches))
    seconds = time.perf_counter() - start
    versions = f"Keras {keras.__version__}, scipy {scipy.__version__}"
    print(json.dumps({"version": versions, "figures": [images / seconds]}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
