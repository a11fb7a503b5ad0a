"""`TestCase`: unittest's, with assertions on tensors, arrays, and structures of them; and `main`, which runs them."""

import atexit
import contextlib
import functools
import itertools
import os
import random
import re
import shutil
import tempfile
import threading
import unittest
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..ragged.tensor import RaggedTensor
from ..random.seeds import set_seed
from ..sparse.tensor import SparseTensor
from ..values import nest
from ..values.convert import convert_to_tensor
from ..values.errors import InvalidArgumentError, OpError
from ..values.indexed_slices import IndexedSlices
from ..values.tensor import Tensor
from ..values.variable import Variable

_SEED = 87654321  # with which each test begins, in TensorFlow too


class SparseTensorValue(NamedTuple):
    """A SparseTensor as arrays."""

    indices: Any
    values: Any
    dense_shape: Any


def _evaluated(x: Any) -> Any:
    """A tensor as an array."""
    if x is None:
        return None
    if callable(x) and not isinstance(x, Tensor | Variable | RaggedTensor | SparseTensor | IndexedSlices):
        return nest.map_structure(_evaluated, x())
    if isinstance(x, SparseTensor):
        return SparseTensorValue(*(part.numpy() for part in (x.indices, x.values, x.dense_shape)))
    if isinstance(x, RaggedTensor):
        return x
    if isinstance(x, IndexedSlices):
        return IndexedSlices(x.values.numpy(), x.indices.numpy(), x.dense_shape)
    if hasattr(x, "numpy"):
        return x.numpy()
    raise ValueError(f"Unsupported type {type(x).__name__!r}.")


def _is_tensor(x: Any) -> bool:
    return isinstance(x, Tensor | Variable | RaggedTensor | SparseTensor)


def _array(x: Any) -> Any:
    if isinstance(x, Tensor | Variable):
        x = convert_to_tensor(x).numpy()
    if not isinstance(x, np.ndarray | np.generic):
        x = [_array(item) for item in x] if isinstance(x, list | tuple) and any(map(_is_tensor, x)) else x
    made = np.array(x)
    return np.array([item.encode() for item in made.ravel().tolist()], object).reshape(made.shape) if (
        made.dtype.kind == "U"
    ) else made  # fmt: skip


def _listed(x: Any) -> Any:
    """A ragged tensor, or what may be as one, as lists."""
    if isinstance(x, RaggedTensor):
        return x.to_list()
    x = _array(x).tolist() if isinstance(x, Tensor | np.ndarray) else x
    return list(map(_listed, x)) if isinstance(x, list | tuple) else x


class _Thread:
    """A thread; what its function raises is raised by `join`."""

    def __init__(self, case: "TestCase", target: Callable[..., Any], args: Any, kwargs: Any) -> None:
        self._case = case
        self._error: BaseException | None = None

        def run() -> None:
            try:
                target(*(args or ()), **(kwargs or {}))
            except BaseException as error:
                self._error = error

        self._thread = threading.Thread(target=run)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()
        if self._error is not None:
            self._case.fail(f"Error in checkedThread: {self._error}")

    def is_alive(self) -> bool:
        return self._thread.is_alive()


class _Written:
    """What was written to a stream."""

    text: str | None = None

    def contents(self) -> str | None:
        return self.text


class _Session:
    """What `session` gives: there is none, and operations run when they are called."""

    def run(self, fetches: Any, feed_dict: Any = None) -> Any:
        """The arrays of tensors, which have their values already."""
        if feed_dict:
            raise NotImplementedError("gradtape runs eagerly: there is nothing to feed. Call the function with the "
                                      "values, as in self.evaluate(f(x)).")  # fmt: skip
        return nest.map_structure(_evaluated, fetches)


