"""`tf.sysconfig`: how the library was built, of which there is nothing but Python."""

from .values.lacking import lacking
from .values.refused import refusing

__all__ = ["get_build_info", "get_compile_flags", "get_include", "get_lib", "get_link_flags"]

_INSTEAD = "gradtape is Python. Operations of one's own are functions with tf.custom_gradient, or tf.numpy_function."

get_compile_flags = refusing("tf.sysconfig.get_compile_flags", _INSTEAD)
get_include = refusing("tf.sysconfig.get_include", _INSTEAD)
get_lib = refusing("tf.sysconfig.get_lib", _INSTEAD)
get_link_flags = refusing("tf.sysconfig.get_link_flags", _INSTEAD)


def get_build_info() -> dict[str, object]:
    """For which devices the library was built: what TensorFlow says of a build for the CPU.

    >>> import gradtape as tf
    >>> tf.sysconfig.get_build_info()["is_cuda_build"]
    False
    """
    return {"is_cuda_build": False, "is_rocm_build": False, "is_tensorrt_build": False}


__getattr__ = lacking(__name__)
