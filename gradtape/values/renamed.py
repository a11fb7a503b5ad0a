"""Names of TensorFlow 0 and 1 that programs still use, and what is written instead."""

import functools

__all__: list[str] = []

_OTHER_NAMES = """
  mul multiply | sub subtract | neg negative | div math.divide | floor_div math.floordiv
  floordiv math.floordiv | mod math.floormod | log math.log | log1p math.log1p | power pow | sqr square | exp2 exp
  complex_abs abs | mean reduce_mean | sum reduce_sum | max reduce_max | min reduce_min | prod reduce_prod
  std math.reduce_std | var math.reduce_variance | any reduce_any | all reduce_all | cumprod math.cumprod
  argmax_v2 argmax | pack stack | unpack unstack | concat_v2 concat | split_v2 split | reverse_v2 reverse | select where
  where_v2 where | expand_dims_v2 expand_dims | lin_space linspace | arange range | tensor constant
  batch_matmul matmul | dot tensordot | matrix_inverse linalg.inv | inverse linalg.inv | matrix_solve linalg.solve
  matrix_determinant linalg.det | matrix_transpose linalg.matrix_transpose | matrix_band_part linalg.band_part
  matrix_diag linalg.diag | matrix_diag_part linalg.diag_part | matrix_set_diag linalg.set_diag | diag linalg.diag
  diag_part linalg.diag_part | trace linalg.trace | svd linalg.svd | qr linalg.qr | cholesky linalg.cholesky
  cholesky_solve linalg.cholesky_solve | matrix_triangular_solve linalg.triangular_solve | cross linalg.cross
  self_adjoint_eig linalg.eigh | self_adjoint_eigvals linalg.eigvalsh | global_norm linalg.global_norm
  fft signal.fft | ifft signal.ifft | fft2d signal.fft2d | ifft2d signal.ifft2d | rfft signal.rfft | irfft signal.irfft
  igamma math.igamma | igammac math.igammac | zeta math.zeta | polygamma math.polygamma | betainc math.betainc
  lbeta math.lbeta | lgamma math.lgamma | digamma math.digamma | erf math.erf | erfc math.erfc | ceil math.ceil
  rint math.rint | is_nan math.is_nan | is_inf math.is_inf | is_finite math.is_finite | rsqrt math.rsqrt
  reciprocal math.reciprocal | conj math.conj | real math.real | imag math.imag | angle math.angle | xlogy math.xlogy
  squared_difference math.squared_difference | accumulate_n math.accumulate_n | count_nonzero math.count_nonzero
  confusion_matrix math.confusion_matrix | bincount math.bincount | segment_sum math.segment_sum
  segment_mean math.segment_mean | segment_max math.segment_max | segment_min math.segment_min
  unsorted_segment_sum math.unsorted_segment_sum | unsorted_segment_max math.unsorted_segment_max
  invert_permutation math.invert_permutation | top_k math.top_k | clip_by_average_norm clip_by_norm
  to_float cast(x,tf.float32) | to_double cast(x,tf.float64) | to_int32 cast(x,tf.int32) | to_int64 cast(x,tf.int64)
  to_bfloat16 cast(x,tf.bfloat16) | to_complex64 cast(x,tf.complex64)
  random_normal random.normal | random_uniform random.uniform
  truncated_normal random.truncated_normal | random_shuffle random.shuffle | random_crop image.random_crop
  random_gamma random.gamma | random_poisson random.poisson | multinomial random.categorical
  set_random_seed random.set_seed | random.set_random_seed random.set_seed
  softmax nn.softmax | relu nn.relu | nn.softmax_cross_entropy_with_logits_v2 nn.softmax_cross_entropy_with_logits
  nn.xw_plus_b matmul(x,w)+b | nn.max_pool_v2 nn.max_pool | extract_image_patches image.extract_patches
  space_to_depth nn.space_to_depth | depth_to_space nn.depth_to_space | batch_gather gather(x,i,batch_dims=1)
  image.resize_images image.resize | image.resize_bilinear image.resize | image.resize_nearest_neighbor image.resize
  image.resize_bicubic image.resize | image.resize_area image.resize
  image.resize_image_with_crop_or_pad image.resize_with_crop_or_pad
  string_split strings.split | string_join strings.join | substr strings.substr | string_to_number strings.to_number
  regex_replace strings.regex_replace | string_to_hash_bucket_fast strings.to_hash_bucket_fast
  sparse_tensor_to_dense sparse.to_dense | sparse_to_dense sparse.to_dense | sparse_reorder sparse.reorder
  sparse_reduce_sum sparse.reduce_sum | sparse_concat sparse.concat
  sparse_tensor_dense_matmul sparse.sparse_dense_matmul | sparse_add sparse.add | sparse_retain sparse.retain
  py_func py_function | Print print
  check_numerics debugging.check_numerics | verify_tensor_all_finite debugging.check_numerics
  assert_positive debugging.assert_positive | assert_non_negative debugging.assert_non_negative
  assert_non_positive debugging.assert_non_positive | assert_negative debugging.assert_negative
  assert_integer debugging.assert_integer | assert_type debugging.assert_type
  truncated_normal_initializer keras.initializers.TruncatedNormal
  orthogonal_initializer keras.initializers.Orthogonal
  glorot_uniform_initializer keras.initializers.GlorotUniform
  glorot_normal_initializer keras.initializers.GlorotNormal
  variance_scaling_initializer keras.initializers.VarianceScaling
  uniform_unit_scaling_initializer keras.initializers.VarianceScaling
  layers keras.layers | nn.rnn_cell keras.layers
  nn.dynamic_rnn keras.layers.RNN | nn.static_rnn keras.layers.RNN
  train.AdamOptimizer keras.optimizers.Adam | train.GradientDescentOptimizer keras.optimizers.SGD
  train.MomentumOptimizer keras.optimizers.SGD(momentum=...) | train.RMSPropOptimizer keras.optimizers.RMSprop
  train.AdagradOptimizer keras.optimizers.Adagrad | train.AdadeltaOptimizer keras.optimizers.Adadelta
  train.FtrlOptimizer keras.optimizers.Ftrl | train.exponential_decay keras.optimizers.schedules.ExponentialDecay
  train.piecewise_constant keras.optimizers.schedules.PiecewiseConstantDecay
  train.polynomial_decay keras.optimizers.schedules.PolynomialDecay
  train.cosine_decay keras.optimizers.schedules.CosineDecay
  logging get_logger() | VERSION version.VERSION | GIT_VERSION version.GIT_VERSION
  long int64 | float float32 | int int32 | Int32 int32 | Float32 float32
"""

