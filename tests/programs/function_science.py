"""Numerical programs in functions: neural ODEs, PINNs, Hessians, Newton, BFGS, Gaussian processes, EM, k-means, HMC, bandits."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(4)


def section(f):
    try:
        f()
    except Exception as error:
        print(f.__name__, "raised", type(error).__name__, str(error)[:200])


# --- a neural ODE by RK4, in a Python loop and in a staged one ---

w1, w2 = (tf.Variable(0.5 * rng.randn(*s).astype(np.float32)) for s in ((2, 6), (6, 2)))


def field(t, y):
    return tf.tanh(y @ w1) @ w2 * (1.0 + 0.1 * t)


def rk4_step(f, t, y, h):
    k1 = f(t, y)
    k2 = f(t + h / 2, y + h * k1 / 2)
    k3 = f(t + h / 2, y + h * k2 / 2)
    k4 = f(t + h, y + h * k3)
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


@tf.function
def odeint_python(y, h, n):
    for i in range(n):
        y = rk4_step(field, i * h, y, h)
    return y


@tf.function
def odeint_staged(y, h, n):
    t = tf.constant(0.0)
    for _ in tf.range(n):
        y = rk4_step(field, t, y, h)
        t += h
    return y


@tf.function
def odeint_while(y, end, h):
    t = 0.0
    while t < end - 1e-6:
        y = rk4_step(field, t, y, h)
        t += h
    return y


y0 = tf.constant([[1.0, 0.0], [0.5, -0.5]])
for f, args in (
    (odeint_python, (0.1, 5)),
    (odeint_staged, (0.1, tf.constant(5))),
    (odeint_while, (tf.constant(0.5), 0.1)),
):
    with tf.GradientTape() as tape:
        tape.watch(y0)
        y = f(y0, *args)
        loss = tf.reduce_sum(y**2)
    g = tape.gradient(loss, [y0, w1, w2])
    print(
        "ode",
        y.numpy()[0],
        g[0].numpy()[1],
        tf.norm(g[1]).numpy(),
        tf.norm(g[2]).numpy(),
    )


@tf.function
def adaptive(y, end, tolerance):
    """Heun's method with steps of a length that the error decides."""
    t, h, steps = tf.constant(0.0), tf.constant(0.5), tf.constant(0)
    while t < end:
        h = tf.minimum(h, end - t)
        k1 = field(t, y)
        k2 = field(t + h, y + h * k1)
        error = tf.reduce_max(tf.abs(h * (k2 - k1) / 2))
        if error > tolerance:
            h = h / 2
            continue
        y = y + h * (k1 + k2) / 2
        t = t + h
        h = h * 1.5
        steps += 1
        if steps >= 50:
            break
    return y, steps


with tf.GradientTape() as tape:
    y, steps = adaptive(y0, tf.constant(1.0), tf.constant(1e-2))
print("adaptive", y.numpy()[0], steps.numpy(), tf.norm(tape.gradient(y, w1)).numpy())

# --- a PINN for u'' = -u: derivatives by nested tapes, and the step's tape around them ---

layers = [tf.Variable(0.5 * rng.randn(*s).astype(np.float32)) for s in ((1, 8), (8,), (8, 8), (8,), (8, 1), (1,))]


def u(x):
    h = tf.tanh(x @ layers[0] + layers[1])
    h = tf.tanh(h @ layers[2] + layers[3])
    return h @ layers[4] + layers[5]


@tf.function
def residual(x):
    with tf.GradientTape() as second:
        second.watch(x)
        with tf.GradientTape() as first:
            first.watch(x)
            y = u(x)
        dy = first.gradient(y, x)
    return second.gradient(dy, x) + y


@tf.function
def pinn_step(x, lr):
    with tf.GradientTape() as tape:
        interior = tf.reduce_mean(residual(x) ** 2)
        with tf.GradientTape() as t:
            zero = tf.zeros([1, 1])
            t.watch(zero)
            u0 = u(zero)
        boundary = tf.reduce_sum(u0**2) + tf.reduce_sum((t.gradient(u0, zero) - 1.0) ** 2)
        loss = interior + boundary
    for v, g in zip(layers, tape.gradient(loss, layers)):
        v.assign_sub(lr * g)
    return loss, interior, boundary


for _ in range(3):
    print("pinn", [x.numpy() for x in pinn_step(tf.linspace(0.0, 2.0, 9)[:, None], 0.02)])


@tf.function
def burgers(x, t):
    with tf.GradientTape(persistent=True) as outer:
        outer.watch([x, t])
        with tf.GradientTape(persistent=True) as inner:
            inner.watch([x, t])
            v = tf.tanh(tf.stack([x, t], 1) @ tf.constant([[1.0], [0.5]]))[:, 0] * x
        v_x, v_t = inner.gradient(v, x), inner.gradient(v, t)
    v_xx = outer.gradient(v_x, x)
    v_xt = outer.gradient(v_x, t)
    del inner, outer
    return v_t + v * v_x - 0.01 * v_xx, v_xt


