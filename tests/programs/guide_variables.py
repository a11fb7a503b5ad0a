"""The guide to variables: creation, assignment, names, devices, slices."""

import tensorflow as tf

my_tensor = tf.constant([[1.0, 2.0], [3.0, 4.0]])
my_variable = tf.Variable(my_tensor)
bool_variable = tf.Variable([False, False, False, True])
complex_variable = tf.Variable([5 + 4j, 6 + 1j])
print("Shape: ", my_variable.shape)
print("DType: ", my_variable.dtype)
print("As NumPy: ", my_variable.numpy())
print("A variable:", my_variable)
print("\nViewed as a tensor:", tf.convert_to_tensor(my_variable))
print("\nIndex of highest value:", tf.math.argmax(my_variable))
print("\nCopying and reshaping: ", tf.reshape(my_variable, [1, 4]))
a = tf.Variable([2.0, 3.0])
a.assign([1, 2])
try:
    a.assign([1.0, 2.0, 3.0])
except Exception as e:
    print(f"{type(e).__name__}")
a = tf.Variable([2.0, 3.0])
b = tf.Variable(a)
a.assign([5, 6])
print(a.numpy())
print(b.numpy())
print(a.assign_add([2, 3]).numpy())
print(a.assign_sub([7, 9]).numpy())
a = tf.Variable(my_tensor, name="Mark")
b = tf.Variable(my_tensor + 1, name="Mark")
print(a == b)
step_counter = tf.Variable(1, trainable=False)
print(step_counter, step_counter.trainable)
with tf.device("CPU:0"):
    a = tf.Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    b = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    c = tf.matmul(a, b)
print(c)
with tf.device("CPU:0"):
    a = tf.Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    b = tf.Variable([[1.0, 2.0, 3.0]])
    k = a * b
print(k)
print(bool_variable, complex_variable)
print(a.name, a.shape, a.dtype, a.device[-5:])
print(repr(a))
print(a[0], a[0, 1], -a, a + 1, 2 * a, a**2, a / 2.0, abs(-a))
v = tf.Variable(1.0)
v.assign_add(1)
print(v.read_value(), v.value(), float(v), v > 1)
try:
    v.assign("x")
except Exception as e:
    print(type(e).__name__)
try:
    v.assign(tf.constant(1))
except Exception as e:
    print(type(e).__name__)
try:
    v = tf.Variable()
except Exception as e:
    print(type(e).__name__)
w = tf.Variable([1.0], shape=tf.TensorShape([None]))
w.assign([1.0, 2.0, 3.0])
print(w, w.shape)
d = tf.Variable(tf.zeros([3, 3]))
d[0].assign([1.0, 2, 3])
d[1:, 1].assign([7.0, 8.0])
d.scatter_nd_update([[2, 2]], [9.0])
d.scatter_update(tf.IndexedSlices(tf.constant([[5.0, 5.0, 5.0]]), tf.constant([1])))
print(d)
