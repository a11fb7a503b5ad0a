"""`tf.function`: signatures, calls, and which trace serves a call."""
