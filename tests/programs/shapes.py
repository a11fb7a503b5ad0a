"""TensorShape: what `.shape` of a tensor is and does."""

import numpy as np
import tensorflow as tf


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


m = tf.zeros((2, 3))
s = m.shape
print(s, repr(s), f"{s}", tf.constant(1.0).shape, repr(tf.constant(1.0).shape))
print(s == (2, 3), s == [2, 3], (2, 3) == s, s != (2, 3), s == tf.TensorShape([2, 3]), s == (2, None))
print(s[0], s[-1], type(s[0]).__name__, repr(s[:1]), repr(s[1:]))
print(list(s), tuple(s), len(s), [2 * size for size in s])
print(s.as_list(), s.rank, s.ndims, s.num_elements(), s.is_fully_defined())
print(s + [4], (4,) + s, s + (4,), s.concatenate([5]), bool(tf.TensorShape([])), bool(s))
print({s: "a key"}[tf.TensorShape([2, 3])], hash(s) == hash((2, 3)))
print(np.zeros(s).shape, tf.ones(s).shape, tf.reshape(tf.range(6), s).shape, np.prod(s))

partial, unknown = tf.TensorShape([None, 3]), tf.TensorShape(None)
print(partial, repr(partial), partial.as_list(), partial.is_fully_defined(), partial.num_elements())
print(unknown, repr(unknown), unknown.rank, unknown.num_elements(), unknown[0])
print(partial.is_compatible_with(s), partial.is_compatible_with([2, 4]), unknown.is_compatible_with(s))
print(partial.merge_with([2, None]), unknown.merge_with(s), s.most_specific_compatible_shape([2, 4]))
print(tf.TensorShape(3), tf.TensorShape((np.int64(2), 1)), tf.TensorShape(s) == s)
print(s.with_rank(2), s.with_rank_at_least(1), s.with_rank_at_most(2))
first, second = s
print(first, second, *s)

print(m.get_shape(), m.ndim, tf.rank(m), tf.size(m), tf.shape(m))
print(tf.shape(m, out_type=tf.int64), tf.shape(3.0), tf.size([]), tf.rank("a"), tf.shape([[1, 2]]))

attempt("index", lambda: s[5])
attempt("merge", lambda: s.merge_with([3, 3]))
attempt("incompatible", lambda: s.assert_is_compatible_with([3, 3]))
attempt("rank", lambda: s.assert_has_rank(3))
attempt("same rank", lambda: s.assert_same_rank([3]))
attempt("with rank", lambda: s.with_rank(3))
attempt("with rank at least", lambda: s.with_rank_at_least(3))
attempt("negative", lambda: tf.TensorShape([-1]))
attempt("fraction", lambda: tf.TensorShape([1.5]))
attempt("text", lambda: tf.TensorShape("ab"))
attempt("unknown as list", lambda: unknown.as_list())
attempt("length of unknown", lambda: len(unknown))
attempt("times", lambda: s * 2)
attempt("set_shape", lambda: m.set_shape([2, None]))
attempt("wrong set_shape", lambda: m.set_shape([2]))
attempt("ensure_shape", lambda: tf.ensure_shape(m, (2, None)).shape)
attempt("wrong ensure_shape", lambda: tf.ensure_shape(m, (3, None)))
