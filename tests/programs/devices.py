"""tf.config and tf.device, where there is a CPU and no GPU."""

import tensorflow as tf


def attempt(label, function):
    try:
        print(label, "->", function())
    except Exception as error:
        print(label, "->", type(error).__name__)


config = tf.config
cpus = config.list_physical_devices("CPU")
config.set_logical_device_configuration(cpus[0], [config.LogicalDeviceConfiguration()] * 2)
print(config.get_logical_device_configuration(cpus[0]))
config.set_visible_devices(cpus, "CPU")
config.set_visible_devices([], "GPU")
config.threading.set_intra_op_parallelism_threads(2)
config.threading.set_inter_op_parallelism_threads(1)
print(config.threading.get_intra_op_parallelism_threads(), config.threading.get_inter_op_parallelism_threads())
print(config.list_physical_devices(), config.list_physical_devices("GPU"), config.list_physical_devices("what"))
print(config.list_logical_devices(), config.get_visible_devices(), config.get_visible_devices("GPU"))
print(cpus[0].name, cpus[0].device_type, config.LogicalDeviceConfiguration())
gpu = config.PhysicalDevice("/physical_device:GPU:0", "GPU")
attempt("memory growth", lambda: config.experimental.set_memory_growth(cpus[0], True))
attempt("memory growth", lambda: config.experimental.get_memory_growth(cpus[0]))
attempt("unknown", lambda: config.set_visible_devices(gpu, "GPU"))
attempt("unknown", lambda: config.get_logical_device_configuration(gpu))
attempt("details", lambda: config.experimental.get_device_details(cpus[0]))
attempt("details", lambda: config.experimental.get_device_details("CPU:0"))
for name in ("CPU:5", "GPU:0", "CPU"):
    attempt(f"memory of {name}", lambda name=name: config.experimental.get_memory_info(name))

print(config.functions_run_eagerly(), config.get_soft_device_placement(), config.optimizer.get_jit() == "")
config.run_functions_eagerly(True)
config.optimizer.set_jit("autoclustering")
config.optimizer.set_experimental_options({"constant_folding": True, "shape_optimization": False, "unheard_of": 1})
print(config.functions_run_eagerly(), config.optimizer.get_jit(), config.optimizer.get_experimental_options())
config.run_functions_eagerly(False)
print(config.experimental.get_synchronous_execution(), config.experimental.tensor_float_32_execution_enabled())
print(tf.test.is_gpu_available(), repr(tf.test.gpu_device_name()))


def placed(name):
    with tf.device(name):
        return (tf.constant(1.0) + 1.0).numpy()


names = [
    "/CPU:0", "CPU:0", "cpu:0", "cpu", "/device:CPU:0", "device:cpu:0", "/GPU:0", "GPU:1", "/TPU:0", "/device:FOO:0",
    "/job:localhost/replica:0/task:0/device:CPU:0", "/job:localhost/replica:0/task:0/cpu:0", "/job:localhost", "/task:0",
    "", None, "/CPU:*", "/device:*:0", "//CPU:0", "/CPU:0/", "/cPu:0", "/device:XLA_CPU:0",
    "/job:worker/device:CPU:0", "/replica:1", "/task:3", "/device:CPU:-1",
    "foo", "/foo:0", "/CPU:x", "/task:x", "/device:*", "/device:CPU", "/CPU:0/GPU:0", "/xla_cpu:0", 3, cpus[0],
    config.list_logical_devices()[0], tf.DeviceSpec(device_type="CPU", device_index=0),
]  # fmt: skip
for name in names:
    attempt(f"device {name!r}", lambda name=name: placed(name))
attempt("a function", lambda: tf.device(print))
with tf.device("/GPU:0"), tf.device(None):
    x = tf.constant(1.0)
    print(x.device, tf.Variable(1.0).device, tf.IndexedSlices(x, x).device)

config.set_soft_device_placement(False)
for name in ("/CPU:0", "/CPU:1", "/GPU:0", "/TPU:0", "/CPU:7"):
    attempt(f"hard placement on {name}", lambda name=name: placed(name))

Spec = tf.DeviceSpec
full = Spec(job="worker", replica=0, task=1, device_type="cpu", device_index=2)
print(Spec(), full, full.to_string(), full.job, full.task, full.device_type)
print(Spec.from_string("/job:a/GPU:1").to_string(), Spec.from_string("/GPU").to_string(), Spec(job="w").to_string())
print(full.make_merged_spec(Spec(job="q", device_type="GPU")), full.replace(task=4).to_string())
print(full == Spec("worker", 0, 1, "CPU", 2), hash(full) == hash(full.replace()), full.parse_from_string("/CPU:0"))
