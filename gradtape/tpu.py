"""`tf.tpu`: what programs for TPUs call, of which there are none here; the names say what to use instead."""

from types import SimpleNamespace

from .values.lacking import lacking
from .values.refused import refused, refusing

__all__ = ["XLAOptions", "experimental"]

_NONE = "gradtape runs on no TPU. Leave it out, and use tf.distribute.MirroredStrategy(), or no strategy."
_TABLES = "gradtape runs on no TPU. Use tf.keras.layers.Embedding, or tf.nn.embedding_lookup on a tf.Variable."


class XLAOptions:
    """Options of a compilation for a TPU, without effect."""

    def __init__(self, use_spmd_for_xla_partitioning: bool = True, enable_xla_dynamic_padder: bool = True) -> None:
        self.use_spmd_for_xla_partitioning = use_spmd_for_xla_partitioning
        self.enable_xla_dynamic_padder = enable_xla_dynamic_padder


def _classes(path: str, instead: str, names: str) -> dict[str, type]:
    return {name: refused(f"{path}.{name}", instead) for name in names.split()}


_embedding = SimpleNamespace(
    **_classes(
        "tf.tpu.experimental.embedding",
        _TABLES,
        "Adagrad AdagradMomentum Adam CustomCombiner CustomOptimizer FTRL FeatureConfig QuantizationConfig "
        "RowIdInitializer SGD SparseCoreEmbeddingConfig TPUEmbedding TPUEmbeddingForServing TPUEmbeddingV0 "
        "TPUEmbeddingV2 TableConfig",
    ),
    serving_embedding_lookup=refusing("tf.tpu.experimental.embedding.serving_embedding_lookup", _TABLES),
)
experimental = SimpleNamespace(
    **_classes(
        "tf.tpu.experimental", _NONE, "DeviceAssignment DeviceOrderMode HardwareFeature TPUSystemMetadata Topology"
    ),
    initialize_tpu_system=refusing("tf.tpu.experimental.initialize_tpu_system", _NONE),
    shutdown_tpu_system=refusing("tf.tpu.experimental.shutdown_tpu_system", _NONE),
    embedding=_embedding,
)

__getattr__ = lacking(__name__)
