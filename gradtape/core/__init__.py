"""The core: tensors, variables, primitives, recordings and the tape. It knows no operation by name."""
