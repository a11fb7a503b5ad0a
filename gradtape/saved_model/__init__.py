"""`tf.saved_model`: a module with its variables and functions as data, which loads without the Python it was made of.

    tf.saved_model.save(module, "model")
    loaded = tf.saved_model.load("model")

A model is a directory with two files: the objects and the functions' graphs in JSON, and the weights in the safetensors
format. Loading it runs nothing: see `load`.
"""

from ..values.lacking import lacking
from . import experimental
from .load import LoadOptions, contains_saved_model, load
from .save import DEFAULT_SERVING_SIGNATURE_DEF_KEY, SaveOptions, save

__all__ = [
    "DEFAULT_SERVING_SIGNATURE_DEF_KEY", "LoadOptions", "SaveOptions", "contains_saved_model", "experimental", "load",
    "save",
]  # fmt: skip

__getattr__ = lacking(__name__)
