"""The eight reference behaviours: what every GradientTape program relies on, with the values it gets."""

import numpy as np
import pytest

import gradtape as tf


class Test1SumThenSquare:
    def gradients(self):
        x = tf.ones((2, 2))
        with tf.GradientTape(persistent=True) as t:
            t.watch(x)
            y = tf.reduce_sum(x)
            z = tf.multiply(y, y)
        return t.gradient(z, x), t.gradient(z, y)

    def test_with_respect_to_the_source(self):
        dz_dx, _ = self.gradients()
        np.testing.assert_array_equal(dz_dx.numpy(), np.full((2, 2), 8.0))

    def test_with_respect_to_an_intermediate(self):
        _, dz_dy = self.gradients()
        assert dz_dy.numpy() == 8.0


class Test2PersistentTape:
    @pytest.mark.parametrize(("at", "dz", "dy"), [(3.0, 108.0, 6.0), ([1.0, 3.0], [4.0, 108.0], [2.0, 6.0])])
    def test_several_gradients(self, at, dz, dy):
        x = tf.constant(at)
        with tf.GradientTape(persistent=True) as t:
            t.watch(x)
            y = x * x
            z = y * y
        np.testing.assert_array_equal(t.gradient(z, x).numpy(), dz)
        np.testing.assert_array_equal(t.gradient(y, x).numpy(), dy)
        del t

    def test_intermediate_and_reversed(self):
        x = tf.constant(3.0)
        with tf.GradientTape(persistent=True) as t:
            t.watch(x)
            y = x * x
            z = y * y
        assert t.gradient(z, y).numpy() == 18.0
        assert t.gradient(y, z) is None


class Test3ControlFlow:
    @pytest.mark.parametrize(("steps", "expected"), [(6, 12.0), (5, 12.0), (4, 4.0)])
    def test_for_and_if(self, steps, expected):
        def f(x, y):
            output = 1.0
            for i in range(y):
                if 1 < i < 5:
                    output = tf.multiply(output, x)
            return output

        x = tf.convert_to_tensor(2.0)
        with tf.GradientTape() as t:
            t.watch(x)
            out = f(x, steps)
        assert t.gradient(out, x).numpy() == expected


class Test4SecondOrder:
    @pytest.mark.parametrize(("at", "first", "second"), [(1.0, 3.0, 6.0), (3.0, 27.0, 18.0)])
    def test_nested_tapes(self, at, first, second):
        x = tf.Variable(at)
        with tf.GradientTape() as t:
            with tf.GradientTape() as t2:
                y = x * x * x
            dy_dx = t2.gradient(y, x)
        d2y_dx2 = t.gradient(dy_dx, x)
        assert dy_dx.numpy() == first
        assert d2y_dx2.numpy() == second

    def test_outer_gradient_inside_the_outer_tape(self):
        x = tf.constant(3.0)
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = x * x * x
            dy_dx = inner.gradient(y, x)
            assert outer.gradient(dy_dx, x).numpy() == 18.0


def test_5_each_gradient_has_the_shape_of_its_source():
    w = tf.Variable(tf.random.normal((3, 2)), name="w")
    b = tf.Variable(tf.zeros(2, dtype=tf.float32), name="b")
    x = [[1.0, 2.0, 3.0]]
    with tf.GradientTape(persistent=True) as tape:
        y = x @ w + b
        loss = tf.reduce_mean(y**2)
    dl_dw, dl_db = tape.gradient(loss, [w, b])
    assert dl_dw.shape == w.shape == (3, 2)
    assert dl_db.shape == b.shape == (2,)
    grad = tape.gradient(loss, {"w": w, "b": b})
    np.testing.assert_allclose(grad["b"].numpy(), y.numpy()[0], rtol=1e-6)
    np.testing.assert_allclose(dl_dw.numpy(), np.outer(x[0], y.numpy()[0]), rtol=1e-6)


class Test6Watching:
    def test_what_is_watched_by_itself(self):
        x0 = tf.Variable(3.0, name="x0")
        x1 = tf.Variable(3.0, name="x1", trainable=False)
        x2 = tf.Variable(2.0, name="x2") + 1.0
        x3 = tf.constant(3.0, name="x3")
        with tf.GradientTape() as tape:
            y = (x0**2) + (x1**2) + (x2**2)
        grad = tape.gradient(y, [x0, x1, x2, x3])
        assert grad[0].numpy() == 6.0
        assert grad[1:] == [None, None, None]
        assert [var.name for var in tape.watched_variables()] == ["x0:0"]

    def test_only_what_watch_was_told(self):
        x0 = tf.Variable(0.0)
        x1 = tf.Variable(10.0)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(x1)
            y0 = tf.math.sin(x0)
            y1 = tf.nn.softplus(x1)
            ys = tf.reduce_sum(y0 + y1)
        grad = tape.gradient(ys, {"x0": x0, "x1": x1})
        assert grad["x0"] is None
        assert f"{grad['x1'].numpy():.7f}" == "0.9999546"


class Test7None:
    def test_unconnected_target(self):
        x = tf.Variable(2.0)
        y = tf.Variable(3.0)
        with tf.GradientTape() as tape:
            z = y * y
        assert tape.gradient(z, x) is None

    def test_variable_replaced_by_a_tensor(self):
        x = tf.Variable(2.0)
        seen = []
        for _epoch in range(2):
            with tf.GradientTape() as tape:
                y = x + 1
            g = tape.gradient(y, x)
            seen.append((type(x).__name__, None if g is None else g.numpy()))
            x = x + 1
        assert seen == [("ResourceVariable", 1.0), ("EagerTensor", None)]

    def test_path_through_numpy(self):
        x = tf.Variable([[1.0, 2.0], [3.0, 4.0]], dtype=tf.float32)
        with tf.GradientTape() as tape:
            x2 = x**2
            y = np.mean(x2, axis=0)
            y = tf.reduce_mean(y, axis=0)
        assert tape.gradient(y, x) is None

    def test_path_through_an_integer_variable(self):
        x = tf.Variable(10)
        with tf.GradientTape() as g:
            y = x * x
        assert g.gradient(y, x) is None


class Test8TapeWithoutWith:
    def test_tensor(self):
        x, y = tf.constant(3.0), 2
        tape = tf.GradientTape()
        tape.watch(x)
        z = x * y
        assert tape.gradient(z, x).numpy() == 2.0

    def test_variable(self):
        w = tf.Variable(5.0)
        tape = tf.GradientTape()
        tape.watch(w)
        loss = w * w
        assert tape.gradient(loss, w).numpy() == 10.0
