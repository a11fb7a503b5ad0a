"""`gradtape.testing`: for tests of programs that use derivatives."""

from .gradients import check_gradients

__all__ = ["check_gradients"]
