"""Datasets, iterators and optionals in functions: loops of the graph, arguments, results."""

import tensorflow as tf

Dataset = tf.data.Dataset


@tf.function
def until_three(source):
    total = tf.constant(0, tf.int64)
    for x in source:
        if x == 3:
            break
        total += x
    return total


print(until_three(Dataset.range(10)), until_three(Dataset.range(2)), until_three(Dataset.range(0)))
iterator = iter(Dataset.range(10))
print(until_three(iterator), next(iterator), until_three(iterator))
print(iterator.get_next_as_optional().has_value())


@tf.function
def made_inside(n):
    total = 0
    for i, (a, b) in Dataset.range(n).map(lambda x: (x * n, x)).batch(2).enumerate():
        total += tf.cast(tf.reduce_sum(a) + tf.reduce_sum(b), tf.int32) + tf.cast(i, tf.int32)
    return total


print(made_inside(tf.constant(5, tf.int64)), made_inside(tf.constant(2, tf.int64)))


@tf.function
def reduced(n):
    return Dataset.range(n).skip(1).reduce(tf.constant(0, tf.int64), lambda s, x: s + x * n)


print(reduced(tf.constant(5, tf.int64)), reduced(tf.constant(3, tf.int64)))


@tf.function
def next_or(source, default):
    element = source.get_next_as_optional()
    if element.has_value():
        return element.get_value()
    return default


iterator = iter(Dataset.range(1))
print(next_or(iterator, tf.constant(-1, tf.int64)), next_or(iterator, tf.constant(-1, tf.int64)))


@tf.function
def all_of(source):
    total = tf.constant(0, tf.int64)
    element = source.get_next_as_optional()
    while element.has_value():
        total += element.get_value()
        element = source.get_next_as_optional()
    return total


print(all_of(iter(Dataset.range(5))), all_of(iter(Dataset.range(0))))


@tf.function
def doubled(dataset):
    return dataset.map(lambda x: 2 * x)


print([x.numpy() for x in doubled(Dataset.range(3)).batch(2)])


@tf.function
def single(x):
    return Dataset.from_tensors(x).map(lambda y: y + 1).get_single_element()


print(single(tf.constant([1.0, 2.0])))


@tf.function
def rows(x):
    total = tf.zeros([2])
    for row in Dataset.from_tensor_slices(x):
        total += row
    return total


print(rows(tf.constant([[1.0, 2.0], [3.0, 4.0]])), rows(tf.ones([3, 2])))

variable = tf.Variable(1.0)


@tf.function
def epoch(dataset):
    for x, y in dataset:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((variable * x - y) ** 2)
        variable.assign_sub(0.1 * tape.gradient(loss, variable))
    return variable.value()


batches = Dataset.from_tensor_slices(([1.0, 2.0, 3.0], [3.0, 6.0, 9.0])).shuffle(3, seed=1).batch(2).prefetch(1)
for _ in range(3):
    print(epoch(batches))

steps = iter(batches.repeat())


@tf.function
def steps_of(source, n):
    for _ in tf.range(n):
        x, y = next(source)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((variable * x - y) ** 2)
        variable.assign_sub(0.1 * tape.gradient(loss, variable))
    return variable.value()


print(steps_of(steps, tf.constant(3)), steps_of(steps, tf.constant(2)))

some = tf.experimental.Optional.from_value((tf.constant(1), tf.constant("a")))
print(tf.function(lambda o: o.get_value())(some))
print(tf.function(lambda o: o.has_value())(tf.experimental.Optional.empty(tf.TensorSpec([]))))
print(some.element_spec)

with tf.GradientTape() as tape:
    loss = 0.0
    for x in Dataset.from_tensor_slices([1.0, 2.0]).batch(1):
        loss += tf.reduce_sum(x * variable * variable)
print(tape.gradient(loss, variable).shape)
