"""Black and Scholes: greeks to second order, implied volatility, Monte Carlo."""

import tensorflow as tf

S, K, T, r, v = (tf.Variable(a, dtype=tf.float64) for a in (100.0, 105.0, 1.0, 0.05, 0.2))


def N(x):
    return 0.5 * (1.0 + tf.math.erf(x / tf.sqrt(tf.constant(2.0, tf.float64))))


def price():
    d1 = (tf.math.log(S / K) + (r + v**2 / 2.0) * T) / (v * tf.sqrt(T))
    d2 = d1 - v * tf.sqrt(T)
    return S * N(d1) - K * tf.exp(-r * T) * N(d2)


with tf.GradientTape(persistent=True) as t2:
    with tf.GradientTape(persistent=True) as t1:
        c = price()
    delta, vega, theta, rho = t1.gradient(c, [S, v, T, r])
gamma, vanna = t2.gradient(delta, [S, v])
volga = t2.gradient(vega, v)
print(*[x.numpy() for x in (c, delta, vega, theta, rho, gamma, vanna, volga)], sep="\n")
vol = tf.Variable(0.5, dtype=tf.float64)
for i in range(5):
    v.assign(vol)
    with tf.GradientTape() as t:
        e = price() - 8.0
    vol.assign_sub(e / t.gradient(e, v))
    print(i, vol.numpy())
tf.random.set_seed(1)
z = tf.random.normal((2000,), dtype=tf.float64)
v.assign(0.2)
with tf.GradientTape() as t:
    ST = S * tf.exp((r - 0.5 * v**2) * T + v * tf.sqrt(T) * z)
    p = tf.exp(-r * T) * tf.reduce_mean(tf.maximum(ST - K, 0.0))
print(p, t.gradient(p, {"S": S, "vol": v, "rate": (r, T)}))

print(
    tf.math.erfc(tf.constant([0.1, 2.0])),
    tf.math.erfinv(tf.constant([0.1, -0.5])),
    tf.math.lgamma([0.5, 3.0]),
    tf.math.digamma([0.5, 3.0]),
)
