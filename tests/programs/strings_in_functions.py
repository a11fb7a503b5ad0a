"""Strings in functions: in loops, branches and lists, taken apart into ragged tensors, and of ragged tensors."""

import tensorflow as tf


def show(label, function, *given):
    """In eager code, in a function, and in one of unknown lengths at several."""
    unknown = tf.function(function, input_signature=[tf.TensorSpec([None] * x.ndim, x.dtype) for x in given])
    print(label, function(*given), tf.function(function)(*given), sep="\n  ")
    for call in (given, [tf.concat([x, x], 0) for x in given], [x[:1] for x in given]):
        print(" ", unknown(*call))


words = tf.constant(["a", "bc"])

print("loops and branches")
show("map", lambda x: tf.map_fn(tf.strings.upper, x), words)
show("to numbers", lambda x: tf.map_fn(tf.strings.length, x, fn_output_signature=tf.int32), words)
show("of numbers", lambda x: tf.map_fn(tf.as_string, x, fn_output_signature=tf.string), tf.constant([1, 2]))
show("vectors", lambda x: tf.map_fn(lambda e: tf.stack([e, e + "x"]), x), words)
show("fold", lambda x: tf.foldl(lambda a, e: a + e, x, initializer=""), words)
show("from the right", lambda x: tf.foldr(lambda a, e: a + e, x), words)
show("scan", lambda x: tf.scan(lambda a, e: a + e, x), words)
show("branch", lambda x: tf.cond(x[0] == "a", lambda: tf.strings.upper(x), lambda: x), words)
show("nothing", lambda x: tf.map_fn(tf.strings.upper, x[:0]), words)


def backwards(x):
    array = tf.TensorArray(tf.string, size=0, dynamic_size=True)
    n = tf.shape(x)[0]
    for i in tf.range(n):
        array = array.write(i, tf.strings.upper(x[n - 1 - i]))
    return array.stack()


def joined(x):
    text = tf.constant("")
    for word in x:
        text = tf.strings.join([text, word], "-")
    return text


def holes(x):
    array = tf.TensorArray(tf.string, size=3)
    for i in tf.range(1):
        array = array.write(2 * i + 1, x[0])
    return array.stack()


show("a list", backwards, words)
show("a loop", joined, words)
show("holes", holes, words)

print("taken apart")
texts = tf.constant(["a b", "c,d e", ""])
show("split", tf.strings.split, texts)
show("by", lambda x: tf.strings.split(x, ",", 1), texts)
show("one", lambda x: tf.strings.split(x[0]), texts)
show("twice", lambda x: tf.strings.split(tf.strings.split(x), ","), texts)
show("bytes", tf.strings.bytes_split, texts)
show("characters", lambda x: tf.strings.unicode_split(x, "UTF-8"), texts)
show("numbers", lambda x: tf.strings.unicode_decode(x, "UTF-8").to_tensor(), texts)
show("and back", lambda x: tf.strings.unicode_encode(tf.strings.unicode_decode(x, "UTF-8"), "UTF-8"), texts)
show("n-grams", lambda x: tf.strings.ngrams(tf.strings.split(x), 2), texts)
show("lengths", lambda x: tf.strings.split(x).row_lengths(), texts)

print("ragged")
rows = tf.ragged.constant([["A b", "c"], [" d "]])
for f in (
    tf.strings.upper, tf.strings.lower, tf.strings.strip, tf.strings.length, lambda x: tf.strings.substr(x, 0, 1),
    lambda x: tf.strings.regex_replace(x, "[ab]", "z"), lambda x: tf.strings.regex_full_match(x, "c"),
    lambda x: tf.strings.join([x, "!"]), lambda x: tf.strings.join([x, x], "-"), tf.strings.split,
):  # fmt: skip
    print(f(rows), tf.function(f)(rows))
print(tf.strings.as_string(tf.ragged.constant([[1, 2], [3]])), tf.strings.to_number(tf.ragged.constant([["1"], []])))

print("characters")
print(tf.strings.unicode_decode(["a\x01b\x80\x1f ", "\x00"], "UTF-8", replace_control_characters=True))
print(tf.strings.unicode_decode("a\nb", "UTF-8", replacement_char=65, replace_control_characters=True))
print(tf.strings.unicode_encode([97, 0xD800, 0x110000, -1], "UTF-8", replacement_char=66))
print(tf.strings.unicode_encode([97, 0xD800], "UTF-8", errors="ignore"))
print(tf.strings.join([]), tf.strings.join(["a"]), tf.strings.join(tf.constant(["a", "b"])))
for f in (
    lambda: tf.strings.unicode_encode([97, 0xD800], "UTF-8", errors="strict"),
    lambda: tf.strings.unicode_decode(b"\xff", "UTF-8", errors="strict"),
    lambda: tf.strings.unicode_decode("a", "UTF-7000"),
    lambda: tf.strings.join("ab"),
):
    try:
        print(f())
    except Exception as error:
        print(type(error).__name__)
