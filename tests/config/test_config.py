"""`tf.config`, `tf.device`, and the initialisers of variables."""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

import gradtape as tf
from gradtape.config.placement import current_device
from gradtape.config.threading import _blas


@pytest.fixture
def settings() -> Iterator[None]:
    """Restores what a test sets."""
    yield
    cpu = tf.config.list_physical_devices("CPU")
    tf.config.set_visible_devices(cpu, "CPU")
    tf.config.set_logical_device_configuration(cpu[0], None)
    tf.config.set_soft_device_placement(True)
    tf.config.run_functions_eagerly(False)
    tf.config.optimizer.set_jit(False)
    tf.config.threading.set_intra_op_parallelism_threads(0)


def test_there_is_one_cpu() -> None:
    (cpu,) = tf.config.list_physical_devices("CPU")
    assert cpu == ("/physical_device:CPU:0", "CPU")
    assert tf.config.get_visible_devices("CPU") == [cpu]
    assert tf.config.list_logical_devices("CPU")[0].name == "/device:CPU:0"
    assert tf.config.list_physical_devices("TPU") == []
    with pytest.raises(ValueError, match="non-GPU"):
        tf.config.experimental.set_memory_growth(cpu, True)


def test_gpus_are_those_that_jax_finds() -> None:
    gpus = tf.config.list_physical_devices("GPU")
    assert tf.test.is_gpu_available() is bool(gpus)
    assert tf.test.gpu_device_name() == ("/device:GPU:0" if gpus else "")
    if importlib.util.find_spec("jax") is None:
        assert gpus == []
        assert not tf.test.is_built_with_xla()
        assert not tf.test.is_built_with_gpu_support()


def test_the_cpu_is_listed_without_importing_jax() -> None:
    program = "import gradtape as tf, sys; tf.config.list_physical_devices('CPU'); print('jax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "False\n"


@pytest.mark.usefixtures("settings")
def test_devices_can_be_hidden() -> None:
    tf.config.set_visible_devices([], "CPU")
    assert tf.config.get_visible_devices("CPU") == tf.config.list_logical_devices("CPU") == []
    with pytest.raises(ValueError, match="Unrecognized device"):
        tf.config.set_visible_devices(tf.config.list_physical_devices("CPU")[0], "GPU")


@pytest.mark.usefixtures("settings")
def test_a_device_can_count_as_several() -> None:
    (cpu,) = tf.config.list_physical_devices("CPU")
    assert tf.config.get_logical_device_configuration(cpu) is None
    parts = [tf.config.LogicalDeviceConfiguration()] * 3
    tf.config.set_logical_device_configuration(cpu, parts)
    assert tf.config.get_logical_device_configuration(cpu) == parts
    assert [d.name for d in tf.config.list_logical_devices("CPU")] == [f"/device:CPU:{i}" for i in range(3)]
    with pytest.raises(ValueError, match="memory limit on CPU"):
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration(memory_limit=10)])


@pytest.mark.usefixtures("settings")
def test_settings_are_kept() -> None:
    tf.config.run_functions_eagerly(1)
    assert tf.config.functions_run_eagerly() is True
    tf.config.optimizer.set_jit("autoclustering")
    assert tf.config.optimizer.get_jit() == "autoclustering"
    tf.config.optimizer.set_experimental_options({"constant_folding": 1, "unheard_of": True})
    assert tf.config.optimizer.get_experimental_options() == {
        "constant_folding": True, "disable_model_pruning": False, "disable_meta_optimizer": False,
    }  # fmt: skip


@pytest.mark.usefixtures("settings")
def test_the_number_of_threads_is_that_of_matrix_products() -> None:
    tf.config.threading.set_intra_op_parallelism_threads(1)
    assert tf.config.threading.get_intra_op_parallelism_threads() == 1
    library = _blas()
    if library is not None:
        assert library.scipy_openblas_get_num_threads64_() == 1
    with pytest.raises(ValueError, match="0 or more"):
        tf.config.threading.set_intra_op_parallelism_threads(-1)


def test_memory_of_the_cpu_is_not_counted() -> None:
    assert tf.config.experimental.get_memory_info("CPU:0") == {"current": 0, "peak": 0}
    assert tf.config.experimental.get_device_details(tf.config.list_physical_devices("CPU")[0]) == {}
    for name in ("CPU", "CPU:7", "nothing"):
        with pytest.raises(ValueError, match="device"):
            tf.config.experimental.get_memory_info(name)


@pytest.mark.parametrize(
    "name",
    ["/GPU:1", "cpu:0", "CPU", "/device:GPU:0", "/device:*:0", "/job:localhost/device:CPU:0", "/task:0", "", None],
)
def test_what_is_placed_on_any_device_runs(name: str | None) -> None:
    with tf.device(name):
        assert tf.constant(1.0).device == tf.Variable(1.0).device == "/job:localhost/replica:0/task:0/device:CPU:0"