class _Assertions(unittest.TestCase):
    """Assertions of `absl`'s test cases, from which TensorFlow's derive."""

    maxDiff = None

    def assertEmpty(self, container: Any, msg: Any = None) -> None:
        if len(container):
            self.fail(self._formatMessage(msg, f"{container!r} has length of {len(container)}."))

    def assertNotEmpty(self, container: Any, msg: Any = None) -> None:
        if not len(container):
            self.fail(self._formatMessage(msg, f"{container!r} has length of 0."))

    def assertLen(self, container: Any, expected_len: int, msg: Any = None) -> None:
        if len(container) != expected_len:
            said = f"{container!r} has length of {len(container)}, expected {expected_len}."
            self.fail(self._formatMessage(msg, said))

    def assertBetween(self, value: Any, minv: Any, maxv: Any, msg: Any = None) -> None:
        msg = self._formatMessage(msg, f'"{value!r}" unexpectedly not between "{minv!r}" and "{maxv!r}"')
        self.assertGreaterEqual(maxv, value, msg)
        self.assertLessEqual(minv, value, msg)

    def assertItemsEqual(self, first: Iterable[Any], second: Iterable[Any], msg: Any = None) -> None:
        self.assertCountEqual(first, second, msg)

    def assertSameElements(self, expected_seq: Iterable[Any], actual_seq: Iterable[Any], msg: Any = None) -> None:
        self.assertEqual(set(expected_seq), set(actual_seq), msg)

    def assertStartsWith(self, actual: Any, expected_start: Any, msg: Any = None) -> None:
        if not actual.startswith(expected_start):
            self.fail(self._formatMessage(msg, f"{actual!r} does not start with {expected_start!r}"))

    def assertNotStartsWith(self, actual: Any, unexpected_start: Any, msg: Any = None) -> None:
        if actual.startswith(unexpected_start):
            self.fail(self._formatMessage(msg, f"{actual!r} does start with {unexpected_start!r}"))

    def assertEndsWith(self, actual: Any, expected_end: Any, msg: Any = None) -> None:
        if not actual.endswith(expected_end):
            self.fail(self._formatMessage(msg, f"{actual!r} does not end with {expected_end!r}"))

    def assertNotEndsWith(self, actual: Any, unexpected_end: Any, msg: Any = None) -> None:
        if actual.endswith(unexpected_end):
            self.fail(self._formatMessage(msg, f"{actual!r} does end with {unexpected_end!r}"))

    def assertContainsSubset(self, expected_subset: Iterable[Any], actual_set: Iterable[Any], msg: Any = None) -> None:
        expected, actual = set(expected_subset), set(actual_set)
        if not expected <= actual:
            said = f"Missing elements {expected - actual}\nExpected: {expected_subset}\nActual: {actual_set}"
            self.fail(self._formatMessage(msg, said))

    def assertNoCommonElements(self, expected_seq: Iterable[Any], actual_seq: Iterable[Any], msg: Any = None) -> None:
        common = set(expected_seq) & set(actual_seq)
        if common:
            self.fail(
                self._formatMessage(msg, f"Common elements {common}\nExpected: {expected_seq}\nActual: {actual_seq}")
            )

    def assertContainsInOrder(self, strings: Sequence[str], target: str, msg: Any = None) -> None:
        at = 0
        for word in [strings] if isinstance(strings, str) else strings:
            found = target.find(word, at)
            if found < 0:
                self.fail(self._formatMessage(msg, f"Did not find {word!r} in {target!r} after place {at}"))
            at = found + len(word)

    def assertContainsSubsequence(self, container: Iterable[Any], subsequence: Iterable[Any], msg: Any = None) -> None:
        items = iter(container)
        for wanted in subsequence:
            if wanted not in items:
                self.fail(self._formatMessage(msg, f"{subsequence} not a subsequence of {container}"))

    def assertSequenceStartsWith(self, prefix: Any, whole: Any, msg: Any = None) -> None:
        prefix = list(prefix) if isinstance(prefix, list | tuple) else [prefix]
        if list(whole[: len(prefix)]) != prefix:
            self.fail(self._formatMessage(msg, f"prefix: {prefix} not found at start of whole: {whole}."))

    def assertSequenceAlmostEqual(self, expected_seq: Sequence[Any], actual_seq: Sequence[Any], places: Any = None,
                                  msg: Any = None, delta: Any = None) -> None:  # fmt: skip
        self.assertEqual(len(expected_seq), len(actual_seq), msg)
        for expected, actual in zip(expected_seq, actual_seq, strict=True):
            self.assertAlmostEqual(expected, actual, places=places, msg=msg, delta=delta)

    def assertDictAlmostEqual(self, a: Mapping[Any, Any], b: Mapping[Any, Any], places: Any = None, msg: Any = None,
                              delta: Any = None) -> None:  # fmt: skip
        self.assertCountEqual(a, b, msg)
        for key in a:
            self.assertAlmostEqual(a[key], b[key], places=places, msg=msg, delta=delta)

    def assertRegexMatch(self, actual_str: str, regexes: Sequence[str], message: Any = None) -> None:
        if not any(re.search(regex, actual_str, re.DOTALL) for regex in regexes):
            self.fail(self._formatMessage(message, f"{actual_str!r} matches none of {list(regexes)}"))

    def assertRaisesWithLiteralMatch(self, expected_exception: Any, expected_exception_message: str,
                                     callable_obj: Any = None, *args: Any, **kwargs: Any) -> Any:  # fmt: skip
        context = self.assertRaisesRegex(expected_exception, f"^{re.escape(expected_exception_message)}$")
        if callable_obj is None:
            return context
        with context:
            callable_obj(*args, **kwargs)
        return None

    def assertTotallyOrdered(self, *groups: Sequence[Any], **kwargs: Any) -> None:
        for earlier, later in itertools.combinations(groups, 2):
            for a, b in itertools.product(earlier, later):
                self.assertLess(a, b)
                self.assertGreater(b, a)
        for group in groups:
            for a, b in itertools.product(group, group):
                self.assertEqual(a, b)

    def assertIsSubclass(self, cls: type, superclass: Any, msg: Any = None) -> None:
        if not issubclass(cls, superclass):
            self.fail(self._formatMessage(msg, f"{cls} is not a subclass of {superclass}"))


