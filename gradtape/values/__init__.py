"""What programs compute with: tensors, variables, dtypes, shapes, specs, and nested structures of these."""
