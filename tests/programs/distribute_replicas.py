"""`tf.distribute` with two replicas: contexts, values of replicas, reductions, variables of each kind, and gradients."""

import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"], tf.distribute.ReductionToOneDevice())


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, str(error).split(":")[0][:60])


def number():
    """1 in the first replica, 2 in the second."""
    return tf.cast(tf.distribute.get_replica_context().replica_id_in_sync_group, tf.float32) + 1.0


def each(value):
    return [x.numpy().tolist() for x in strategy.experimental_local_results(value)]


print("contexts")
print(strategy.num_replicas_in_sync, strategy.extended.worker_devices)
print(tf.distribute.has_strategy(), tf.distribute.in_cross_replica_context())
with strategy.scope():
    print(tf.distribute.has_strategy(), tf.distribute.get_strategy() is strategy)
    print(tf.distribute.in_cross_replica_context(), tf.distribute.get_replica_context())
print(strategy.run(lambda: tf.distribute.in_cross_replica_context()))
print(strategy.run(lambda: tf.distribute.get_replica_context().num_replicas_in_sync))
attempt(lambda: strategy.run(lambda: strategy.scope().__enter__()))

print("values")
values = strategy.run(lambda: number() + tf.constant([1.0, 2.0]))
print(values)
print(isinstance(values, tf.distribute.DistributedValues), values.values[1].numpy())
print(strategy.run(lambda: {"a": number(), "b": [1, "x"], "c": None}))
print(each(strategy.run(lambda x, y: x * y, args=(values,), kwargs={"y": tf.constant(2.0)})))
print(each(strategy.experimental_distribute_values_from_function(lambda c: tf.constant(c.replica_id_in_sync_group))))
attempt(lambda: strategy.run(lambda: 1 / 0))

print("reductions")
for op in "SUM", "MEAN":
    print(strategy.reduce(op, values, axis=None), strategy.reduce(op, values, axis=0))
print(strategy.reduce(tf.distribute.ReduceOp.SUM, values, axis=None).numpy(), strategy.gather(values, axis=0).numpy())
attempt(lambda: strategy.reduce("MAX", values, axis=None))
attempt(lambda: strategy.reduce("SUM", 3.0, axis=None))
context = tf.distribute.get_replica_context
print(each(strategy.run(lambda: context().all_reduce("sum", number()))))
print(strategy.run(lambda: context().all_reduce("MEAN", [number(), tf.ones([2]) * number()])))
print(strategy.run(lambda: context().all_gather(tf.fill([int(number())], number()), axis=0)))
print(strategy.run(lambda: context().merge_call(lambda s, x: s.reduce("SUM", x, axis=None), args=(number(),))))

print("variables")
with strategy.scope():
    plain = tf.Variable([1.0, 2.0], name="plain")
    kinds = {
        name: tf.Variable(1.0, aggregation=getattr(tf.VariableAggregation, name), name=name)
        for name in ("SUM", "MEAN", "ONLY_FIRST_REPLICA")
    }
    on_read = {
        name: tf.Variable(
            0.0,
            synchronization=tf.VariableSynchronization.ON_READ,
            aggregation=getattr(tf.VariableAggregation, name),
        )
        for name in ("SUM", "MEAN", "NONE")
    }
print(plain)
print(type(plain).__name__, type(on_read["SUM"]).__name__, isinstance(plain, tf.Variable))
print([v.name for v in plain.values], plain.name, plain.shape, plain.trainable, on_read["SUM"].trainable)


def assign():
    for v in (*kinds.values(), *on_read.values()):
        v.assign_add(number())
    plain.assign([number(), number() + 10.0])
    return kinds["SUM"].read_value(), on_read["SUM"].read_value()


for run in strategy.run, tf.function(lambda f: strategy.run(f)):
    print([each(x) for x in run(assign)])
    for name, v in (*kinds.items(), *on_read.items()):
        attempt(lambda v=v, name=name: (name, float(v.numpy())))
        print(each(v))
    print(each(plain))
plain.assign([5.0, 6.0])
plain.assign_add([1.0, 1.0])
on_read["SUM"].assign(8.0)
on_read["MEAN"].assign_add(1.0)
print(each(plain), each(on_read["SUM"]), each(on_read["MEAN"]), (plain + 1.0).numpy())
attempt(lambda: on_read["SUM"].assign_add(1.0))
print(each(strategy.extended.update(plain, lambda v, x: v.assign_add(x), args=(values,))))

print("gradients")


def gradients():
    x = number() * 2.0
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.reduce_sum(plain * plain * number())
        summed = context().all_reduce("SUM", x * x) * x
        gathered = tf.reduce_sum(context().all_gather(tf.stack([x, x * x]), axis=0) ** 2 * number())
    return tape.gradient(y, plain), tape.gradient(summed, x), tape.gradient(gathered, x)


for run in strategy.run, tf.function(lambda f: strategy.run(f)):
    print([each(g) for g in run(gradients)])

print("one device")
one = tf.distribute.OneDeviceStrategy("CPU:0")
with one.scope():
    v = tf.Variable(2.0)
    print(tf.distribute.has_strategy(), tf.distribute.in_cross_replica_context(), one.num_replicas_in_sync)
    attempt(lambda: strategy.scope().__enter__())
print(one.run(lambda x: v * x, args=(3.0,)), one.reduce("SUM", tf.constant([1.0, 2.0]), axis=0))
print(tf.distribute.MirroredStrategy(["CPU:0"]).run(number))
attempt(lambda: tf.distribute.MirroredStrategy(["CPU:0", "CPU:0"]))
