"""The training steps in PyTorch under `torch.compile`: the losses, and with them their gradients, compiled."""

from functools import partial

import torch

from benchmarks.workloads import torch as eager

training_step = partial(eager.training_step, compiled=torch.compile)
