"""`tf.keras`: the installed Keras 3 with its own TensorFlow backend, which finds gradtape. The module becomes Keras."""

import sys

from ..tensorflow.keras import load

sys.modules[__name__] = load()