for r in burgers(tf.constant([0.1, 0.5]), tf.constant([0.2, 0.9])):
    print("burgers", r.numpy())

# --- Jacobians and Hessians in functions ---


@tf.function
def rosenbrock(x):
    return tf.reduce_sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


@tf.function
def value_gradient_hessian(x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = rosenbrock(x)
        g = inner.gradient(y, x)
    return y, g, outer.jacobian(g, x)


@tf.function
def newton(x, tolerance, max_steps):
    i = tf.constant(0)
    converged = tf.constant(False)
    while i < max_steps and not converged:
        _, g, h = value_gradient_hessian(x)
        x = x - tf.linalg.solve(h, g[:, None])[:, 0]
        converged = tf.norm(g) < tolerance
        i += 1
    return x, i, converged


x, i, converged = newton(tf.constant([-1.2, 1.0]), 1e-3, tf.constant(20))
print("newton", x.numpy(), i.numpy(), converged.numpy())
print("hessian", value_gradient_hessian(tf.constant([0.5, -0.5, 1.0]))[2].numpy())


@tf.function
def hvp(x, v):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = rosenbrock(x)
        g = inner.gradient(y, x)
        product = tf.reduce_sum(g * tf.stop_gradient(v))
    return outer.gradient(product, x)


@tf.function
def conjugate_gradient(x, b, steps):
    r = b
    p = r
    s = tf.zeros_like(b)
    rs = tf.tensordot(r, r, 1)
    for _ in tf.range(steps):
        ap = hvp(x, p)
        alpha = rs / tf.tensordot(p, ap, 1)
        s += alpha * p
        r -= alpha * ap
        new = tf.tensordot(r, r, 1)
        p = r + new / rs * p
        rs = new
        if rs < 1e-6:
            break
    return s, rs


s, rs = conjugate_gradient(tf.constant([1.0, 1.0, 1.0]), tf.constant([1.0, 0.0, -1.0]), tf.constant(10))
print("cg", s.numpy(), rs.numpy() < 1e-3)


@tf.function
def bfgs(x, steps: int):
    n = x.shape[0]
    h = tf.eye(n, dtype=x.dtype)
    _, g, _ = value_gradient_hessian(x)
    for _ in range(steps):
        p = -tf.linalg.matvec(h, g)
        alpha = tf.constant(1.0, x.dtype)
        while rosenbrock(x + alpha * p) > rosenbrock(x) + 1e-4 * alpha * tf.tensordot(p, g, 1):
            alpha *= 0.5
        s = alpha * p
        x_new = x + s
        _, g_new, _ = value_gradient_hessian(x_new)
        y = g_new - g
        rho = 1.0 / tf.tensordot(y, s, 1)
        v = tf.eye(n, dtype=x.dtype) - rho * tf.tensordot(s, y, 0)
        h = v @ h @ tf.transpose(v) + rho * tf.tensordot(s, s, 0)
        x, g = x_new, g_new
    return x


@section
def bfgs_in_doubles():
    @tf.function
    def f(x):
        return tf.reduce_sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    print(
        "bfgs",
        f(tf.constant([-1.2, 1.0], tf.float64)).numpy(),
        bfgs(tf.constant([-1.2, 1.0], tf.float64), 5).numpy(),
    )


@tf.function
def jacobians(x, w):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, w])
        y = tf.tanh(x @ w)
    return (
        tape.jacobian(y, w),
        tape.batch_jacobian(y, x),
        tape.jacobian(y, [x, w], experimental_use_pfor=False),
    )


x, w = (
    tf.constant(rng.randn(3, 2), tf.float32),
    tf.constant(rng.randn(2, 4), tf.float32),
)
j, b, both = jacobians(x, w)
print(
    "jacobians",
    j.shape,
    b.shape,
    [t.shape for t in both],
    tf.reduce_sum(j, [0, 1]).numpy(),
    b.numpy()[0, 0],
)

# --- regression of every kind ---


@section
def polynomial_regression():
    xs = tf.linspace(-1.0, 1.0, 12)
    ys = 1.0 - 2.0 * xs + 0.5 * xs**3
    coefficients = tf.Variable(tf.zeros([4]))

    @tf.function
    def predict(x):
        return tf.math.polyval(tf.unstack(coefficients[::-1]), x)

    @tf.function
    def fit(steps):
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((predict(xs) - ys) ** 2)
            coefficients.assign_sub(0.5 * tape.gradient(loss, coefficients))
        return coefficients

    print("polynomial", fit(tf.constant(20)).numpy(), fit(0).numpy())


