"""Edges of operations that TensorFlow's own tests ask for: their values, dtypes and shapes, and what is refused."""

import numpy as np
import tensorflow as tf


def show(label, function):
    try:
        x = function()
        print(label, x)
    except Exception as error:
        print(label, type(error).__name__)


print("weights that add up to nothing")
print(tf.nn.weighted_moments(tf.ones([8, 3, 4]), (0, 1), tf.zeros([8, 3, 1])))
print(tf.nn.weighted_moments(tf.constant([[1.0, 2.0], [3.0, 4.0]]), 1, [[0.0, 0.0], [1.0, 3.0]], keepdims=True))

print("casts that saturate")
z = tf.constant([complex(-1e300, -1e300), complex(1e300, 3.0), complex(300.0, 2.0)], tf.complex128)
print(tf.saturate_cast(z, tf.complex64), tf.saturate_cast(z, tf.complex128), tf.saturate_cast(z[2:], tf.uint8))
x = tf.constant([-1e300, 300.7, -2.5, np.inf, -np.inf], tf.float64)
for dtype in (tf.float32, tf.float16, tf.int32, tf.int8, tf.uint8):
    print(dtype, tf.saturate_cast(x, dtype))

print("windows")
for window in (tf.signal.hann_window, tf.signal.hamming_window, tf.signal.vorbis_window):
    for n in (0, 1, 3, 4):
        print(n, window(n), window(n, dtype=tf.float64).numpy().tolist())
print(tf.signal.hamming_window(5, periodic=False, dtype=tf.float64).numpy().tolist())
print(tf.signal.kaiser_window(4, dtype=tf.float64).numpy(), tf.signal.kaiser_bessel_derived_window(4))
show("integers", lambda: tf.signal.hann_window(4, dtype=tf.int32))

print("dtypes of spectra")
wave = np.arange(16.0)
for signal in (wave, wave.tolist(), tf.constant(wave), wave.astype(np.float32)):
    print(tf.signal.stft(signal, 8, 4).dtype, tf.signal.inverse_stft(tf.signal.stft(signal, 8, 4), 8, 4).dtype)
show("half", lambda: tf.signal.stft(wave.astype(np.float16), 8, 4))
for shape in ([0], [2, 0], [0, 3], [0, 0]):
    print(tf.signal.rfft(tf.zeros(shape)).shape, tf.signal.irfft(tf.zeros(shape, tf.complex64)).shape)
    print(tf.signal.fft(tf.zeros(shape, tf.complex64)).shape, tf.reshape(tf.zeros([0, 6]), [0, -1, 3]).shape)

print("shapes")
shapes = [(2, 3), (3,), (1,), (), (3, 1), (1, 3)]
for a in shapes:
    for b in shapes:
        x, y = tf.ones(a), tf.ones(b)
        show(f"betainc {a} {b}", lambda x=x, y=y: tf.math.betainc(x, y, 0.5 * x).shape)
        show("x", lambda x=x, y=y: tf.math.betainc(x, x, 0.5 * y).shape)
        show("clip_by_norm", lambda x=x, y=y: tf.clip_by_norm(x, y).shape)
        show("clip_by_value", lambda x=x, y=y: tf.clip_by_value(x, 0.0 * y, y).shape)
sparse = tf.sparse.from_dense([1, 0, 2])
for mask in ([True, False], [True], [True, False, True], [[True, False]], True):
    show(f"retain {mask}", lambda mask=mask: tf.sparse.retain(sparse, mask).values)
big = 2**62
show("zeros", lambda: tf.zeros([big, 4]))
show("normal", lambda: tf.random.normal([big, 4]))

print("numbers out of range")
for number, dtype in ((2**63, None), (2**63, tf.int64), (2**63, tf.uint64), (-(2**63) - 1, None), (2**31, None)):
    show(f"{number} {dtype}", lambda number=number, dtype=dtype: tf.constant([number], dtype))

