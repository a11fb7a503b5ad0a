"""tf.strings: strings made of tensors, taken apart and put together, in eager code and in functions."""

import tensorflow as tf


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


print("made of tensors")
loss = tf.Variable(0.25)
print(tf.strings.format("loss: {}", loss))
print(tf.strings.format("step {}, losses {}", (tf.constant(3), tf.range(10.0) / 4.0)))
print(tf.strings.format("all of {}", tf.range(10), summarize=-1))
print(tf.strings.format("{}", tf.constant("text")), tf.strings.format("nothing", []))
attempt("count:", lambda: tf.strings.format("{} {}", [loss]))
print(tf.as_string(tf.constant([1.5, 2.0])), tf.strings.as_string([1, 2]), tf.strings.as_string(True))
print(tf.strings.join(["epoch", tf.as_string(7)], separator=" "), tf.constant("a") + "b")
print(tf.strings.reduce_join(tf.as_string([[1, 2], [3, 4]]), axis=1, separator=","))
print(tf.strings.to_number(["1.5", "2"]) * loss)

print("taken apart")
print(tf.strings.split("to be or not"))
print(tf.strings.split(["to be", "", "or  not"]))
print(tf.strings.split(["a,b", ",c"], sep=","), tf.strings.split("a,b,c", ",", maxsplit=1))
print(tf.strings.split([["a b", "c"], ["d", "e f g"]]))
print(tf.strings.bytes_split("abc"), tf.strings.bytes_split(["ab", "c"]))
print(tf.strings.unicode_split("héllo", "UTF-8"), tf.strings.unicode_split(["hé", ""], "UTF-8"))
print(tf.strings.unicode_decode(["hé", "x"], "UTF-8"), tf.strings.unicode_decode("é", input_encoding="UTF-8"))
print(tf.strings.unicode_encode([[104, 105], [233, 33]], "UTF-8"))
print(tf.strings.unicode_encode(tf.ragged.constant([[104], [233, 33]]), "UTF-8"))
attempt("strict:", lambda: tf.strings.unicode_decode(b"\xff", "UTF-8", errors="strict"))
print(tf.strings.split(["a b c", "d"]).to_tensor(), tf.strings.length(tf.strings.split("a bb ccc")))
print(tf.strings.lower("ABC"), tf.strings.regex_replace("x = 1.5", r"(\d+)\.(\d+)", r"\2.\1"))


@tf.function
def log(step, value):
    return tf.strings.join([tf.strings.format("{}: ", step), tf.strings.as_string(value, precision=3)])


print("functions")
print(log(tf.constant(1), tf.constant(0.12345)), log(tf.constant(2), tf.constant(2.0)))
