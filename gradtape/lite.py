"""`tf.lite`: models for small devices, which gradtape neither makes nor runs; the names say what to use instead."""

import enum

from .values.lacking import lacking
from .values.refused import refused, refusing

__all__ = ["Interpreter", "OpsSet", "Optimize", "RepresentativeDataset", "TFLiteConverter", "TargetSpec"]

_INSTEAD = "gradtape makes no TensorFlow Lite models. Use tf.saved_model.save, or convert with TensorFlow."

Interpreter = refused("tf.lite.Interpreter", _INSTEAD)
RepresentativeDataset = refused("tf.lite.RepresentativeDataset", _INSTEAD)
TargetSpec = refused("tf.lite.TargetSpec", _INSTEAD)
TFLiteConverter = refused("tf.lite.TFLiteConverter", _INSTEAD)
for _name in ("from_concrete_functions", "from_keras_model", "from_saved_model"):
    setattr(TFLiteConverter, _name, staticmethod(refusing(f"tf.lite.TFLiteConverter.{_name}", _INSTEAD)))


class OpsSet(enum.Enum):
    """Which operations a model may have."""

    TFLITE_BUILTINS = "TFLITE_BUILTINS"
    SELECT_TF_OPS = "SELECT_TF_OPS"
    TFLITE_BUILTINS_INT8 = "TFLITE_BUILTINS_INT8"
    EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8 = (
        "EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8"
    )
    EXPERIMENTAL_STABLEHLO_OPS = "EXPERIMENTAL_STABLEHLO_OPS"


class Optimize(enum.Enum):
    """What a model is made smaller for."""

    DEFAULT = "DEFAULT"
    OPTIMIZE_FOR_SIZE = "OPTIMIZE_FOR_SIZE"
    OPTIMIZE_FOR_LATENCY = "OPTIMIZE_FOR_LATENCY"
    EXPERIMENTAL_SPARSITY = "EXPERIMENTAL_SPARSITY"


__getattr__ = lacking(__name__)