print("images")
image = tf.reshape(tf.range(25), [5, 5, 1])
for fraction in (0.5, 1, np.float32(0.5), tf.constant(0.5), tf.constant(0.5, tf.float64), tf.constant(1), 1.5, 0.0):
    show(f"crop {fraction}", lambda fraction=fraction: tf.image.central_crop(image, fraction)[..., 0])
print(tf.function(lambda x, part: tf.image.central_crop(x, part))(image, tf.constant(0.5))[..., 0])

print("products")
a, b = tf.constant([[100, 100]], tf.int8), tf.constant([[200], [200]], tf.uint8)
print(tf.matmul(a, b, output_type=tf.int32), tf.matmul(b, a, output_type=tf.int32))
print(tf.matmul(tf.constant([[1.5, 2.0]]), tf.constant([[1.0], [2.0]], tf.bfloat16)))
show("mixed", lambda: tf.matmul(a, tf.cast(b, tf.int32)))

print("initialisers of shards")
for make in (tf.zeros_initializer, tf.ones_initializer, tf.random_normal_initializer, tf.random_uniform_initializer):
    print(make()((4, 3), partition_shape=(2, 3), partition_offset=(0, 0)).shape)
    show("unknown", lambda make=make: make()((4, 3), part=3).shape)
show("constant", lambda: tf.constant_initializer(2.0)((4, 3), partition_shape=(2, 3)))
show("constant", lambda: tf.constant_initializer(2.0, support_partition=True)((2, 2), partition_shape=(1, 2)))

print("variables")
S, A = tf.VariableSynchronization, tf.VariableAggregation
for mode in (S.AUTO, S.NONE, S.ON_WRITE, S.ON_READ):
    for trainable in (None, True, False):
        v = tf.Variable(1.0, trainable=trainable, synchronization=mode, aggregation=A.SUM)
        print(v.trainable, v.synchronization.name, v.aggregation.name)
show("constraint", lambda: tf.Variable(1.0, constraint=0))
show("synchronization", lambda: tf.Variable(1.0, synchronization="x"))
show("aggregation", lambda: tf.Variable(1.0, aggregation="x"))

print("nests")
d = {"b": 2, "a": 1}
for x in (d.values(), d.keys(), d.items(), [d.values()]):
    print(tf.nest.flatten(x), tf.nest.is_nested(x), tf.nest.map_structure(lambda leaf: leaf, x))

print("arguments that a function changes")
for change in (
    lambda x: x.append(1), lambda x: x.pop(), lambda x: x.clear(), lambda x: x.__setitem__(0, 5), lambda x: x[1].append(2),
    lambda x: x.reverse(), lambda x: list(x).append(3), lambda x: None,
):  # fmt: skip
    show("changed", lambda change=change: tf.function(lambda x: change(x))([tf.constant(1.0), [2.0]]))
show("dict", lambda: tf.function(lambda x: x.update(a=2))({"a": 1}))
show("keyword", lambda: tf.function(lambda *, x: x.append(2))(x=[1]))

print("devices")
for name in ("/device:XLA_cpu:0", "/gpu:0", "/device:my:3", "/job:Worker/task:1/device:cpu:0"):
    spec = tf.DeviceSpec.from_string(name)
    print(spec.to_string(), spec.device_type, spec.job)

print("sizes and axes")
v = tf.constant([1.0, 2.0])
show("top_k", lambda: tf.math.top_k(v, tf.constant(1.0)))
show("band_part", lambda: tf.linalg.band_part([[1.0]], tf.constant(1.0), 0))
show("gather", lambda: tf.gather([[1.0]], 0, axis=[0, 1]))
show("split", lambda: tf.split(0, 2, tf.constant([[1.0], [2.0]])))
show("sequence_mask", lambda: tf.sequence_mask([1.0, 3.0], 4.0))
show("sequence_mask", lambda: tf.sequence_mask([1.0, 3.0]))
show("accumulate_n", lambda: tf.math.accumulate_n([v, tf.ones([3])]))
show("accumulate_n", lambda: tf.math.accumulate_n([v, v], shape=[2]))
