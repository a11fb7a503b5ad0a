"""tf.test.TestCase: its assertions, what they say, sessions, random seeds, and tests that are run."""

import io
import unittest

import numpy as np
import tensorflow as tf


class Case(tf.test.TestCase):
    def runTest(self):
        pass


case = Case()
case.setUp()


def attempt(label, function):
    try:
        print(label, function())
    except BaseException as error:
        print(label, type(error).__name__, str(error).split("ACTUAL: ")[0])


x = tf.constant([1.0, 2.0, 3.0])
attempt("close", lambda: case.assertAllClose(x, [1.0, 2.0, 3.000001]))
attempt("not close", lambda: case.assertAllClose(x, np.array([1.0, 2.0, 4.0], np.float32)))
attempt("shapes", lambda: case.assertAllClose(x, [1.0, 2.0]))
attempt("dicts", lambda: case.assertAllClose({"a": x, "b": [1]}, {"a": [1.0, 2.0, 3.0], "b": [2]}))
attempt("keys", lambda: case.assertAllClose({"a": 1}, {"b": 1}))
attempt("message", lambda: case.assertAllClose(1.0, 2.0, msg="hey"))
attempt("tolerance", lambda: case.assertAllClose(100.0, 101.0, rtol=0.1))
attempt("nan", lambda: case.assertAllClose([np.nan], [np.nan]))
attempt("by type", lambda: case.assertAllCloseAccordingToType(tf.constant([1.0], tf.float16), np.float16([1.0005])))
attempt("ragged", lambda: case.assertAllClose(tf.ragged.constant([[1.0], [2.0, 3.0]]), [[1.0], [2.0, 3.0]]))
attempt("differ", lambda: case.assertNotAllClose(x, x + 1))
attempt("do not differ", lambda: case.assertNotAllClose(x, x))
attempt("equal", lambda: case.assertAllEqual(x, [1, 2, 3]))
attempt("not equal", lambda: case.assertAllEqual(tf.range(3), np.array([0, 1, 4], np.int32)))
attempt("strings", lambda: case.assertAllEqual(tf.constant(["a"]), ["a"]))
attempt("ragged", lambda: case.assertAllEqual(tf.ragged.constant([[1], [2, 3]]), [[1], [2, 4]]))
attempt("equal nan", lambda: case.assertAllEqual([np.nan], [np.nan]))
attempt("all equal", lambda: case.assertNotAllEqual(x, x))
attempt("greater", lambda: case.assertAllGreater(x, 1))
attempt("less", lambda: case.assertAllLess(x, 4))
attempt("no less", lambda: case.assertAllGreaterEqual(x, 2))
attempt("no greater", lambda: case.assertAllLessEqual(x, 3))
attempt("range", lambda: case.assertAllInRange(x, 1, 3))
attempt("out of range", lambda: case.assertAllInRange(x, 1, 3, open_lower_bound=True))
attempt("set", lambda: case.assertAllInSet(x, [1, 2]))
attempt("shape", lambda: case.assertShapeEqual(np.zeros(3), x))
attempt("other shape", lambda: case.assertShapeEqual([1, 2], x))
attempt("dtype", lambda: case.assertDTypeEqual(x, np.float64))
attempt("near", lambda: case.assertNear(1.0, 1.5, 0.2))
attempt("arrays near", lambda: case.assertArrayNear([1.0, 2.0], [1.0, 2.05], 0.1))
attempt("empty", lambda: case.assertEmpty([1]))
attempt("length", lambda: case.assertLen([1], 2))
attempt("start", lambda: case.assertStartsWith("abc", "b"))
attempt("between", lambda: case.assertBetween(3, 1, 2))
attempt("message", lambda: case.assertProtoEquals("value: 1", tf.train.Int64List(value=[1])))


def raises(context, error=None):
    with context:
        if error:
            raise error


invalid = tf.errors.InvalidArgumentError(None, None, "shapes do not fit")
attempt("raised", lambda: raises(case.assertRaisesOpError("do not"), invalid))
attempt("another", lambda: raises(case.assertRaisesWithPredicateMatch(ValueError, "q"), ValueError("xx")))
attempt(
    "predicate",
    lambda: raises(case.assertRaisesWithPredicateMatch(ValueError, lambda e: "x" in str(e)), ValueError("x")),
)
attempt("nothing raised", lambda: raises(case.assertRaisesWithPredicateMatch(ValueError, "q")))
attempt("evaluate", lambda: case.evaluate({"a": x, "b": [x + 1, (tf.constant(1),)]}))
attempt("variable", lambda: case.evaluate(tf.Variable(2.0)))
attempt("sparse", lambda: case.evaluate(tf.sparse.from_dense([0, 5])).values)
for name in ("session", "cached_session", "test_session"):
    with getattr(case, name)():
        print(name, case.evaluate(x * 2))
first = tf.random.uniform([3])
case.setUp()
print(bool(tf.reduce_all(first == tf.random.uniform([3]))), first.numpy(), np.random.rand())  # noqa: NPY002
case.setUp()
print(np.random.rand())  # noqa: NPY002
thread = case.checkedThread(target=lambda: 1 / 0)
thread.start()
attempt("thread", thread.join)


class Some(tf.test.TestCase):
    def test_right(self):
        self.assertAllEqual(tf.range(2), [0, 1])

    def test_wrong(self):
        with self.cached_session():
            self.assertAllClose(1.0, 2.0)

    @tf.test.disable_with_predicate(lambda: True, "why")
    def test_left_out(self):
        raise ValueError

    def test_folder(self):
        self.assertEqual(tf.io.gfile.listdir(self.get_temp_dir()), [])


result = unittest.TextTestRunner(io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(Some))
print(result.testsRun, len(result.failures), len(result.errors), len(result.skipped))
print(unittest.defaultTestLoader.getTestCaseNames(Some))
