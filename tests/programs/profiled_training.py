"""Trains under a profile, and writes summaries, a graph and a trace; prints what each says of itself."""

import glob
import os
import tempfile

import tensorflow as tf

profiler = tf.profiler.experimental
folder = tempfile.mkdtemp()


def attempt(f):
    try:
        return f()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


w = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
x = tf.constant([[1.0, -1.0]])


@tf.function
def train(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(x @ w))
    w.assign_sub(0.1 * tape.gradient(loss, w))
    tf.summary.write("loss", loss, step=1)
    return loss


print(attempt(profiler.stop))
profiler.start(folder)
print(attempt(lambda: profiler.start(folder)))
for step in range(3):
    with profiler.Trace("train", step_num=step, _r=1) as trace:
        print(float(train(x)))
        trace.set_metadata(kind="training")
profiler.stop()
print(attempt(lambda: profiler.stop(save=False)))
print(len(glob.glob(os.path.join(folder, "plugins", "profile", "*", "*.xplane.pb"))))


def nested():
    with profiler.Profile(folder), profiler.Profile(folder):
        print("never")


print(attempt(nested))
print(attempt(profiler.stop))
print(profiler.ProfilerOptions(python_tracer_level=1))

print(bool(tf.summary.graph(train.get_concrete_function(x).graph)))
print(attempt(lambda: tf.summary.trace_export("none")))
writer = tf.summary.create_file_writer(folder)
with writer.as_default():
    print(bool(tf.summary.graph(train.get_concrete_function(x).graph)))
    print(bool(tf.summary.graph(train.get_concrete_function(x).graph.as_graph_def())))
    print(attempt(lambda: tf.summary.graph("graph")))
    tf.summary.trace_on(graph=True)
    train(x)
    print(attempt(lambda: tf.summary.trace_export("traced")))
    print(tf.summary.trace_export("traced", step=2))
    print(tf.summary.trace_off())
    with tf.summary.record_if(lambda: tf.summary.experimental.get_step() % 2 == 0):
        for step in range(3):
            tf.summary.experimental.set_step(step)
            print(step, bool(tf.summary.should_record_summaries()), bool(tf.summary.write("x", 1.0)))
    with tf.summary.experimental.summary_scope("a b", values=[x]) as (tag, scope):
        print(tag, scope)
    print(bool(tf.summary.write("raw", [1, 2], step=4, metadata=tf.compat.v1.SummaryMetadata())))
    summary = tf.compat.v1.Summary(value=[tf.compat.v1.Summary.Value(tag="v", simple_value=0.5)])
    print(bool(tf.summary.experimental.write_raw_pb(summary.SerializeToString(), step=5)))
writer.close()
print(attempt(lambda: writer.set_as_default())[:27])

tags = []
for path in glob.glob(os.path.join(folder, "events*")):
    for record in tf.data.TFRecordDataset(path):
        event = tf.compat.v1.Event.FromString(record.numpy())
        ops = {node.op for node in tf.compat.v1.GraphDef.FromString(event.graph_def).node}
        if event.graph_def:
            tags.append((event.step, "graph", "MatMul" in ops and "Placeholder" in ops))
        for value in event.summary.value:
            tags.append((event.step, value.tag, value.metadata.plugin_data.plugin_name))
print(*tags, sep="\n")
