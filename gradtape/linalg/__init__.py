"""`tf.linalg`: products, norms, diagonals and decompositions of matrices in the last two axes of tensors."""