@pytest.mark.parametrize("name", ["foo", 3, "/device:CPU", "/CPU:x", "/CPU:0/GPU:0", "/xla_cpu:0"])
def test_a_name_of_no_device_is_refused(name: object) -> None:
    with pytest.raises(ValueError, match=r"device|invalid literal"), tf.device(name):
        pass


@pytest.mark.parametrize("name", ["/job:worker/device:CPU:0", "/replica:1", "/task:3", "/CPU:-1"])
def test_a_device_of_another_machine_is_refused(name: str) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="unknown device"), tf.device(name):
        pass


@pytest.mark.usefixtures("settings")
def test_without_soft_placement_a_device_that_is_not_there_is_refused() -> None:
    tf.config.set_soft_device_placement(False)
    with tf.device("/CPU:0"):
        pass
    with (
        pytest.raises(tf.errors.InvalidArgumentError, match="Could not satisfy device specification"),
        tf.device("CPU:9"),
    ):
        pass


def test_devices_that_are_asked_for_add_up_and_go_back() -> None:
    device = tf.device("GPU:1")
    with tf.device("/job:localhost"), device, device:
        assert current_device().to_string() == "/job:localhost/device:GPU:1"
        with tf.device(None):
            assert current_device() == tf.DeviceSpec()
        assert current_device().device_index == 1
    assert current_device() == tf.DeviceSpec()


def test_a_device_decorates_a_function() -> None:
    @tf.device("GPU:0")
    def asked() -> str | None:
        return current_device().device_type

    assert asked() == "GPU"
    with pytest.raises(RuntimeError, match="does not support functions"):
        tf.device(asked)


def test_the_spec_of_a_device_reads_and_writes_its_name() -> None:
    spec = tf.DeviceSpec.from_string("/job:a/task:1/gpu")
    assert spec.to_string() == "/job:a/task:1/device:GPU:*"
    merged = spec.make_merged_spec(tf.DeviceSpec(device_type="cpu", device_index=2))
    assert repr(merged) == "<DeviceSpec(job=a, replica=None, task=1, device_type=CPU, device_index=2)>"
    assert merged.replace(task=None).to_string() == "/job:a/device:CPU:2"


def test_initialisers_give_what_they_say() -> None:
    assert tf.zeros_initializer()((2,), tf.bool).numpy().tolist() == [False, False]
    assert tf.ones_initializer()([1, 2], tf.int32).numpy().tolist() == [[1, 1]]
    assert tf.constant_initializer([1, 2])((2,), tf.float64).numpy().tolist() == [1.0, 2.0]
    assert tf.random_uniform_initializer(2, 3)((50,)).numpy().min() >= 2
    assert tf.Variable(tf.random_normal_initializer(5.0, 0.0)(shape=(2,))).numpy().tolist() == [5.0, 5.0]


def test_a_seeded_initialiser_repeats_itself_and_can_be_rebuilt() -> None:
    initialise = tf.random_normal_initializer(seed=3)
    np.testing.assert_allclose(initialise((2,)), [-0.03357924, 0.08380252], rtol=1e-6)  # TensorFlow's numbers
    again = type(initialise).from_config(initialise.get_config())
    assert again((2,)).numpy().tolist() == initialise((2,)).numpy().tolist()


@pytest.mark.parametrize(
    "call",
    [
        lambda: tf.random_normal_initializer()((2,), tf.int32),
        lambda: tf.zeros_initializer()((2,), tf.string),
        lambda: tf.random_uniform_initializer()((2,), tf.bool),
    ],
)
def test_dtypes_that_fit_no_distribution_are_refused(call) -> None:
    with pytest.raises(ValueError, match="dtype"):
        call()


def test_round_of_a_tensor_names_tf_round() -> None:
    with pytest.raises(AttributeError, match=r"tf\.round"):
        round(tf.constant(2.5))


def test_an_assignment_gives_an_unread_variable() -> None:
    assert type(tf.Variable(1.0).assign(2.0)).__name__ == "_UnreadVariable"


def test_what_xla_compiles_can_be_kept(tmp_path):
    pytest.importorskip("jax")
    script = (
        "import gradtape as tf\n"
        f"tf.config.set_compilation_cache_dir({str(tmp_path)!r})\n"
        "f = tf.function(lambda x: tf.sin(x @ x), jit_compile=True)\n"
        "f(tf.ones([3, 3]))\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    assert list(tmp_path.iterdir())


def test_a_function_is_compiled_for_the_device_that_is_asked_for():
    pytest.importorskip("jax")
    f = tf.function(lambda x: x + 1.0, jit_compile=True)
    with tf.device("/CPU:0"):
        assert float(f(tf.constant(1.0))) == 2.0
    with tf.device("/GPU:7"):  # there is none: soft placement
        assert float(f(tf.constant(2.0))) == 3.0
