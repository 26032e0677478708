"""Reads a Kaggle train.csv with pandas and prints the seconds of the quickest of six attempts.

    python load_csv.py train.csv

Run by `overfit-lab bench load --peers python`, on the file that it has just read itself. pandas
reads with its C parser, on one thread; as it comes (64-bit integers, then made bytes) and told to
read bytes, three times each.
"""

import json
import sys
import time

import numpy as np
import pandas as pd


def as_it_comes(path):
    table = pd.read_csv(path)
    return table["label"].to_numpy(np.uint8), table.iloc[:, 1:].to_numpy(np.uint8)


def as_bytes(path):
    table = pd.read_csv(path, dtype=np.uint8)
    return table["label"].to_numpy(), np.ascontiguousarray(table.iloc[:, 1:].to_numpy())


def main(path):
    seconds = []
    for read in (as_it_comes, as_bytes) * 3:
        start = time.perf_counter()
        labels, pixels = read(path)
        seconds.append(time.perf_counter() - start)
    print(
        json.dumps(
            {
                "version": pd.__version__,
                "seconds": min(seconds),
                "images": len(labels),
                "sum": int(pixels.sum(dtype=np.int64)),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
