"""Programs that import operations from TensorFlow's own modules, where these are public under other names."""

import logging

import tensorflow as tf
from tensorflow.core.protobuf import config_pb2
from tensorflow.python.client import device_lib
from tensorflow.python.eager import backprop, def_function
from tensorflow.python.framework import constant_op, dtypes, errors_impl, ops, random_seed, tensor_spec
from tensorflow.python.module import module
from tensorflow.python.ops import (
    array_ops,
    check_ops,
    clip_ops,
    control_flow_ops,
    custom_gradient,
    embedding_ops,
    gradients_impl,
    init_ops_v2,
    linalg_ops,
    math_ops,
    nn,
    nn_impl,
    nn_ops,
    random_ops,
    sparse_ops,
    special_math_ops,
    state_ops,
    string_ops,
    tensor_array_ops,
    variable_scope,
    variables,
)  # fmt: skip
from tensorflow.python.ops.linalg import linear_operator_diag
from tensorflow.python.platform import test, tf_logging
from tensorflow.python.saved_model import signature_constants, tag_constants
from tensorflow.python.training import checkpoint_management
from tensorflow.python.util import compat, deprecation, nest, tf_decorator, tf_export, tf_inspect
from tensorflow.tools.docs import doc_controls

x = constant_op.constant([[1.0, 2.0], [3.0, 4.0]], dtype=dtypes.float32)
print(array_ops.concat([x, x], 0).shape, array_ops.expand_dims(x, 0).shape, array_ops.where_v2(x > 2, x, -x).numpy())
print(array_ops.transpose(x).numpy(), array_ops.zeros_like(x).numpy(), array_ops.shape(x).numpy())
print(math_ops.reduce_sum(x, axis=0).numpy(), math_ops.matmul(x, x).numpy(), math_ops.argmax(x, 1).numpy())
print(math_ops.add(x, 1.0).numpy(), math_ops.cast(x, dtypes.int32).numpy(), math_ops.range(3).numpy())
print(nn_ops.softmax(x).numpy(), nn_ops.softmax_v2(x, axis=0).numpy(), nn.relu(-x).numpy(), nn_ops.relu6(x).numpy())
print(nn_impl.l2_normalize(x, axis=1).numpy(), nn_impl.swish(x).numpy())
print(linalg_ops.cholesky(x @ tf.transpose(x) + tf.eye(2)).numpy(), special_math_ops.einsum("ij->j", x).numpy())
print(clip_ops.clip_by_value(x, 1.5, 3.5).numpy(), embedding_ops.embedding_lookup(x, [1]).numpy())
print(string_ops.string_join(["a", "b"]).numpy(), sparse_ops.sparse_tensor_to_dense(tf.sparse.from_dense(x)).numpy())
print(control_flow_ops.group(), init_ops_v2.Ones()([2]).numpy(), random_ops.random_uniform([2]).shape)
print(tensor_array_ops.TensorArray(tf.float32, 1).write(0, 2.0).stack().numpy(), variables.Variable(1.0).numpy())
print(state_ops.assign_add(variables.Variable(1.0), 2.0).numpy(), tensor_spec.TensorSpec([2]), module.Module().name)
check_ops.assert_equal(x, x)
try:
    check_ops.assert_less(x, x)
except errors_impl.InvalidArgumentError as error:
    print(type(error).__name__)
random_seed.set_seed(1)
print(random_ops.random_normal([2]).numpy())


@def_function.function
def gradient(v):
    return gradients_impl.gradients(v * v, v)[0]


print(gradient(x).numpy(), linear_operator_diag.LinearOperatorDiag([1.0, 2.0]).matvec([1.0, 1.0]).numpy())


@custom_gradient.custom_gradient
def halved(v):
    return v, lambda g: g / 2


with backprop.GradientTape() as tape:
    tape.watch(x)
    y = halved(x)
print(tape.gradient(y, x).numpy())
w = variables.Variable(3.0)
print(backprop.implicit_grad(lambda a: w * w * a)(2.0)[0][0].numpy())
print([backprop.implicit_val_and_grad(lambda: w * 2.0)()[0].numpy(), backprop.gradients_function(lambda a: a**3)(2.0)])
print(backprop.val_and_grad_function(lambda a, b: a * b, params=[1])(2.0, 5.0))
print(backprop.gradients_function(lambda a, b: a * b, params=["a"])(2.0, 5.0, dy=ops.convert_to_tensor(3.0)))

print(nest.flatten_up_to([1, 2], [[3, 4], (5,)]), nest.map_structure_up_to([1, (1,)], lambda a: a, [[1], ([2, 3],)]))
for shallow, given in (([1, 2], [1]), ([1, 2], 3), ({"a": 1}, {"b": 1}), ((1,), [2])):
    try:
        nest.flatten_up_to(shallow, given)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)

logging.getLogger("tensorflow").setLevel("ERROR")


@tf_export.tf_export("linear.twice")
@deprecation.deprecated("2030-01-01", "Use three times.")
@deprecation.deprecated_args(None, "Leave it out.", "scale")
@doc_controls.do_not_generate_docs
def twice(v, scale=2):
    """Two times."""
    return v * scale


print(twice(2), twice(2, scale=3), twice.__name__, tf_inspect.getfullargspec(twice).args)
print(tf_inspect.isfunction(twice), tf_inspect.signature(twice), compat.as_str(b"text"), compat.as_bytes("text"))


def call(*args):
    return twice(*args)


wrapped = tf_decorator.make_decorator(twice, call)
print(wrapped(4), wrapped.__name__, tf_decorator.unwrap(wrapped)[0][0].decorator_name)
print(tag_constants.SERVING, signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY, config_pb2.ConfigProto is not None)
print([d.device_type for d in device_lib.list_local_devices()][:1], checkpoint_management.latest_checkpoint("nowhere"))
tf_logging.set_verbosity(tf_logging.ERROR)
tf_logging.warning("not said")
print(variable_scope.variable_scope("scope") is not None, test.TestCase is tf.test.TestCase)