class TestCase(_Assertions):
    """A test case, whose assertions take tensors, arrays, numbers, and structures of them.

    Before each test the seeds of TensorFlow's, NumPy's and Python's random numbers are set.

    >>> import gradtape as tf
    >>> class SquareTest(tf.test.TestCase):
    ...     def test_square(self):
    ...         self.assertAllClose(tf.square([1.0, 2.0]), [1.0, 4.0])
    """

    __test__ = True

    def __init__(self, methodName: str = "runTest") -> None:
        super().__init__(methodName)
        self._tempdir: str | None = None
        self._threads: list[_Thread] = []

    def setUp(self) -> None:
        super().setUp()
        random.seed(_SEED)
        np.random.seed(_SEED)  # noqa: NPY002 - a program may draw from it
        set_seed(_SEED)

    def tearDown(self) -> None:
        for thread in self._threads:
            self.assertFalse(thread.is_alive(), "A checkedThread did not terminate")
        self._threads.clear()
        super().tearDown()

    # --- values ------------------------------------------------------------------------------------------------------

    def evaluate(self, tensors: Any) -> Any:
        """Tensors, or a structure of them, as arrays."""
        return nest.map_structure(_evaluated, tensors)

    @contextlib.contextmanager
    def session(self, graph: Any = None, config: Any = None, use_gpu: bool = True,
                force_gpu: bool = False) -> Iterator[Any]:  # fmt: skip
        """A context in which operations run, eagerly as everywhere."""
        yield _Session()

    cached_session = session

    def test_session(self, graph: Any = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False) -> Any:
        """`session`; by itself, as a test, it is skipped."""
        if self._testMethodName == "test_session":
            self.skipTest("Not a test.")
        return self.session(graph, config, use_gpu, force_gpu)

    def get_temp_dir(self) -> str:
        """A folder of the test's own, which is removed when the program ends."""
        if self._tempdir is None:
            self._tempdir = tempfile.mkdtemp(prefix=self._testMethodName)
            atexit.register(shutil.rmtree, self._tempdir, ignore_errors=True)
        return self._tempdir

    @contextlib.contextmanager
    def captureWritesToStream(self, stream: Any) -> Iterator[Any]:
        """A context in which what is written to a stream that is a file is kept: `contents()` gives it, afterwards."""
        stream.flush()
        number, kept = stream.fileno(), os.dup(stream.fileno())
        with tempfile.TemporaryFile() as file:
            written = _Written()
            os.dup2(file.fileno(), number)
            try:
                yield written
            finally:
                stream.flush()
                os.dup2(kept, number)
                os.close(kept)
                file.seek(0)
                written.text = file.read().decode()

    def checkedThread(self, target: Callable[..., Any], args: Any = None, kwargs: Any = None) -> _Thread:
        """A thread whose `join` fails the test if `target` raised."""
        thread = _Thread(self, target, args, kwargs)
        self._threads.append(thread)
        return thread

    # --- close -------------------------------------------------------------------------------------------------------

    def assertAllClose(self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: Any = None) -> None:
        """Assert that two structures of arrays have the same elements, nearly: |a - b| <= atol + rtol * |b|."""
        if isinstance(a, RaggedTensor) or isinstance(b, RaggedTensor):
            self._all_close_lists(_listed(a), _listed(b), rtol, atol, msg)
            return
        self._all_close(a, b, rtol, atol, (), msg)

    def _all_close_lists(self, a: Any, b: Any, rtol: float, atol: float, msg: Any, path: str = "value") -> None:
        self.assertEqual(type(a) is list, type(b) is list)
        if type(a) is list:
            self.assertLen(a, len(b), f"Length differs for {path}")
            for i, (x, y) in enumerate(zip(a, b, strict=True)):
                self._all_close_lists(x, y, rtol, atol, msg, f"{path}[{i}]")
        else:
            self._arrays_close(a, b, rtol, atol, msg)

    def _all_close(self, a: Any, b: Any, rtol: float, atol: float, path: tuple[Any, ...], msg: Any) -> None:
        shown = "".join(f"[{key}]" for key in path)
        said = msg or ""
        a, b = (x._asdict() if hasattr(x, "_asdict") else x for x in (a, b))
        if isinstance(a, Mapping) != isinstance(b, Mapping):
            self.fail(f"Can't compare dict to non-dict, a{shown} vs b{shown}. {said}")
        if isinstance(a, Mapping):
            keys = f"a{shown} has keys {a.keys()}, but b{shown} has keys {b.keys()}"
            self.assertItemsEqual(a.keys(), b.keys(), f"mismatched keys: {keys}. {said}")
            for key in a:
                self._all_close(a[key], b[key], rtol, atol, (*path, key), msg)
            return
        if isinstance(a, list | tuple):
            try:
                arrays = _array(a), _array(b)
            except (ValueError, TypeError):
                arrays = None
            if arrays is None or arrays[0].dtype.kind == "O":
                if not isinstance(b, list | tuple) or len(a) != len(b):
                    self.fail(f"Mismatched length: a{shown} has {len(a)} items, but b{shown} has "
                              f"{len(b) if hasattr(b, '__len__') else 'none'}. {said}")  # fmt: skip
                for i, (x, y) in enumerate(zip(a, b, strict=True)):
                    self._all_close(x, y, rtol, atol, (*path, str(i)), msg)
                return
        self._arrays_close(a, b, rtol, atol, f"Mismatched value: a{shown} is different from b{shown}. {said}")

    def _arrays_close(self, a: Any, b: Any, rtol: float, atol: float, msg: Any = None) -> None:
        a, b = _array(a), _array(b)
        contents = f", with contents {b}" if b.ndim <= 3 or b.size < 500 else ""
        self.assertEqual(a.shape, b.shape, f"Shape mismatch: expected {a.shape}, got {b.shape}"
                         f"{contents.replace(', with', ' with')}.")  # fmt: skip
        a, b = (x.astype(np.float32) if x.dtype.kind == "V" else x for x in (a, b))
        if np.allclose(a, b, rtol=rtol, atol=atol):
            return
        lines = [f"{msg or ''}"]
        wrong = ~np.isclose(a, b, rtol=rtol, atol=atol)
        if a.ndim:
            lines.append(f"not close where = {np.where(wrong)}")
        x, y = (a[wrong], b[wrong]) if a.ndim else (a, b)
        lines += [f"not close lhs = {x}", f"not close rhs = {y}", f"not close dif = {np.abs(x - y)}",
                  f"not close tol = {atol + rtol * np.abs(y)}", f"dtype = {a.dtype}, shape = {a.shape}"]  # fmt: skip
        np.testing.assert_allclose(a, b, rtol=rtol, atol=atol, err_msg="\n".join(lines), equal_nan=True)

    def assertAllCloseAccordingToType(self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6,
                                      float_rtol: float = 1e-6, float_atol: float = 1e-6, half_rtol: float = 1e-3,
                                      half_atol: float = 1e-3, bfloat16_rtol: float = 1e-2, bfloat16_atol: float = 1e-2,
                                      msg: Any = None) -> None:  # fmt: skip
        """`assertAllClose`, less exactly for arrays of fewer bits."""
        arrays = _array(a), _array(b)
        if not len(a):
            return
        for kinds, r, t in (
            ((np.float32, np.complex64), float_rtol, float_atol),
            ((np.float16,), half_rtol, half_atol),
        ):
            if any(x.dtype in kinds for x in arrays):
                rtol, atol = max(rtol, r), max(atol, t)
        if any(x.dtype.kind == "V" for x in arrays):
            rtol, atol = max(rtol, bfloat16_rtol), max(atol, bfloat16_atol)
        self.assertAllClose(a, b, rtol=rtol, atol=atol, msg=msg)

    def assertNotAllClose(self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: Any = None) -> None:
        """Assert that an element differs by more than `assertAllClose` allows."""
        try:
            self.assertAllClose(a, b, rtol=rtol, atol=atol, msg=msg)
        except AssertionError:
            return
        raise AssertionError(f"The two values are close at all elements. {msg or ''}")

    def assertNear(self, f1: Any, f2: Any, err: float, msg: Any = None) -> None:
        """Assert that two numbers differ by no more than `err`."""
        difference = np.abs(f1 - f2)
        said = f"{f1:f} != {f2:f} +/- {err:f} (difference: {difference:g})" + (f" {msg}" if msg else "")
        self.assertTrue(bool(f1 == f2 or difference <= err), said)

    def assertArrayNear(self, farray1: Any, farray2: Any, err: float, msg: Any = None) -> None:
        """Assert that the numbers of two lists differ by no more than `err`."""
        self.assertEqual(len(farray1), len(farray2), msg)
        for f1, f2 in zip(farray1, farray2, strict=True):
            self.assertNear(float(f1), float(f2), err, msg)

    def assertNDArrayNear(self, ndarray1: Any, ndarray2: Any, err: float, msg: Any = None) -> None:
        """Assert that the norm of the difference of two arrays is less than `err`."""
        self.assertTrue(np.linalg.norm(_array(ndarray1) - _array(ndarray2)) < err, msg)

    # --- equal -------------------------------------------------------------------------------------------------------

    def assertAllEqual(self, a: Any, b: Any, msg: Any = None) -> None:
        """Assert that two arrays have the same elements; nan is equal to nan."""
        if isinstance(a, RaggedTensor) or isinstance(b, RaggedTensor):
            self.assertEqual(_listed(a), _listed(b), msg)
            return
        said = msg or ""
        a, b = _array(a), _array(b)
        contents = f". Contents: {b!r}. \n{said}" if b.ndim <= 3 or b.size < 500 else ""
        self.assertEqual(a.shape, b.shape, f"Shape mismatch: expected {a.shape}, got {b.shape}{contents}.")
        same = a == b
        if a.dtype.kind in "fcV" and b.dtype.kind in "fcV":
            same = same | ((a != a) & (b != b))
        if np.all(same):
            return
        lines = [said]
        wrong = ~np.asarray(same, bool)
        if a.ndim:
            lines.append(f"not equal where = {np.where(wrong)}")
        x, y = (a[wrong], b[wrong]) if a.ndim else (a, b)
        lines += [f"not equal lhs = {x!r}", f"not equal rhs = {y!r}"]
        np.testing.assert_array_equal(a, b, err_msg="\n".join(lines))
        self.fail("\n".join(lines))

    def assertNotAllEqual(self, a: Any, b: Any, msg: Any = None) -> None:
        """Assert that an element differs."""
        try:
            self.assertAllEqual(a, b)
        except AssertionError:
            return
        raise AssertionError(f"The two values are equal at all elements. {msg or ''}")

    def assertShapeEqual(self, input_a: Any, input_b: Any, msg: Any = None) -> None:
        """Assert that two tensors or arrays have the same shape."""
        for name, x in (("input_a", input_a), ("input_b", input_b)):
            if not isinstance(x, np.ndarray | np.generic | Tensor):
                raise TypeError(f"{name} must be a Numpy ndarray, Numpy scalar, or a Tensor.Instead received {type(x)}")
        self.assertAllEqual(list(input_a.shape), list(input_b.shape), msg)

    def assertDTypeEqual(self, target: Any, expected_dtype: Any) -> None:
        """Assert that a tensor or array has this dtype."""
        self.assertEqual(_array(target).dtype, expected_dtype)

    def assertDeviceEqual(self, device1: Any, device2: Any, msg: Any = None) -> None:
        """Assert that two names of devices are the same."""
        self.assertEqual(str(device1).lower(), str(device2).lower(), msg)

    def assertProtoEquals(self, expected_message_maybe_ascii: Any, validate_message: Any, msg: Any = None,
                          relative_tolerance: Any = None) -> None:  # fmt: skip
        """Assert that a message is equal to another one, or to one that is written as text."""
        expected = expected_message_maybe_ascii
        if isinstance(expected, str):
            from google.protobuf import text_format

            made = type(validate_message)()
            text_format.Merge(expected, made)
            expected = made
        self.assertMultiLineEqual(str(expected), str(validate_message), msg)
        self.assertEqual(expected, validate_message, msg)

    # --- elements ----------------------------------------------------------------------------------------------------

    def assertAllGreater(self, a: Any, comparison_target: Any) -> None:
        """Assert that all elements are greater than a number."""
        self.assertGreater(_array(a).min(), comparison_target)

    def assertAllLess(self, a: Any, comparison_target: Any) -> None:
        """Assert that all elements are less than a number."""
        self.assertLess(_array(a).max(), comparison_target)

    def assertAllGreaterEqual(self, a: Any, comparison_target: Any) -> None:
        """Assert that no element is less than a number."""
        self.assertGreaterEqual(_array(a).min(), comparison_target)

    def assertAllLessEqual(self, a: Any, comparison_target: Any) -> None:
        """Assert that no element is greater than a number."""
        self.assertLessEqual(_array(a).max(), comparison_target)

    def assertAllInRange(self, target: Any, lower_bound: Any, upper_bound: Any, open_lower_bound: bool = False,
                         open_upper_bound: bool = False) -> None:  # fmt: skip
        """Assert that all elements are in a range, with its ends unless these are open."""
        array = _array(target)
        if array.dtype.kind not in "fiuV":
            raise AssertionError(f"The value of {array} does not have an ordered numeric type, instead it has type: "
                                 f"{array.dtype}")  # fmt: skip
        wrong = array <= lower_bound if open_lower_bound else array < lower_bound
        wrong = wrong | (array >= upper_bound if open_upper_bound else array > upper_bound)
        if np.any(wrong):
            shown = f"{'(' if open_lower_bound else '['}{lower_bound}, {upper_bound}{')' if open_upper_bound else ']'}"
            counted = f"{np.sum(wrong)} of the {array.size} element(s) are outside the range {shown}."
            lines = [f"{counted} Subscript(s) and value(s) of the offending elements:"]
            places = np.argwhere(wrong)
            lines += [f"  [{', '.join(map(str, at))}] : {array[tuple(at)]}" for at in places[:10]]
            raise AssertionError("\n".join(lines + ["  ..."] * (len(places) > 10)))

    def assertAllInSet(self, target: Any, expected_set: Any) -> None:
        """Assert that all elements are among these."""
        found = np.unique(_array(target))
        strange = np.setdiff1d(found, list(expected_set))
        if strange.size:
            raise AssertionError(f"{strange.size} unique element(s) are not in the set {expected_set}: {strange}")

    # --- errors ------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def assertRaisesWithPredicateMatch(self, exception_type: Any, expected_err_re_or_predicate: Any) -> Iterator[None]:
        """A context that must raise an error of this type, of which a function says yes, or an expression is found."""
        if callable(expected_err_re_or_predicate):
            predicate = expected_err_re_or_predicate
        else:

            def predicate(error: BaseException) -> bool:
                text = getattr(error, "message", None) or str(error)
                return re.search(expected_err_re_or_predicate, text) is not None

        try:
            yield
            self.fail(f"{exception_type.__name__} not raised")
        except Exception as error:
            if not isinstance(error, exception_type) or not predicate(error):
                raise AssertionError(f"Exception of type {type(error)!s}: {error!s}") from error

    def assertRaisesOpError(self, expected_err_re_or_predicate: Any) -> Any:
        """`assertRaisesWithPredicateMatch` for `tf.errors.OpError`."""
        return self.assertRaisesWithPredicateMatch(OpError, expected_err_re_or_predicate)

    def assertRaisesIncompatibleShapesError(self, exception_type: Any = InvalidArgumentError) -> Any:
        """A context that must raise an error about shapes that do not fit."""
        return self.assertRaisesWithPredicateMatch(exception_type, r"Incompatible shapes|Dimensions must be equal|"
                                                   r"required broadcastable shapes")  # fmt: skip