@section
def logistic_regression():
    x = tf.constant(rng.randn(20, 3), tf.float64)
    y = tf.cast(tf.reduce_sum(x, 1) > 0, tf.float64)
    theta = tf.Variable(tf.zeros([3], tf.float64))

    @tf.function
    def irls():
        p = tf.sigmoid(tf.linalg.matvec(x, theta))
        h = tf.transpose(x) @ (x * (p * (1 - p))[:, None]) + 0.1 * tf.eye(3, dtype=tf.float64)
        g = tf.linalg.matvec(x, p - y, transpose_a=True) + 0.1 * theta
        theta.assign_sub(tf.linalg.cholesky_solve(tf.linalg.cholesky(h), g[:, None])[:, 0])
        return tf.reduce_mean(tf.cast((p > 0.5) == (y > 0.5), tf.float32))

    print("logistic", [irls().numpy() for _ in range(4)], theta.numpy())


@section
def softmax_regression():
    x, y = tf.constant(rng.randn(12, 4), tf.float32), tf.constant(rng.randint(0, 3, 12))
    w = tf.Variable(tf.zeros([4, 3]))

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(tf.one_hot(y, 3), x @ w))
        g = tape.gradient(loss, w)
        tf.print("loss", loss, "norm", tf.norm(g), output_stream="file:///dev/null")
        w.assign_sub(g)
        return loss

    print("softmax", [step().numpy() for _ in range(4)])


# --- Gaussian processes: the marginal likelihood by Cholesky ---


@section
def gaussian_process():
    x = tf.constant(np.linspace(0, 1, 6)[:, None])
    y = tf.sin(6 * x)
    log_params = tf.Variable([0.0, -1.0, -2.0], dtype=tf.float64)

    def kernel(a, b):
        amplitude, length = tf.exp(log_params[0]), tf.exp(log_params[1])
        square = tf.reduce_sum(tf.math.squared_difference(a[:, None], b[None]), -1)
        return amplitude**2 * tf.exp(-square / (2 * length**2))

    @tf.function
    def train():
        with tf.GradientTape() as tape:
            k = kernel(x, x) + tf.exp(2 * log_params[2]) * tf.eye(6, dtype=tf.float64)
            chol = tf.linalg.cholesky(k)
            alpha = tf.linalg.cholesky_solve(chol, y)
            nll = 0.5 * tf.reduce_sum(y * alpha) + tf.reduce_sum(tf.math.log(tf.linalg.diag_part(chol)))
        g = tape.gradient(nll, log_params)
        log_params.assign_sub(0.05 * g)
        return nll, g

    @tf.function
    def predict(xs):
        k = kernel(x, x) + tf.exp(2 * log_params[2]) * tf.eye(6, dtype=tf.float64)
        v = tf.linalg.triangular_solve(tf.linalg.cholesky(k), kernel(x, xs))
        mean = tf.matmul(kernel(xs, x), tf.linalg.solve(k, y))
        return mean, tf.linalg.diag_part(kernel(xs, xs)) - tf.reduce_sum(v**2, 0)

    for _ in range(3):
        print("gp", [t.numpy() for t in train()])
    print(
        "posterior",
        [t.numpy().ravel() for t in predict(tf.constant([[0.1], [0.55]], tf.float64))],
    )


# --- mixtures, clusters, components ---


@section
def expectation_maximisation():
    data = np.concatenate([rng.randn(20, 2), rng.randn(20, 2) + 4]).astype(np.float32)
    mu = tf.Variable(data[[0, 25]])
    sigma = tf.Variable(tf.ones([2]))
    pi = tf.Variable([0.5, 0.5])

    @tf.function
    def em(x):
        square = tf.reduce_sum((x[:, None] - mu) ** 2, -1)
        log_p = tf.math.log(pi) - square / (2 * sigma**2) - 2 * tf.math.log(sigma)
        norm = tf.reduce_logsumexp(log_p, 1, keepdims=True)
        r = tf.exp(log_p - norm)
        n = tf.reduce_sum(r, 0)
        mu.assign(tf.linalg.matmul(r, x, transpose_a=True) / n[:, None])
        square = tf.reduce_sum((x[:, None] - mu) ** 2, -1)
        sigma.assign(tf.sqrt(tf.reduce_sum(r * square, 0) / (2 * n)))
        pi.assign(n / tf.cast(tf.shape(x)[0], tf.float32))
        return tf.reduce_mean(norm)

    print(
        "em",
        [em(data).numpy() for _ in range(5)],
        mu.numpy(),
        sigma.numpy(),
        pi.numpy(),
    )


