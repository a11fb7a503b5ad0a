"""The workloads in PyTorch."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.epochs import counted, trained
from benchmarks.models import torch as networks

Tensor = torch.Tensor


def multiply_chain(x: Any, c: Any, length: int) -> Callable[[], Tensor]:
    x, c = torch.tensor(x, requires_grad=True), torch.tensor(c)

    def run() -> Tensor:
        y = x
        for _ in range(length):
            y = y * c
        return torch.autograd.grad(y, x, torch.ones_like(y))[0]

    return run


def multiply_forward(x: Any, c: Any, length: int) -> Callable[[], Tensor]:
    x, c = torch.tensor(x), torch.tensor(c)

    def run() -> Tensor:
        y = x
        for _ in range(length):
            y = y * c
        return y

    return run


def scalar_loop(x: Any, steps: int) -> Callable[[], Tensor]:
    x = torch.tensor(x, requires_grad=True)

    def run() -> Tensor:
        y = x
        for _ in range(steps):
            y = y * 0.6 if y > 1.0 else y + x
        return torch.autograd.grad(y, x)[0]

    return run


def training_step(
    network: str,
    parameters: list[Any],
    inputs: Any,
    labels: Any,
    rate: float,
    compiled: Callable[[Any], Any] = lambda loss: loss,
) -> Callable[[], list[Tensor]]:
    loss_of = compiled(getattr(networks, network))
    inputs, labels = torch.tensor(inputs), torch.tensor(labels)
    parameters = [torch.tensor(p, requires_grad=True) for p in parameters]

    def run() -> list[Tensor]:
        loss = loss_of(parameters, inputs, labels)
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            torch._foreach_add_(parameters, gradients, alpha=-rate)  # as torch.optim.SGD does
        return [loss.detach(), *(p.detach() for p in parameters)]

    return run


def scalar_call(x: Any, calls: int) -> Callable[[], Tensor]:
    x = torch.tensor(x)

    def run() -> Tensor:
        for _ in range(calls):
            y = x * x
        return y

    return run


def layer_jacobian(x: Any, w: Any, by: str) -> Callable[[], Tensor]:
    x, w = torch.tensor(x), torch.tensor(w)
    jacobian = torch.func.jacrev(lambda x, w: torch.tanh(x @ w), argnums=0 if by == "input" else 1)
    return lambda: jacobian(x, w)


def layer_jacobian_loop(x: Any, w: Any, by: str) -> Callable[[], Tensor]:
    x, w = torch.tensor(x), torch.tensor(w)
    if by == "input":
        return lambda: torch.autograd.functional.jacobian(lambda x: torch.tanh(x @ w), x)
    return lambda: torch.autograd.functional.jacobian(lambda w: torch.tanh(x @ w), w)


def mlp_forward(images: Any, labels: Any, parameters: list[Any], direction: list[Any]) -> Callable[[], Tensor]:
    images, labels = torch.tensor(images), torch.tensor(labels)
    parameters = [torch.tensor(p) for p in parameters]
    return lambda: networks.mlp(parameters, images, labels)


def mlp_hvp(images: Any, labels: Any, parameters: list[Any], direction: list[Any]) -> Callable[[], list[Tensor]]:
    images, labels = torch.tensor(images), torch.tensor(labels)
    parameters, direction = [torch.tensor(p) for p in parameters], [torch.tensor(v) for v in direction]
    gradient = torch.func.grad(networks.mlp)

    def run() -> list[Tensor]:
        return torch.func.jvp(lambda p: gradient(p, images, labels), (parameters,), (direction,))[1]

    return run


def embedding_step(rows: int, ids: Any, targets: Any, rate: float) -> Callable[[], list[Tensor]]:
    ids, targets = torch.tensor(ids), torch.tensor(targets)
    table = torch.zeros((rows, targets.shape[1]), requires_grad=True)

    def run() -> list[Tensor]:
        found = torch.nn.functional.embedding(ids, table, sparse=True)
        loss = torch.mean(torch.square(found - targets))
        (gradient,) = torch.autograd.grad(loss, table)
        with torch.no_grad():
            table.add_(gradient, alpha=-rate)
            return [loss.detach(), table[ids]]

    return run


def add_chain(x: Any, c: Any, length: int) -> Callable[[], Callable[[], Tensor]]:
    x, c = torch.tensor(x, requires_grad=True), torch.tensor(c)

    def run() -> Callable[[], Tensor]:
        y = x
        for _ in range(length):
            y = y + c
        return lambda: torch.autograd.grad(y, x, torch.ones_like(y))[0]

    return run


def _loader(dataset: Any, size: int, workers: int = 0, shuffle: bool = False) -> Any:
    return torch.utils.data.DataLoader(
        dataset, size, shuffle=shuffle, num_workers=workers, persistent_workers=bool(workers)
    )


def data_arrays(images: Any, labels: Any) -> Callable[[], list[Any]]:
    loader = _loader(torch.utils.data.TensorDataset(torch.tensor(images), torch.tensor(labels)), 32, shuffle=True)

    return lambda: counted(loader)


class Pictures(torch.utils.data.Dataset):
    def __init__(self, folder: str) -> None:
        self.names = sorted(Path(folder).glob("*.jpg"))

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, i: int) -> Tensor:
        from PIL import Image

        x = torch.from_numpy(np.array(Image.open(self.names[i])))[16:240, 16:240]
        return x.flip(1) if torch.rand(()) < 0.5 else x


def data_pictures(folder: str) -> Callable[[], list[Any]]:
    loader = _loader(Pictures(folder), 32, workers=2)

    def run() -> list[Any]:
        count, total = 0, 0.0
        for x in loader:
            count += len(x)
            total += float(x[:, 112].float().sum())
        return [count, total]

    return run


def data_overlap(folder: str, w: Any) -> Callable[[], list[Any]]:
    loader, w = _loader(Pictures(folder), 8, workers=2), torch.tensor(w)

    return lambda: trained(loader, w)