def main(argv: Any = None) -> None:
    """Run the tests of the program's test cases, as its arguments say: see `python -m unittest`."""
    unittest.main(argv=argv)


def create_local_cluster(num_workers: int, num_ps: int, protocol: str = "grpc", worker_config: Any = None,
                         ps_config: Any = None) -> Any:  # fmt: skip
    """Servers of a cluster in this process, which gradtape has none of.

    Raises:
      NotImplementedError: always; it says what there is.
    """
    raise NotImplementedError(
        "gradtape has no servers, and so no clusters of them. Several processes train together under tf.distribute, by "
        "MPI: `mpiexec -n 2 python program.py`."
    )


def disable_with_predicate(pred: Callable[[], bool], skip_message: str) -> Callable[..., Any]:
    """Decorates a test that is skipped if `pred()` is true."""

    def decorate(test: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(test)
        def run(self: TestCase, *args: Any, **kwargs: Any) -> Any:
            if pred():
                self.skipTest(skip_message)
            return test(self, *args, **kwargs)

        return run

    return decorate


def with_eager_op_as_function(cls: Any = None, only_as_function: bool = False) -> Any:
    """Decorates a test case; it is as it was."""
    return (lambda cls: cls) if cls is None else cls


__all__ = [
    "TestCase", "create_local_cluster", "disable_with_predicate", "main", "with_eager_op_as_function",
]  # fmt: skip
