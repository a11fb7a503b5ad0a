"""The workloads as GradientTape programs. `tensorflow.py` runs this same file on TensorFlow."""

from collections.abc import Callable
from typing import Any

import gradtape as tf
from benchmarks.epochs import PRODUCTS
from benchmarks.models import gradtape as networks

Tensor = Any
Compiled = Callable[[Any], Any]  # a decorator of what is to be compiled


def as_it_is(function: Any) -> Any:
    return function


def multiply_chain(x: Any, c: Any, length: int) -> Callable[[], Tensor]:
    x, c = tf.constant(x), tf.constant(c)

    def run() -> Tensor:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in range(length):
                y = y * c
        return tape.gradient(y, x)

    return run


def multiply_forward(x: Any, c: Any, length: int) -> Callable[[], Tensor]:
    x, c = tf.constant(x), tf.constant(c)

    def run() -> Tensor:
        y = x
        for _ in range(length):
            y = y * c
        return y

    return run


def scalar_loop(x: Any, steps: int) -> Callable[[], Tensor]:
    x = tf.constant(x)

    def run() -> Tensor:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in range(steps):
                y = y * 0.6 if y > 1.0 else y + x
        return tape.gradient(y, x)

    return run


def training_step(
    network: str, parameters: list[Any], inputs: Any, labels: Any, rate: float, compiled: Compiled = as_it_is
) -> Callable[[], list[Tensor]]:
    loss_of = getattr(networks, network)
    inputs, labels = tf.constant(inputs), tf.constant(labels)
    variables = [tf.Variable(p) for p in parameters]

    @compiled
    def step(inputs: Tensor, labels: Tensor) -> Tensor:
        with tf.GradientTape() as tape:
            loss = loss_of(variables, inputs, labels)
        gradients = tape.gradient(loss, variables)
        for variable, gradient in zip(variables, gradients, strict=True):
            variable.assign_sub(rate * gradient)
        return loss

    return lambda: [step(inputs, labels), *variables]


def made_anew(compiled: Compiled, **given: Any) -> Callable[[], Tensor]:
    """Everything anew: the trace, what is compiled, and one step."""
    return lambda: training_step(**given, compiled=compiled)()[0]


def scalar_call(x: Any, calls: int, compiled: Compiled = as_it_is) -> Callable[[], Tensor]:
    x = tf.constant(x)
    square = compiled(lambda x: x * x)

    def run() -> Tensor:
        for _ in range(calls):
            y = square(x)
        return y

    return run


def repeated(x: Tensor, c: Tensor, length: int) -> Tensor:
    _, y = tf.while_loop(
        lambda i, y: i < length,
        lambda i, y: (i + 1, tf.tanh(y * c + x)),
        (tf.constant(0), x),
        maximum_iterations=length,
    )
    return y


def loop_forward(x: Any, c: Any, length: int, compiled: Compiled = as_it_is) -> Callable[[], Tensor]:
    x, c = tf.constant(x), tf.constant(c)
    forward = compiled(lambda x, c: repeated(x, c, length))
    return lambda: forward(x, c)


def loop_gradient(x: Any, c: Any, length: int, compiled: Compiled = as_it_is) -> Callable[[], Tensor]:
    x, c = tf.constant(x), tf.constant(c)

    @compiled
    def gradient(x: Tensor, c: Tensor) -> Tensor:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = repeated(x, c, length)
        return tape.gradient(y, x)

    return lambda: gradient(x, c)


def layer_jacobian(x: Any, w: Any, by: str, loop: bool = False) -> Callable[[], Tensor]:
    x, w = tf.constant(x), tf.constant(w)
    source = x if by == "input" else w

    def run() -> Tensor:
        with tf.GradientTape(persistent=loop) as tape:
            tape.watch(source)
            y = tf.tanh(x @ w)
        return tape.jacobian(y, source, experimental_use_pfor=not loop)

    return run


def layer_jacobian_loop(x: Any, w: Any, by: str) -> Callable[[], Tensor]:
    return layer_jacobian(x, w, by, loop=True)


def mlp_forward(images: Any, labels: Any, parameters: list[Any], direction: list[Any]) -> Callable[[], Tensor]:
    images, labels = tf.constant(images), tf.constant(labels)
    variables = [tf.Variable(p) for p in parameters]
    return lambda: networks.mlp(variables, images, labels)


