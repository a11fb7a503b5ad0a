"""Training with replicas, as the guides have it: Keras's `fit` in a scope, a loop of one's own, and one process alike."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
rng = np.random.default_rng(0)
x = rng.normal(size=(24, 4)).astype("float32")
y = (x @ rng.normal(size=(4, 3))).argmax(-1)
GLOBAL = 8


def model(**last):
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(8, activation="tanh", **last), keras.layers.Dense(3)]
    )


def show(*numbers):
    print(" ".join(f"{float(n):.6f}" for n in numbers))


def fit(strategy, optimizer, **options):
    with strategy.scope():
        net = model()
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        net.compile(keras.optimizers.get(optimizer), loss, metrics=["accuracy"], **options)
    history = net.fit(x, y, batch_size=GLOBAL, epochs=2, shuffle=False, verbose=0, validation_data=(x[:10], y[:10]))
    for name, values in sorted(history.history.items()):
        print(name, end=" ")
        show(*values)
    show(*net.evaluate(x, y, batch_size=GLOBAL, verbose=0), *net.predict(x[:3], verbose=0, batch_size=2).ravel())


def loop(strategy, wrap):
    with strategy.scope():
        losses = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
        accuracy = keras.metrics.SparseCategoricalAccuracy()
        test_loss = keras.metrics.Mean()
        net = model(kernel_regularizer="l2")
        optimizer = keras.optimizers.Adam(0.01)

    def train_step(inputs):
        images, labels = inputs
        with tf.GradientTape() as tape:
            logits = net(images, training=True)
            loss = tf.nn.compute_average_loss(losses(labels, logits), global_batch_size=GLOBAL)
            loss += tf.nn.scale_regularization_loss(tf.add_n(net.losses))
        optimizer.apply_gradients(zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables))
        accuracy.update_state(labels, logits)
        return loss

    def test_step(inputs):
        images, labels = inputs
        test_loss.update_state(losses(labels, net(images, training=False)))

    @wrap
    def distributed_train_step(inputs):
        return strategy.reduce(tf.distribute.ReduceOp.SUM, strategy.run(train_step, args=(inputs,)), axis=None)

    @wrap
    def distributed_test_step(inputs):
        strategy.run(test_step, args=(inputs,))

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(GLOBAL)
    dataset = strategy.experimental_distribute_dataset(dataset)
    for _ in range(2):
        total = sum(distributed_train_step(batch) for batch in dataset)
        for batch in dataset:
            distributed_test_step(batch)
        show(total, accuracy.result(), test_loss.result())
        accuracy.reset_state()
        test_loss.reset_state()
    show(*(w.sum() for w in net.get_weights()))


mirrored = tf.distribute.MirroredStrategy(cross_device_ops=tf.distribute.ReductionToOneDevice())
for strategy in mirrored, tf.distribute.OneDeviceStrategy("CPU:0"), tf.distribute.get_strategy():
    print(strategy.num_replicas_in_sync)
    fit(strategy, "sgd")
    fit(strategy, "adam", run_eagerly=True)
    loop(strategy, tf.function)
    loop(strategy, lambda f: f)

strategy = mirrored
with strategy.scope():
    keras.utils.set_random_seed(2)
    embedding, dropout = keras.layers.Embedding(5, 2), keras.layers.Dropout(0.5, seed=3)
    synchronized = keras.layers.BatchNormalization(synchronized=True)
    embedding.build(None)
    synchronized.build((None, 2))
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build(embedding.trainable_variables)
    metric = keras.metrics.Mean()


def step(ids):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(embedding(ids) ** 2)
    optimizer.apply_gradients(zip(tape.gradient(loss, embedding.trainable_variables), embedding.trainable_variables))
    rows = tf.cast(tf.stack([ids, ids * ids], 1), tf.float32)
    metric.update_state(tf.cast(ids, tf.float32))
    return dropout(tf.ones([1, 8]), training=True), synchronized(rows, training=True)


ids = strategy.experimental_distribute_values_from_function(
    lambda context: tf.constant([[0, 1], [1, 2]][context.replica_id_in_sync_group])
)
for run in strategy.run, tf.function(lambda f, args: strategy.run(f, args)):
    for value in run(step, (ids,)):
        print([np.round(v.numpy(), 4).tolist() for v in strategy.experimental_local_results(value)])
print(np.round(embedding.get_weights()[0], 4), float(metric.result()), synchronized.moving_mean.numpy().round(5))
kept = embedding.get_weights()[0]
embedding.set_weights([kept * 0])
print([float(tf.reduce_sum(tf.abs(v))) for v in embedding.embeddings.value.values])
