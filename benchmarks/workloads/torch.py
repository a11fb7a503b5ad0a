"""The workloads in PyTorch."""

from collections.abc import Callable
from typing import Any

import torch

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


def mlp_step(images: Any, labels: Any, parameters: list[Any], rate: float) -> Callable[[], list[Tensor]]:
    images, labels = torch.tensor(images), torch.tensor(labels)
    parameters = [torch.tensor(p, requires_grad=True) for p in parameters]
    w1, b1, w2, b2, w3, b3 = parameters

    def run() -> list[Tensor]:
        h = torch.relu(torch.addmm(b1, images, w1))
        h = torch.relu(torch.addmm(b2, h, w2))
        loss = torch.nn.functional.cross_entropy(torch.addmm(b3, h, w3), labels)
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter.sub_(gradient, alpha=rate)
        return [loss.detach(), *(p.detach() for p in parameters)]

    return run


def add_chain(x: Any, c: Any, length: int) -> Callable[[], Callable[[], Tensor]]:
    x, c = torch.tensor(x, requires_grad=True), torch.tensor(c)

    def run() -> Callable[[], Tensor]:
        y = x
        for _ in range(length):
            y = y + c
        return lambda: torch.autograd.grad(y, x, torch.ones_like(y))[0]

    return run
