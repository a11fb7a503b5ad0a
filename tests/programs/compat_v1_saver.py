"""Saver and Checkpoint of tf.compat.v1.train, eagerly: names, files that are kept, what optimisers keep."""

import os
import tempfile

import tensorflow as tf

train = tf.compat.v1.train
tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
folder = tempfile.mkdtemp()
w, b = tf.Variable([1.0, 2.0], name="layer/w"), tf.Variable(3.0, name="layer/b")
step = train.get_or_create_global_step()
step.assign(0)
saver = train.Saver([w, b, step], max_to_keep=2)
for i in range(4):
    w.assign_add([1.0, 1.0])
    step.assign_add(1)
    print(os.path.basename(saver.save(None, os.path.join(folder, "model"), global_step=step)))
print(sorted(os.listdir(folder)), [os.path.basename(p) for p in saver.last_checkpoints])
latest = train.latest_checkpoint(folder)
print(os.path.basename(latest), train.checkpoint_exists(latest), train.checkpoint_exists(folder + "/none"))
print([os.path.basename(p) for p in train.get_checkpoint_state(folder).all_model_checkpoint_paths])
w.assign([0.0, 0.0])
saver.restore(None, latest)
print(w.numpy(), int(step), train.global_step(None, step))
reader = train.NewCheckpointReader(latest)
print(sorted(reader.get_variable_to_shape_map().items()), reader.get_tensor("layer/w"))
train.Saver({"other": w}).save(None, folder + "/renamed")
print(tf.train.list_variables(folder + "/renamed"))
train.init_from_checkpoint(folder + "/renamed", {"other": w})
for wrong in (
    lambda: train.Saver(),
    lambda: train.Saver([w, tf.Variable(1.0, name="layer/w")]).save(None, folder + "/same"),
    lambda: train.Saver([tf.Variable(1.0, name="nowhere")]).restore(None, latest),
    lambda: saver.restore(None, None),
    lambda: saver.restore(None, folder + "/none"),
):
    try:
        wrong()
    except (ValueError, RuntimeError, tf.errors.NotFoundError) as error:
        print(type(error).__name__)


def fit(optimizer, v, times):
    for _ in range(times):
        optimizer.minimize(lambda: tf.reduce_sum((v - 3.0) ** 2))


v, optimizer = tf.Variable([1.0, -1.0], name="v"), train.AdamOptimizer(0.1)
fit(optimizer, v, 2)
checkpoint = tf.train.Checkpoint(v=v, optimizer=optimizer)
path = checkpoint.save(folder + "/objects")
print([name for name, _ in tf.train.list_variables(path)])
fit(optimizer, v, 2)
wanted = v.numpy()
for early in (False, True):
    v2, optimizer2 = tf.Variable([0.0, 0.0], name="v"), train.AdamOptimizer(0.1)
    status = tf.train.Checkpoint(v=v2, optimizer=optimizer2)
    if early:
        fit(optimizer2, v2, 1)
    status = status.restore(path)
    fit(optimizer2, v2, 2)
    status.assert_consumed()
    print(early, v2.numpy(), abs(v2.numpy() - wanted).max() < 1e-6)
old = train.Checkpoint(v=v)
print(os.path.basename(old.save(folder + "/old")), os.path.basename(old.write(folder + "/written")))
print(train.latest_checkpoint(folder) == folder + "/old-1", int(old.save_counter))
