"""`tf.keras`: the installed Keras 3 with its own TensorFlow backend, which finds gradtape. This module is Keras itself."""

import sys

from ..tensorflow.keras import load

sys.modules[__name__] = load()
