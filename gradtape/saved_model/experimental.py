"""`tf.saved_model.experimental`: what models keep beside variables."""

import enum

from ..values.lacking import lacking
from ..values.trackable import TrackableResource

__all__ = ["TrackableResource", "VariablePolicy"]


class VariablePolicy(enum.Enum):
    """How variables are saved; without effect: they are saved once, without their devices."""

    NONE = None
    SAVE_VARIABLE_DEVICES = "save_variable_devices"
    EXPAND_DISTRIBUTED_VARIABLES = "expand_distributed_variables"


__getattr__ = lacking(__name__)