@section
def k_means():
    data = tf.constant(
        np.concatenate([rng.randn(10, 2), rng.randn(10, 2) + 5, rng.randn(10, 2) - 5]),
        tf.float32,
    )

    @tf.function
    def kmeans(points, centroids, max_steps):
        assignments = tf.zeros([tf.shape(points)[0]], tf.int64)
        for step in tf.range(max_steps):
            distances = tf.norm(points[:, None] - centroids[None], axis=-1)
            new = tf.argmin(distances, 1)
            if tf.reduce_all(new == assignments) and step > 0:
                break
            assignments = new
            centroids = tf.math.unsorted_segment_mean(points, assignments, 3)
        return centroids, tf.math.bincount(tf.cast(assignments, tf.int32)), step

    centroids, counts, step = kmeans(data, tf.gather(data, [0, 10, 20]), tf.constant(20))
    print("kmeans", centroids.numpy(), counts.numpy(), step.numpy())


@section
def principal_components():
    x = tf.constant(rng.randn(30, 3) * [3.0, 1.0, 0.3], tf.float32)

    @tf.function
    def power_iteration(a, v, steps):
        i = tf.constant(0)

        def body(i, v):
            w = tf.linalg.matvec(a, v)
            return i + 1, w / tf.norm(w)

        return tf.while_loop(lambda i, v: i < steps, body, [i, v])[1]

    covariance = tf.matmul(x, x, transpose_a=True) / 30.0
    v = power_iteration(covariance, tf.ones([3]), tf.constant(30))
    top = tf.linalg.eigh(covariance)[0][-1]
    print(
        "pca",
        abs(v.numpy()),
        tf.tensordot(v, tf.linalg.matvec(covariance, v), 1).numpy(),
        top.numpy(),
    )

    with tf.GradientTape() as tape:
        tape.watch(covariance)
        v = power_iteration(covariance, tf.ones([3]), tf.constant(30))
        value = tf.tensordot(v, tf.linalg.matvec(covariance, v), 1)
    print("its gradient is v v^T", tape.gradient(value, covariance).numpy())


# --- MCMC with stateless noise; HMC with gradients in a loop in a loop ---


@section
def metropolis():
    @tf.function
    def chain(x, seed, n):
        samples = tf.TensorArray(tf.float32, size=n)
        accepted = 0
        for i in tf.range(n):
            seeds = tf.random.experimental.stateless_split(tf.stack([seed, i]), 2)
            proposal = x + tf.random.stateless_normal([], seeds[0])
            ratio = (x**2 - proposal**2) / 2
            if tf.math.log(tf.random.stateless_uniform([], seeds[1])) < ratio:
                x = proposal
                accepted += 1
            samples = samples.write(i, x)
        return samples.stack(), accepted

    samples, accepted = chain(tf.constant(0.5), tf.constant(3), tf.constant(20))
    print("metropolis", accepted.numpy(), samples.numpy())


@section
def hamiltonian():
    def log_prob(x):
        return -0.5 * tf.reduce_sum((x / tf.constant([1.0, 2.0])) ** 2) - 0.1 * tf.reduce_sum(x**4)

    def grad(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = log_prob(x)
        return tape.gradient(y, x)

    @tf.function
    def leapfrog(q, p, eps, steps):
        p += 0.5 * eps * grad(q)
        for i in tf.range(steps):
            q += eps * p
            if i < steps - 1:
                p += eps * grad(q)
        p += 0.5 * eps * grad(q)
        return q, -p

    @tf.function
    def hmc(q, momenta, uniforms):
        states = tf.TensorArray(tf.float32, size=tf.shape(momenta)[0])
        for i in tf.range(tf.shape(momenta)[0]):
            p = momenta[i]
            q_new, p_new = leapfrog(q, p, 0.2, tf.constant(5))
            energy = log_prob(q_new) - 0.5 * tf.reduce_sum(p_new**2) - log_prob(q) + 0.5 * tf.reduce_sum(p**2)
            q = tf.where(tf.math.log(uniforms[i]) < energy, q_new, q)
            states = states.write(i, q)
        return states.stack()

    print(
        "hmc",
        hmc(
            tf.zeros([2]),
            rng.randn(6, 2).astype(np.float32),
            rng.rand(6).astype(np.float32),
        ).numpy(),
    )


@section
def bandit():
    @tf.function
    def ucb(rewards):
        arms = tf.shape(rewards)[1]
        counts, sums = tf.zeros([arms]), tf.zeros([arms])
        for t in tf.range(tf.shape(rewards)[0]):
            bonus = tf.sqrt(2.0 * tf.math.log(tf.cast(t + 1, tf.float32)) / tf.maximum(counts, 1e-3))
            arm = tf.argmax(sums / tf.maximum(counts, 1.0) + bonus)
            one = tf.one_hot(arm, arms)
            counts += one
            sums += one * rewards[t]
        return counts, sums

    print(
        "ucb",
        [x.numpy() for x in ucb(tf.constant(rng.rand(25, 3) * [0.2, 0.5, 1.0], tf.float32))],
    )
