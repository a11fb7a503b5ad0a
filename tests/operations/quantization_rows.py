"""Rows of `tf.quantization`. What rounds has no derivative that is not 0: the tests of rows compare TensorFlow's."""

from typing import Any

import numpy as np

from tests.operations.operation import Operation, floats

ROUNDED = dict.fromkeys(("central_differences", "second_order"), "its gradient passes rounding by") | {
    "forward": "it is of float32"
}
X = np.array([[-7.0, -6.02, -1.0], [-0.013, 0.0, 0.012], [0.5, 1.49, 5.97], [6.0, 6.3, np.inf]], np.float32)
NAN = np.array([1.0, np.nan], np.float32)
LOW, HIGH = np.float32(-1.3), np.float32(2.0)
LOWS, HIGHS = np.array([-6.0, -1.0, 0.0], np.float32), np.array([6.1, 2.0, 1.0], np.float32)


def op(name: str, samples: Any, edges: Any = (), **options: Any) -> Operation:
    plain = f"fake_quant_with_min_max_{name.partition('/')[0]}"
    return Operation(f"quantization.fake_quant_with_min_max_{name}",
                     lambda tf, *given: getattr(tf.quantization, plain)(*given, **options),
                     samples, edges, notes=ROUNDED)  # fmt: skip


ROWS = [
    op("args", [(X[:3],)], [(X,), (NAN,), (X[:0],), (X.astype(np.float64),), (X[:3].astype(np.int32),)]),
    op("args/range", [(X[:3],)], [(X,)], min=-1.3, max=2.0, num_bits=4),
    op("args/narrow", [(X[:3],)], [(X,)], num_bits=3, narrow_range=True),
    op("args/turned", [], [(X,)], min=2.0, max=1.0),
    op("args/none", [], [(X,)], min=0.0, max=0.0),
    op("args/bits", [], [(X,)], num_bits=1),
    op("vars", [(X[:3], LOW, HIGH)], [
        (X, LOW, HIGH), (X, -HIGH, HIGH), (X, HIGH, HIGH * 3), (X, LOW * 3, LOW), (X, LOW * 0, HIGH * 0),
        (NAN, LOW, HIGH), (X, HIGH, HIGH), (X, LOWS, HIGH), (X, LOW, HIGHS), (X.astype(np.float64), LOW, HIGH),
        (X, np.float64(-1.0), HIGH), (X[:3].astype(np.int32), LOW, HIGH), (X, -6.0, 6.0),
    ]),
    *(op(f"vars/{bits} bits{', narrow' * narrow}", [(X[:3], LOW, HIGH)],
         [(X, LOW, HIGH), (floats(50, low=-2.0, high=3.0).astype(np.float32), LOW, HIGH)], num_bits=bits,
         narrow_range=narrow)
      for bits in (2, 4, 16) for narrow in (False, True)),
    op("vars/bits", [], [(X, LOW, HIGH)], num_bits=17),
    op("vars_per_channel", [(X[:3], LOWS, HIGHS)], [
        (X, LOWS, HIGHS), (X[0], LOWS, HIGHS), (X.reshape(2, 1, 2, 3), LOWS, HIGHS), (X, LOWS[:2], HIGHS),
        (X, LOWS, HIGHS[:2]), (X, LOWS * [1, 0, 1], HIGHS * [1, 0, 1]), (X[:, :1], LOWS[:1], HIGHS[:1]),
        (X[:0], LOWS, HIGHS),
    ]),
    op("vars_per_channel/narrow", [(X[:3], LOWS, HIGHS)], [(X, LOWS, HIGHS)], num_bits=3, narrow_range=True),
]  # fmt: skip
