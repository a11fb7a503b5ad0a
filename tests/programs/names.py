"""The names under which operations are found, and that two names mean one function."""

import tensorflow as tf


def find(name):
    thing = tf
    for part in name.split("."):
        thing = getattr(thing, part)
    return thing


NAMES = """
constant convert_to_tensor zeros ones fill eye range linspace zeros_like ones_like cast identity
Tensor Variable Module GradientTape DType TensorShape UnconnectedGradients stop_gradient newaxis
float16 float32 float64 bfloat16 half double int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool
complex64 complex128 string executing_eagerly name_scope print is_tensor
abs add subtract multiply divide truediv negative pow exp sqrt square sign round floor add_n
sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh sigmoid maximum minimum
equal not_equal less less_equal greater greater_equal logical_and logical_or logical_not where
clip_by_value clip_by_norm clip_by_global_norm reduce_sum reduce_mean reduce_max reduce_min
reduce_prod reduce_any reduce_all reduce_logsumexp cumsum argmax argmin argsort sort matmul
tensordot einsum norm reshape transpose expand_dims squeeze concat stack unstack split tile pad
gather gather_nd boolean_mask one_hot broadcast_to shape size rank repeat reverse meshgrid
math.floordiv math.floormod math.log math.log1p math.expm1 math.rsqrt math.rint math.ceil
math.reciprocal math.squared_difference math.divide_no_nan math.log_sigmoid math.erf
math.logical_xor math.reduce_variance math.reduce_std math.cumprod math.is_nan math.is_finite
linalg.matvec linalg.matrix_transpose linalg.trace linalg.diag linalg.global_norm
nn.relu nn.relu6 nn.leaky_relu nn.elu nn.selu nn.gelu nn.silu nn.bias_add nn.l2_loss nn.dropout
nn.embedding_lookup nn.softmax_cross_entropy_with_logits nn.sigmoid_cross_entropy_with_logits
nn.sparse_softmax_cross_entropy_with_logits nn.conv2d nn.max_pool2d nn.avg_pool2d nn.max_pool
nn.avg_pool nn.moments nn.batch_normalization
random.normal random.uniform random.truncated_normal random.shuffle random.set_seed
random.Generator nest.flatten nest.map_structure nest.pack_sequence_as nest.assert_same_structure
nest.is_nested debugging.assert_equal debugging.assert_near errors.InvalidArgumentError
errors.OpError compat.v1.enable_eager_execution
""".split()

SAME = """
eye=linalg.eye cast=dtypes.cast DType=dtypes.DType GradientTape=autodiff.GradientTape
math.floormod=math.mod exp=math.exp tanh=nn.tanh sigmoid=math.sigmoid sigmoid=nn.sigmoid
matmul=linalg.matmul tensordot=linalg.tensordot einsum=linalg.einsum norm=linalg.norm
nn.silu=nn.swish nn.softplus=math.softplus nn.softsign=math.softsign nn.softmax=math.softmax
nn.log_softmax=math.log_softmax debugging.assert_equal=assert_equal complex=dtypes.complex
math.l2_normalize=nn.l2_normalize math.l2_normalize=linalg.l2_normalize float32=dtypes.float32
""".split()
SAME += [
    f"{name}=math.{name}"
    for name in """
    abs add subtract multiply divide truediv negative pow sqrt square sign round floor sin cos tan
    asin acos atan atan2 sinh cosh tanh asinh acosh atanh maximum minimum equal not_equal less
    less_equal greater greater_equal logical_and logical_or logical_not reduce_sum reduce_mean
    reduce_max reduce_min reduce_prod reduce_any reduce_all reduce_logsumexp cumsum argmax argmin
    add_n
    """.split()
]

missing = []
for name in NAMES:
    try:
        find(name)
    except AttributeError:
        missing.append(name)
print("missing:", missing)
print("different:", [pair for pair in SAME if find(pair.split("=")[0]) is not find(pair.split("=")[1])])

for name in "no_such_name", "math.no_such_name", "nn.no_such_name", "log":
    try:
        print(name, find(name))
    except AttributeError as error:
        print(name, type(error).__name__)
print(hasattr(tf, "no_such_name"), getattr(tf, "no_such_name", "a default"))
