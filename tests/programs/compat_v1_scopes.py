"""Variables by name in tf.compat.v1: scopes, initialisers, regularisers, templates, collections."""

import tensorflow as tf

v1 = tf.compat.v1


def attempt(what):
    try:
        return what()
    except (ValueError, TypeError, RuntimeError, NotImplementedError) as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0][:70]}"


def layer(x, units):
    w = v1.get_variable("w", [x.shape[-1], units], initializer=v1.constant_initializer(0.5))
    b = v1.get_variable("b", [units], initializer=v1.zeros_initializer(), trainable=False)
    return tf.matmul(x, w) + b


with v1.variable_scope("net", initializer=v1.ones_initializer(), dtype=tf.float64) as scope:
    print(scope.name, scope.reuse, scope.original_name_scope, v1.get_variable_scope() is scope)
    print(v1.get_variable("v", [2]))
    with v1.variable_scope("inner", reuse=v1.AUTO_REUSE):
        print(v1.get_variable("v", [1], tf.float32).name, tf.Variable(1.0, name="plain").name)
    with tf.name_scope("names"):
        print(v1.get_variable("u", [1]).name, tf.Variable(1.0, name="plain").name)
    with v1.variable_scope(None, "layer"):
        print(v1.get_variable("w", [1]).name)
    with v1.variable_scope(None, "layer"):
        print(v1.get_variable("w", [1]).name)
with v1.variable_scope(scope, reuse=True):
    print(v1.get_variable("v", [2]).name)
for kwargs in ({"shape": [2]}, {"shape": [2], "dtype": tf.int32}, {"initializer": tf.constant([1, 2])},
               {"initializer": [1.0], "shape": [1]}, {}, {"shape": [2], "initializer": tf.ones}):  # fmt: skip
    made = attempt(lambda k=kwargs: v1.get_variable("x", **k))
    print(made if isinstance(made, str) else (made.name, made.shape, made.dtype))

template = v1.make_template("template", layer, units=3)
print(template(tf.ones([1, 2])).numpy(), template(tf.zeros([1, 2])).numpy())
print([v.name for v in template.variables], [v.name for v in template.trainable_variables], template.name)
other = v1.make_template("template", layer, units=1)
other(tf.ones([1, 2]))
print([v.name for v in other.variables])
with v1.variable_scope("doubled", custom_getter=lambda getter, *args, **kwargs: 2.0 * getter(*args, **kwargs)):
    print(v1.get_variable("v", [1], initializer=v1.ones_initializer()).numpy())
with v1.variable_scope("penalised", regularizer=lambda w: 0.5 * tf.reduce_sum(w**2)):
    p = v1.get_variable("v", [2], initializer=v1.constant_initializer([1.0, 2.0]))
print(v1.losses.get_regularization_loss().numpy(), len(v1.losses.get_regularization_losses()))
p.assign([0.0, 2.0])
print(v1.losses.get_total_loss().numpy())
print(v1.trainable_variables(), v1.global_variables(), v1.get_collection(v1.GraphKeys.UPDATE_OPS))
v1.add_to_collection("mine", 3)
print(v1.get_collection("mine"), v1.global_variables_initializer(), v1.variables_initializer([p]))
print(attempt(lambda: v1.variable_scope(None)), attempt(lambda: v1.placeholder(tf.float32))[:40])
for make in (v1.zeros_initializer(), v1.constant_initializer(2), v1.initializers.identity(3.0),
             v1.constant_initializer([1.0, 2.0, 3.0, 4.0])):  # fmt: skip
    print(make([2, 2]).numpy().tolist())
v1.set_random_seed(3)
for make in (v1.glorot_uniform_initializer, v1.variance_scaling_initializer, v1.truncated_normal_initializer,
             v1.random_uniform_initializer, v1.uniform_unit_scaling_initializer, v1.initializers.he_normal):  # fmt: skip
    print(make(seed=1)([2, 3]).numpy().ravel().round(4).tolist())
v = v1.Variable([1.0, 2.0], trainable=False, collections=["mine"], name="v")
print(isinstance(v, v1.Variable), isinstance(v, tf.Variable), v.trainable, v1.is_variable_initialized(v).numpy())
