"""A training loop as the guides write it: a pipeline, metrics, checkpoints with a manager, and a run that goes on."""

import os
import tempfile

import tensorflow as tf

folder = tempfile.mkdtemp()
tf.random.set_seed(1)


class Net(tf.Module):
    """A simple linear model."""

    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.ones([1, 5]), name="w")
        self.b = tf.Variable(tf.zeros([5]), name="b")

    def __call__(self, x):
        return x @ self.w + self.b


class Momentum(tf.Module):
    def __init__(self, rate):
        super().__init__()
        self.rate = rate
        self.slots = {}

    def apply(self, pairs):
        for gradient, variable in pairs:
            key = variable.name.replace(":0", "")
            if key not in self.slots:
                self.slots[key] = tf.Variable(tf.zeros_like(variable), trainable=False)
            self.slots[key].assign(0.9 * self.slots[key] + gradient)
            variable.assign_sub(self.rate * self.slots[key])


def toy_dataset():
    inputs = tf.range(10.0)[:, None]
    labels = inputs * 5.0 + tf.range(5.0)[None, :]
    return tf.data.Dataset.from_tensor_slices(dict(x=inputs, y=labels)).repeat().batch(2)


def train_step(net, example, optimizer):
    """Trains `net` on `example` using `optimizer`."""
    with tf.GradientTape() as tape:
        output = net(example["x"])
        loss = tf.reduce_mean(tf.abs(output - example["y"]))
    variables = net.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply(zip(gradients, variables))
    return loss


net, opt = Net(), Momentum(0.01)
dataset = toy_dataset()
ckpt = tf.train.Checkpoint(step=tf.Variable(1), optimizer=opt, net=net)
manager = tf.train.CheckpointManager(ckpt, os.path.join(folder, "tf_ckpts"), max_to_keep=3)


def train_and_checkpoint(net, opt, ckpt, manager, steps):
    ckpt.restore(manager.latest_checkpoint)
    if manager.latest_checkpoint:
        print("Restored from {}".format(os.path.basename(manager.latest_checkpoint)))
    else:
        print("Initializing from scratch.")
    iterator = iter(dataset.skip(int(ckpt.step) - 1))
    for _ in range(steps):
        loss = train_step(net, next(iterator), opt)
        ckpt.step.assign_add(1)
        if int(ckpt.step) % 10 == 0:
            save_path = manager.save()
            print("Saved checkpoint for step {}: {}".format(int(ckpt.step), os.path.basename(save_path)))
            print("loss {:1.2f}".format(loss.numpy()))


train_and_checkpoint(net, opt, ckpt, manager, 50)
opt, net = Momentum(0.01), Net()
ckpt = tf.train.Checkpoint(step=tf.Variable(1), optimizer=opt, net=net)
manager = tf.train.CheckpointManager(ckpt, os.path.join(folder, "tf_ckpts"), max_to_keep=3)
train_and_checkpoint(net, opt, ckpt, manager, 50)
print([os.path.basename(path) for path in manager.checkpoints])
print(net.w.numpy(), net.b.numpy())

# Loading a part
to_restore = tf.Variable(tf.zeros([5]))
print(to_restore.numpy())
fake_net = tf.train.Checkpoint(b=to_restore)
new_root = tf.train.Checkpoint(net=fake_net)
status = new_root.restore(tf.train.latest_checkpoint(os.path.join(folder, "tf_ckpts")))
print(to_restore.numpy())
try:
    status.assert_consumed()
except AssertionError as error:
    print(type(error).__name__)
status.assert_existing_objects_matched()

# Deferred
deferred = tf.Module()
status = tf.train.Checkpoint(net=deferred).restore(manager.latest_checkpoint)
deferred.w = tf.Variable(tf.zeros([1, 5]))
print(deferred.w.numpy())
for name, shape in sorted(tf.train.list_variables(manager.latest_checkpoint)):
    print(name, shape)
reader = tf.train.load_checkpoint(os.path.join(folder, "tf_ckpts"))
shapes = reader.get_variable_to_shape_map()
kinds = reader.get_variable_to_dtype_map()
key = "net/w/.ATTRIBUTES/VARIABLE_VALUE"
print("Shape:", shapes[key], "Dtype:", kinds[key].name, reader.get_tensor(key))

# Lists and dicts
save = tf.train.Checkpoint()
save.listed = [tf.Variable(1.0)]
save.listed.append(tf.Variable(2.0))
save.mapped = {"one": save.listed[0]}
save.mapped["two"] = save.listed[1]
path = save.save(os.path.join(folder, "tf_list_example"))
restore = tf.train.Checkpoint()
v2 = tf.Variable(0.0)
print(v2.numpy())
restore.mapped = {"two": v2}
restore.restore(path)
print(v2.numpy())
restore.listed = []
print(restore.listed)
v1 = tf.Variable(0.0)
restore.listed.append(v1)
print(v1.numpy())


@tf.function
def step(net, x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((net(x) - y) ** 2)
    for v, g in zip(net.trainable_variables, tape.gradient(loss, net.trainable_variables)):
        v.assign_sub(0.001 * g)
    return loss


@tf.function
def epoch(net, batches):
    total = tf.constant(0.0)
    count = tf.constant(0)
    for example in batches:
        total += step(net, example["x"], example["y"])
        count += 1
    return total / tf.cast(count, tf.float32)


for _ in range(3):
    print(epoch(net, dataset.take(5)).numpy())
