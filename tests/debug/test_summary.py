"""`tape.summary`: what a tape has recorded, as a table."""

import gradtape as tf


def recorded():
    v = tf.Variable(tf.ones((64, 32)))
    x = tf.ones((128, 64))
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.tanh(tf.tanh(x @ v)))
    return tape, y, v


def test_it_counts_calls_and_bytes():
    tape, y, _ = recorded()
    found = tape.summary()
    rows = {row.operation: row for row in found.rows}
    assert {name: row.calls for name, row in rows.items()} == {"matmul": 1, "tanh": 2, "sum": 1}
    assert rows["matmul"].bytes == 128 * 64 * 4
    assert rows["tanh"].bytes == 2 * 128 * 32 * 4
    assert rows["sum"].bytes == 0
    assert (found.calls, found.bytes, found.variables) == (4, 65536, 1)
    assert found.seconds is None
    assert y is not None


def test_it_prints_as_a_table():
    tape, *_keep = recorded()
    text = str(tape.summary(largest=2))
    assert text == repr(tape.summary(largest=2))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[0] == "operation calls saved"
    assert "tanh 2 32.0 KiB" in lines
    assert "total 4 64.0 KiB" in lines
    assert "1 variable watched" in lines
    assert lines[-3:-1] == ["largest holders", "matmul float32(128, 64) 32.0 KiB"]


def test_an_array_kept_twice_counts_once():
    x = tf.ones(256)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x, tf.reshape(x, (16, 16)) ** 2
    assert tape.summary().bytes <= 1024 + 8
    assert y


def test_a_variables_own_array_counts_for_nothing():
    v = tf.Variable(tf.ones(256))
    with tf.GradientTape() as tape:
        y = v * v
    assert tape.summary().bytes == 0
    assert y is not None


def test_dropped_results_are_not_counted():
    v = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        _ = v * 2.0
        del _
        y = v + 1.0
    assert [row.operation for row in tape.summary().rows] == ["add"]
    assert y is not None


def test_traced_it_has_times_and_lines():
    with tf.debug.tracing():
        tape, *_keep = recorded()
        found = tape.summary()
    assert found.seconds > 0
    assert found.largest[0].place.file == __file__
    assert "time" in str(found).splitlines()[0]
    assert "test_summary.py:" in str(found)


def test_a_used_up_tape_says_so():
    tape, y, v = recorded()
    tape.gradient(y, v)
    assert "used up" in str(tape.summary())


def test_an_empty_tape():
    with tf.GradientTape() as tape:
        pass
    assert tape.summary().calls == 0
    assert "total" in str(tape.summary())