def mlp_hvp(
    images: Any,
    labels: Any,
    parameters: list[Any],
    direction: list[Any],
    compiled: Compiled = as_it_is,
) -> Callable[[], list[Tensor]]:
    images, labels = tf.constant(images), tf.constant(labels)
    variables, direction = [tf.Variable(p) for p in parameters], [tf.constant(v) for v in direction]

    @compiled
    def product() -> list[Tensor]:
        with tf.autodiff.ForwardAccumulator(variables, direction) as accumulator:
            with tf.GradientTape() as tape:
                loss = networks.mlp(variables, images, labels)
            gradients = tape.gradient(loss, variables)
        return accumulator.jvp(gradients)

    return product


def embedding_step(rows: int, ids: Any, targets: Any, rate: float) -> Callable[[], list[Tensor]]:
    ids, targets = tf.constant(ids), tf.constant(targets)
    table = tf.Variable(tf.zeros((rows, targets.shape[1])))

    def run() -> list[Tensor]:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(tf.nn.embedding_lookup(table, ids) - targets))
        g = tape.gradient(loss, table)
        table.scatter_sub(tf.IndexedSlices(rate * g.values, g.indices))
        return [loss, tf.gather(table, ids)]

    return run


OPERATIONS = {
    "cumprod": tf.math.cumprod,
    "top_k": lambda x: tf.math.top_k(x, 5)[0],
}


def matrix_operation(operation: str, arrays: list[Any]) -> Callable[[], Tensor]:
    function, inputs = getattr(tf.linalg, operation), [tf.constant(a) for a in arrays]
    return lambda: function(*inputs)


def matrix_gradient(operation: str, arrays: list[Any]) -> Callable[[], Tensor]:
    function = OPERATIONS[operation] if operation in OPERATIONS else getattr(tf.linalg, operation)
    (x,) = map(tf.constant, arrays)

    def run() -> Tensor:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        return tape.gradient(y, x)

    return run


def data_arrays(images: Any, labels: Any) -> Callable[[], list[Any]]:
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(images)).batch(32)

    def run() -> list[Any]:
        count = total = 0
        for x, y in dataset:
            count += len(x)
            total += int(tf.reduce_sum(y))
        return [count, total]

    return run


def _picture(name: Tensor) -> Tensor:
    x = tf.io.decode_jpeg(tf.io.read_file(name), channels=3)
    return tf.image.random_flip_left_right(x[16:240, 16:240])


def _pictures(folder: str, size: int) -> Any:
    names = tf.data.Dataset.list_files(folder + "/*.jpg", shuffle=False)
    return names.map(_picture, num_parallel_calls=tf.data.AUTOTUNE).batch(size).prefetch(tf.data.AUTOTUNE)


def data_pictures(folder: str) -> Callable[[], list[Any]]:
    dataset = _pictures(folder, 32)

    def run() -> list[Any]:
        count, total = 0, 0.0
        for x in dataset:
            count += len(x)
            total += float(tf.reduce_sum(tf.cast(x[:, 112], tf.float32)))
        return [count, total]

    return run


def data_examples(folder: str) -> Callable[[], list[Any]]:
    features = {"image": tf.io.FixedLenFeature([], tf.string), "label": tf.io.FixedLenFeature([], tf.int64)}

    def parsed(records: Tensor) -> tuple[Tensor, Tensor]:
        found = tf.io.parse_example(records, features)
        return tf.io.decode_raw(found["image"], tf.uint8), found["label"]

    dataset = tf.data.TFRecordDataset(folder + "/examples.tfrecord").batch(32).map(parsed).prefetch(tf.data.AUTOTUNE)

    def run() -> list[Any]:
        count = total = 0
        for x, y in dataset:
            count += x.shape[0]
            total += int(tf.reduce_sum(y))
        return [count, total]

    return run


def data_overlap(folder: str, w: Any) -> Callable[[], list[Any]]:
    dataset, w = _pictures(folder, 8), tf.constant(w)

    def run() -> list[Any]:
        count = 0
        y = w
        for x in dataset:
            count += len(x)
            y = w
            for _ in range(PRODUCTS):
                y = y @ w
            float(y[0, 0])  # to the end
        return [count, y]

    return run


def add_chain(x: Any, c: Any, length: int) -> Callable[[], Callable[[], Tensor]]:
    x, c = tf.constant(x), tf.constant(c)

    def run() -> Callable[[], Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in range(length):
                y = y + c
        return lambda: tape.gradient(y, x)

    return run
