"""What tf.summary wrote, read again by summary_iterator: steps, tags, plugins and tensors; and graphs in files."""

import glob
import os
import tempfile

import numpy as np
import tensorflow as tf

folder = tempfile.mkdtemp()
writer = tf.summary.create_file_writer(folder)
step = tf.Variable(0, dtype=tf.int64)
x = np.linspace(-1, 1, 20, dtype=np.float32)
w = tf.Variable(0.5)
with writer.as_default(step=step):
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((w * x - 2 * x) ** 2)
        w.assign_sub(tape.gradient(loss, w))
        step.assign_add(1)
        with tf.summary.experimental.summary_scope("loss", "train") as (tag, _):
            tf.summary.write(tag, loss)
        tf.summary.write("errors", tf.stack([w * x - 2 * x, x]), step=step * 10)
    tf.summary.write("notes", ["it", "learns"])
    tf.summary.write("flag", True, step=9)
    with tf.summary.record_if(lambda: tf.equal(step % 2, 0)):
        print(tf.summary.write("never", 1.0).numpy())


@tf.function
def squares(n):
    with writer.as_default():
        for i in tf.range(n):
            tf.summary.write("squares", i * i, step=tf.cast(i, tf.int64))


squares(tf.constant(3))
writer.close()

(path,) = glob.glob(os.path.join(folder, "events*"))
for event in tf.compat.v1.train.summary_iterator(path):
    if event.file_version:
        print(event.file_version, event.WhichOneof("what"))
    for value in event.summary.value:
        array = tf.make_ndarray(value.tensor)
        print(event.step, value.tag, array.dtype, array if array.size < 3 else array.shape)

losses = {}
for event in tf.compat.v1.train.summary_iterator(path):
    for value in event.summary.value:
        if value.tag.endswith("loss"):
            losses[event.step] = float(tf.make_ndarray(value.tensor))
print({k: round(v, 5) for k, v in losses.items()})

records = [r.numpy() for r in tf.data.TFRecordDataset(path)]
print(len(records), tf.compat.v1.Event.FromString(records[0]).file_version)
with open(path, "rb+") as file:
    file.seek(40)
    file.write(b"\xff")
try:
    for event in tf.compat.v1.train.summary_iterator(path):
        pass
except tf.errors.DataLossError as error:
    print(type(error).__name__, str(error).split(" at ")[0])

for values in ([[1, 2], [3, 4]], 2.5, "text", ["a", "b"], np.float16(0.5), np.zeros((0, 3))):
    proto = tf.make_tensor_proto(values)
    print(tf.make_ndarray(proto).tolist(), tf.as_dtype(proto.dtype).name, len(proto.tensor_shape.dim))
print(tf.make_ndarray(tf.make_tensor_proto(7, shape=[2, 2], allow_broadcast=True)).tolist())

double = tf.function(lambda a: a * 2 + 1).get_concrete_function(tf.TensorSpec([2], tf.float32))
for text in (True, False):
    made = tf.io.write_graph(double.graph, folder + "/graphs", f"g{text}.pb", as_text=text)
    print(os.path.basename(made), os.path.getsize(made) > 50, open(made, "rb").read(6) == b"node {")
