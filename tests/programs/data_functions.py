"""map, filter, scan, reduce, flat_map, interleave: functions that are traced once."""

import tensorflow as tf

Dataset = tf.data.Dataset


def shown(dataset):
    return [tf.nest.map_structure(lambda x: x.numpy(), x) for x in dataset]


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__)


traces = []


def plus(x):
    traces.append(x.dtype)
    if x % 2 == 0:
        return x + 1
    return -x


numbers = Dataset.range(6)
odd = numbers.map(plus)
print(shown(odd), shown(odd), traces)
print(shown(numbers.map(plus, num_parallel_calls=2)))
print(shown(numbers.map(plus, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)))
print(numbers.map(lambda x: [x, tf.cast(x, tf.float32)]))
print(numbers.map(lambda x: {"a": x, "b": (x, tf.strings.as_string(x))}))
print(shown(Dataset.zip(numbers, numbers.skip(2)).map(lambda a, b: a * b)))
print(shown(Dataset.from_tensors({"x": 1}).map(lambda d: d["x"] + 1)))
print(shown(Dataset.from_tensors(((1, 2), 3)).map(lambda a, b: a[0] + b)))
print(shown(numbers.map(lambda x: tf.py_function(lambda y: y.numpy() * 2, [x], tf.int64))))
print(shown(numbers.map(lambda x: tf.numpy_function(lambda y: y * 2, [x], tf.int64)).batch(4)))
print(shown(numbers.filter(lambda x: x % 3 == 1)), shown(numbers.take_while(lambda x: x < 3)))
print(shown(Dataset.from_tensors((1, (2,))).filter(lambda a, b: a < b[0])))
print(shown(numbers.scan(tf.constant(0, tf.int64), lambda s, x: (s + x, s * x))))
print(shown(numbers.scan((0.0, 1), lambda s, x: ((s[0] + 1.0, s[1] * 2), (x, s)))))
print(numbers.reduce(tf.constant(0, tf.int64), lambda s, x: s + x))
print(numbers.reduce((tf.constant(0, tf.int64), 0), lambda s, x: (s[0] + x, s[1] + 1)))
print(numbers.reduce(tf.constant([], tf.int64), lambda s, x: tf.concat([s, [x]], 0)))
print(Dataset.from_tensor_slices({"a": [1, 2]}).reduce(0, lambda s, x: s + x["a"]))
print(shown(numbers.flat_map(lambda x: Dataset.from_tensors(x).repeat(x))))
print(shown(Dataset.from_tensor_slices([[1, 2], [3, 4]]).flat_map(Dataset.from_tensor_slices)))
for cycle, block in ((1, 1), (2, 1), (2, 2), (3, 2), (10, 3)):
    mixed = numbers.interleave(lambda x: Dataset.from_tensors(x).repeat(x * 3 % 5), cycle, block)
    parallel = numbers.interleave(lambda x: Dataset.from_tensors(x).repeat(x * 3 % 5), cycle, block, tf.data.AUTOTUNE)
    print(shown(mixed), shown(mixed) == shown(parallel))
print(shown(numbers.apply(lambda d: d.take(2))))

variable = tf.Variable(2, dtype=tf.int64)
scaled = numbers.map(lambda x: x * variable)
print(shown(scaled))
variable.assign(3)
print(shown(scaled))
total = tf.Variable(0, dtype=tf.int64)
print(shown(numbers.map(lambda x: total.assign_add(x))), total.numpy())
limit = tf.constant(4, tf.int64)
print(shown(numbers.filter(lambda x: x < limit)))

attempt(lambda: numbers.interleave(lambda x: Dataset.range(x), 1, num_parallel_calls=2))
attempt(lambda: numbers.map(lambda x, y: x))
attempt(lambda: numbers.map(lambda x: object()))
attempt(lambda: numbers.filter(lambda x: x))
attempt(lambda: numbers.filter(lambda x: tf.constant([True])))
attempt(lambda: numbers.scan(0, lambda s, x: x))
attempt(lambda: shown(numbers.map(lambda x: 6 // (x - 2))))
print(shown(numbers.map(lambda x: 6 // (x - 2)).ignore_errors()))
failing = iter(numbers.map(lambda x: 6 // (x - 2)))
for _ in range(4):
    attempt(lambda: next(failing))
