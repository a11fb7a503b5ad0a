"""`tf.keras`: the installed Keras 3 with its own TensorFlow backend, which finds gradtape. The module becomes Keras.

From then on `import tensorflow` means gradtape in this process.
"""

import sys

from ..tensorflow import install
from ..tensorflow.keras import load

install()
sys.modules[__name__] = load()
