"""The data pipelines in Grain, threads reading ahead."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import grain
import numpy as np

from benchmarks.epochs import counted, trained


def data_arrays(images: Any, labels: Any) -> Callable[[], list[Any]]:
    dataset = grain.MapDataset.source(list(zip(images, labels, strict=True))).seed(0).shuffle().batch(32)

    return lambda: counted(dataset)


def _picture(name: Path, rng: Any) -> Any:
    from PIL import Image

    x = np.asarray(Image.open(name))[16:240, 16:240]
    return x[:, ::-1] if rng.random() < 0.5 else x


def _pictures(folder: str, size: int) -> Any:
    names = grain.MapDataset.source(sorted(Path(folder).glob("*.jpg"))).seed(0)
    return names.random_map(_picture).to_iter_dataset().batch(size)


def data_pictures(folder: str) -> Callable[[], list[Any]]:
    dataset = _pictures(folder, 32)

    def run() -> list[Any]:
        count, total = 0, 0.0
        for x in dataset:
            count += len(x)
            total += float(x[:, 112].astype("float32").sum())
        return [count, total]

    return run


def data_overlap(folder: str, w: Any) -> Callable[[], list[Any]]:
    dataset = _pictures(folder, 8)

    return lambda: trained(dataset, w)
