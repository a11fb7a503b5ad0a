"""What branches and loops change besides names: attributes, items, variables; and what tapes see of it."""

import tensorflow as tf


def show(label, function, *calls):
    for arguments in calls:
        results = tf.nest.map_structure(lambda x: x.numpy() if tf.is_tensor(x) else x, function(*arguments))
        print(label, results)


T = tf.constant


class Box:
    pass


@tf.function
def attribute(x):
    box = Box()
    box.value = x
    box.other = 0
    if x > 0:
        box.value = x * 2
        box.other = box.other + 1
    return box.value, box.other


show("attribute", attribute, [T(5)], [T(-5)])


@tf.function
def attribute_in_loop(n):
    box = Box()
    box.total = 0
    for i in tf.range(n):
        box.total = box.total + i
    return box.total


show("attribute in a loop", attribute_in_loop, [T(5)], [T(0)])


@tf.function
def item(x):
    d = {"a": x, "b": 0}
    if x > 0:
        d["a"] = x * 2
        d["b"] += 1
    else:
        d["b"] = -1
    return d


show("item", item, [T(5)], [T(-5)])


@tf.function
def item_in_loop(n):
    d = {"total": 0, "last": 0}
    i = 0
    while i < n:
        d["total"] = d["total"] + i
        d["last"] = i
        i += 1
    return d


show("item in a loop", item_in_loop, [T(5)], [T(0)])


@tf.function
def python_list(x):
    found = []
    for i in range(3):
        if i != 1:
            found.append(x * i)
    return found


show("list", python_list, [T(5)])

v = tf.Variable([1.0, 2.0])


@tf.function
def variables(n):
    for i in tf.range(n):
        v.assign_add([1.0, 0.0])
        if i % 2 == 0:
            v.assign(v * 2.0)
    return v.read_value()


show("variables", variables, [T(3)], [T(1)], [T(0)])


@tf.function
def tape_inside(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        if x > 0.0:
            y = x * x
        else:
            y = -x
        for i in tf.range(3):
            y = y * x
    return y, tape.gradient(y, x)


show("tape inside", tape_inside, [T(2.0)], [T(-2.0)])


@tf.function
def model(x, w):
    for i in tf.range(2):
        if tf.reduce_sum(x) > 0.0:
            x = tf.tanh(x * w)
        else:
            x = x * w * w
    return tf.reduce_sum(x)


weights = []
for start in ([1.0, 2.0], [-1.0, 0.5]):
    weights.append(w := tf.Variable([0.5, -0.3]))
    x = T(start)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = model(x, w)
    print("tape outside", loss.numpy(), [g.numpy() for g in tape.gradient(loss, [x, w])])


@tf.function
def power(x, n):
    y = tf.ones_like(x)
    while n > 0:
        y = y * x
        n -= 1
    return y


x = tf.Variable(3.0)
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        y = power(x, T(4))
    dy = inner.gradient(y, x)
print("second order", y.numpy(), dy.numpy(), outer.gradient(dy, x).numpy())


@tf.function
def train(steps):
    loss = 0.0
    for _ in tf.range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((v - [3.0, 4.0]) ** 2)
        v.assign_sub(0.25 * tape.gradient(loss, v))
        if loss < 1e-3:
            break
    return loss


v.assign([0.0, 0.0])
print("training", train(T(50)).numpy() < 1e-3, v.numpy())


class Counter(tf.Module):
    def __init__(self):
        super().__init__()
        self.count = tf.Variable(0)
        self.ready = None

    @tf.function
    def __call__(self, n):
        if self.ready is None:
            self.ready = "yes"
        for _ in tf.range(n):
            if self.count < 10:
                self.count.assign_add(3)
        return self.count.read_value()


counter = Counter()
show("module", counter, [T(2)], [T(5)])
print(counter.ready)


@tf.function
def unpacking(x):
    a, (b, *c) = x, (x + 1, x + 2, x + 3)
    if x > 0:
        a, (b, *c) = b, (a, *c)
    return a, b, c


show("unpacking", unpacking, [T(1)], [T(-1)])


@tf.function
def deleted(x):
    if x > 0:
        t = x
        x = t + 1
        del t
    return x


show("del", deleted, [T(1)], [T(-1)])


# A function that was defined before reads its variables as they are when somebody calls it, by whatever name.


@tf.function
def function_in_a_list(x):
    y = x

    def g():
        return y

    functions = [g]
    if x > 0:
        y = x * 2
    return functions[0]()


show("function in a list", function_in_a_list, [T(5)], [T(-5)])


@tf.function
def function_of_another_name(x):
    y = x

    def g():
        return y

    h = g
    while y < 10:
        y = y + x
    return h()


show("function of another name", function_of_another_name, [T(3)])


@tf.function
def function_given_to_a_decorator(x):
    y, functions = x, []

    @functions.append
    def g():
        return y

    for i in tf.range(3):
        y = y + i
    return functions[0]()


show("function given to a decorator", function_given_to_a_decorator, [T(5)])


@tf.function
def function_that_makes_functions(x):
    y = x

    def make():
        def inner():
            return y

        return inner

    h = make()
    if x > 0:
        y = x * 5
    return h()


show("function that makes functions", function_that_makes_functions, [T(3)])
