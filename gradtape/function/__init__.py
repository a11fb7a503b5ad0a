"""`tf.function`: tracing, graphs, passes and executors."""
