"""`tf.version`: the version of TensorFlow whose behaviour this is, and, after the plus sign, gradtape's own."""

VERSION = "2.21.0+gradtape.0.1.0"
COMPILER_VERSION = "none"
GIT_VERSION = VERSION
GRAPH_DEF_VERSION = 0

__all__ = ["COMPILER_VERSION", "GIT_VERSION", "GRAPH_DEF_VERSION", "VERSION"]