_OTHER_WAYS = {
    "placeholder sparse_placeholder placeholder_with_default": "what is fed is an argument of a function: "
    "`def step(x): ...`, under `@tf.function` if it is to be a graph",
    "Session InteractiveSession ConfigProto GPUOptions RunOptions get_default_session": "there are no sessions: "
    "operations run where they are written, and `x.numpy()` is the value of `x`",
    "Graph Operation get_default_graph reset_default_graph container op_scope make_template": "there is no graph to "
    "build: operations run where they are written, or in a graph where a function is under `@tf.function`",
    "global_variables_initializer initialize_all_variables local_variables_initializer tables_initializer "
    "variables_initializer": "a `tf.Variable` has its value when it is made",
    "get_variable variable_scope get_variable_scope": "make a `tf.Variable` once, and keep it, as an attribute of a "
    "`tf.Module` for instance",
    "global_variables trainable_variables local_variables all_variables get_collection add_to_collection GraphKeys "
    "add_to_collections": "variables are where the program keeps them: `module.trainable_variables` of a `tf.Module`",
    "assign": "write `v.assign(value)`",
    "assign_add": "write `v.assign_add(value)`",
    "assign_sub": "write `v.assign_sub(value)`",
    "scatter_update": "write `v.scatter_update(tf.IndexedSlices(values, indices))`",
    "scatter_add": "write `v.scatter_add(tf.IndexedSlices(values, indices))`",
    "train.Saver": "save and restore by `tf.saved_model.save` and `tf.saved_model.load`",
    "train.get_or_create_global_step train.get_global_step train.create_global_step": "count steps in a `tf.Variable`",
    "train.start_queue_runners train.batch train.shuffle_batch train.string_input_producer "
    "FIFOQueue": "input comes from `tf.data.Dataset`",
    "data.make_one_shot_iterator data.make_initializable_iterator": "write `for batch in dataset:` or `iter(dataset)`",
    "app flags": "use Python's `argparse`, and call `main()`",
    "gfile": "use Python's `open`, `os` and `glob`",
    "contrib": "it went with TensorFlow 2; much of it is in `tf.keras`, or in packages of its own",
    "estimator feature_column": "it went with TensorFlow 2; `tf.keras` takes its place",
    "disable_v2_behavior disable_eager_execution": "gradtape runs eagerly; for graphs there is `tf.function`",
    "add_check_numerics_ops": "write `tf.debugging.enable_check_numerics()`",
}  # fmt: skip


@functools.cache
def ways() -> dict[str, str]:
    """What to do instead, by the path of each name in `tf`."""
    found = {name: way for names, way in _OTHER_WAYS.items() for name in names.split()}
    for line in _OTHER_NAMES.strip().splitlines():
        for pair in line.split("|"):
            old, new = pair.split()
            found[old] = f"write `tf.{new.replace(',', ', ').replace('+', ' + ')}`"
    return found
