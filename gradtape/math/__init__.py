"""`tf.math`: arithmetic, comparisons, elementwise functions and reductions."""
