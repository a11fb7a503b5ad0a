"""The names of `tf.compat.v1`, as tables: what each is called today, where it lives, or what to write.

A name that is in none of them is that of today. Paths are those after `tf.compat.v1.`, and after `tf.`.
"""

__all__ = [
    "ARGUMENTS",
    "FILES",
    "GONE",
    "GONE_ROOMS",
    "HOMES",
    "LISTS",
    "OTHER_NAMES",
    "OTHER_ROOMS",
    "ROOMS",
    "SAME_NAMES",
]

# Rooms of today in which names are that were beside all others.
SAME_NAMES = {
    "math": "accumulate_n angle betainc ceil conj cumprod digamma erf erfc expm1 floormod imag igamma igammac "
    "invert_permutation is_finite is_inf is_nan is_non_decreasing is_strictly_increasing lbeta lgamma log log1p "
    "log_sigmoid logical_xor polygamma real reciprocal rint rsqrt segment_max segment_mean segment_min segment_prod "
    "segment_sum squared_difference unsorted_segment_max unsorted_segment_mean unsorted_segment_min "
    "unsorted_segment_prod unsorted_segment_sqrt_n unsorted_segment_sum zeta floordiv",
    "linalg": "cholesky cholesky_solve cross global_norm matrix_transpose qr svd trace",
    "signal": "fft fft2d fft3d ifft ifft2d ifft3d fftnd ifftnd rfftnd irfftnd",
    "io": "FixedLenFeature FixedLenSequenceFeature SparseFeature VarLenFeature decode_base64 decode_compressed "
    "decode_json_example deserialize_many_sparse encode_base64 matching_files parse_single_sequence_example "
    "parse_tensor read_file serialize_tensor write_file",
    "debugging": "assert_proper_iterable assert_same_float_dtype check_numerics is_numeric_tensor",
    "quantization": "dequantize fake_quant_with_min_max_args fake_quant_with_min_max_args_gradient "
    "fake_quant_with_min_max_vars fake_quant_with_min_max_vars_gradient fake_quant_with_min_max_vars_per_channel "
    "fake_quant_with_min_max_vars_per_channel_gradient quantize quantized_concat",
    "queue": "FIFOQueue PaddingFIFOQueue PriorityQueue QueueBase RandomShuffleQueue",
    "version": "COMPILER_VERSION GIT_VERSION GRAPH_DEF_VERSION GRAPH_DEF_VERSION_MIN_CONSUMER "
    "GRAPH_DEF_VERSION_MIN_PRODUCER VERSION",
    "sysconfig": "CXX11_ABI_FLAG CXX_VERSION MONOLITHIC_BUILD",
    "dtypes": "QUANTIZED_DTYPES",
    "errors": "OpError",
    "random": "random_index_shuffle",
    "nn": "approx_top_k",
    "strings": "regex_replace",
    "graph_util": "import_graph_def",
    "image": "random_crop",
}

# Other names; with `tf.` before it, what is meant is that of today, even where the room here has another.
OTHER_NAMES = """
  arg_max math.argmax | arg_min math.argmin | batch_to_space_nd raw_ops.BatchToSpaceND | conv raw_ops.Conv
  diag linalg.tensor_diag | diag_part linalg.tensor_diag_part | div_no_nan math.divide_no_nan | floor_div math.floordiv
  image.extract_image_patches image.extract_patches | lin_space linspace | matrix_band_part linalg.band_part
  matrix_determinant linalg.det | matrix_diag linalg.diag | matrix_diag_part linalg.diag_part
  matrix_inverse linalg.inv | matrix_set_diag linalg.set_diag | matrix_solve linalg.solve
  matrix_solve_ls linalg.lstsq | matrix_square_root linalg.sqrtm | matrix_triangular_solve linalg.triangular_solve
  mod math.floormod | parallel_stack stack | random_gamma random.gamma | random_normal random.normal
  random_shuffle random.shuffle | random_uniform random.uniform | random.set_random_seed random.set_seed
  set_random_seed random.set_seed | reverse_v2 reverse | self_adjoint_eig linalg.eigh
  self_adjoint_eigvals linalg.eigvalsh | sparse_fill_empty_rows sparse.fill_empty_rows | sparse_mask sparse.mask
  sparse_maximum sparse.maximum | sparse_minimum sparse.minimum | sparse_reorder sparse.reorder
  sparse_reset_shape sparse.reset_shape | sparse_reshape sparse.reshape | sparse_retain sparse.retain
  sparse_slice sparse.slice | sparse_softmax sparse.softmax
  sparse_tensor_dense_matmul sparse.sparse_dense_matmul | sparse_tensor_to_dense sparse.to_dense
  sparse_to_indicator sparse.to_indicator | sparse_transpose sparse.transpose | string_join strings.join
  string_strip strings.strip | string_to_hash_bucket_fast strings.to_hash_bucket_fast
  string_to_hash_bucket_strong strings.to_hash_bucket_strong | tensor_scatter_add tensor_scatter_nd_add
  tensor_scatter_sub tensor_scatter_nd_sub | tensor_scatter_update tensor_scatter_nd_update
  truncated_normal random.truncated_normal | where_v2 tf.where | guarantee_const identity
  constant_initializer initializers.constant | ones_initializer initializers.ones
  zeros_initializer initializers.zeros | random_normal_initializer initializers.random_normal
  random_uniform_initializer initializers.random_uniform | truncated_normal_initializer initializers.truncated_normal
  glorot_normal_initializer initializers.glorot_normal | glorot_uniform_initializer initializers.glorot_uniform
  orthogonal_initializer initializers.orthogonal | variance_scaling_initializer initializers.variance_scaling
  uniform_unit_scaling_initializer initializers.uniform_unit_scaling
  nn.log_uniform_candidate_sampler random.log_uniform_candidate_sampler
  nn.uniform_candidate_sampler random.uniform_candidate_sampler
  nn.ctc_beam_search_decoder_v2 tf.nn.ctc_beam_search_decoder
  nn.ctc_loss_v2 tf.nn.ctc_loss | nn.avg_pool_v2 tf.nn.avg_pool | nn.max_pool_v2 tf.nn.max_pool
  nn.depthwise_conv2d_native_backprop_filter nn.depthwise_conv2d_backprop_filter
  nn.depthwise_conv2d_native_backprop_input nn.depthwise_conv2d_backprop_input
  sparse.matmul sparse.sparse_dense_matmul | linalg.transpose linalg.matrix_transpose
  image.resize_image_with_crop_or_pad image.resize_with_crop_or_pad | image.transpose_image image.transpose
  python_io.TFRecordOptions io.TFRecordOptions | python_io.TFRecordWriter io.TFRecordWriter
  train.match_filenames_once io.match_filenames_once | train.write_graph io.write_graph | train.Server distribute.Server
  gfile.Copy io.gfile.copy | gfile.DeleteRecursively io.gfile.rmtree | gfile.Exists io.gfile.exists
  gfile.Glob io.gfile.glob | gfile.IsDirectory io.gfile.isdir | gfile.ListDirectory io.gfile.listdir
  gfile.MakeDirs io.gfile.makedirs | gfile.MkDir io.gfile.mkdir | gfile.Remove io.gfile.remove
  gfile.Rename io.gfile.rename | gfile.Stat io.gfile.stat | gfile.Walk io.gfile.walk | gfile.GFile io.gfile.GFile
  gfile.Open io.gfile.GFile | gfile.FastGFile io.gfile.GFile
  saved_model.load_v2 saved_model.load | saved_model.experimental.save saved_model.save
  data.experimental.DatasetStructure data.DatasetSpec | data.experimental.OptionalStructure OptionalSpec
  data.experimental.Structure TypeSpec
  debugging.is_finite math.is_finite | debugging.is_inf math.is_inf | debugging.is_nan math.is_nan
  debugging.is_non_decreasing math.is_non_decreasing | debugging.is_strictly_increasing math.is_strictly_increasing
  dtypes.as_string strings.as_string | sets.set_difference sets.difference | sets.set_intersection sets.intersection
  sets.set_size sets.size | sets.set_union sets.union | ragged.constant_value ragged.constant
  AttrValue tf.io.messages.AttrValue | Event tf.io.messages.Event | GraphDef tf.io.messages.GraphDef
  NameAttrList tf.io.messages.NameAttrList | NodeDef tf.io.messages.NodeDef | RunMetadata tf.io.messages.RunMetadata
  Summary tf.io.messages.Summary | SummaryMetadata tf.io.messages.SummaryMetadata | summary.Event tf.io.messages.Event
  summary.Summary tf.io.messages.Summary
  sparse.placeholder sparse_placeholder | initializers.global_variables global_variables_initializer
  initializers.local_variables local_variables_initializer | initializers.variables variables_initializer
  initializers.tables_initializer tables_initializer
  manip.batch_to_space_nd raw_ops.BatchToSpaceND | manip.gather_nd gather_nd | manip.reshape reshape
  manip.reverse reverse | manip.roll roll | manip.scatter_nd scatter_nd | manip.space_to_batch_nd space_to_batch_nd
  manip.tile tile | io.PaddingFIFOQueue queue.PaddingFIFOQueue | io.PriorityQueue queue.PriorityQueue
  io.QueueBase queue.QueueBase | io.RandomShuffleQueue queue.RandomShuffleQueue
"""

# Rooms whose names are in another room today.
OTHER_ROOMS = {
    "spectral": "signal",
    "saved_model.constants": "saved_model",
    "saved_model.tag_constants": "saved_model",
    "saved_model.signature_constants": "saved_model",
}

# Functions of today with the names and the order of arguments of that time. `old>new` is called `new` today, and what
# ends in `>` has no effect; several names before the `=` are one function.
ARGUMENTS = """
  reduce_sum math.reduce_sum = math.reduce_sum: @reduction
  reduce_mean math.reduce_mean = math.reduce_mean: @reduction
  reduce_max math.reduce_max = math.reduce_max: @reduction
  reduce_min math.reduce_min = math.reduce_min: @reduction
  reduce_prod math.reduce_prod = math.reduce_prod: @reduction
  reduce_all math.reduce_all = math.reduce_all: @reduction
  reduce_any math.reduce_any = math.reduce_any: @reduction
  reduce_logsumexp math.reduce_logsumexp = math.reduce_logsumexp: @reduction
  count_nonzero math.count_nonzero = math.count_nonzero:
    input_tensor>input axis keepdims dtype name reduction_indices>axis keep_dims>keepdims input
  argmax math.argmax = math.argmax: input axis name dimension>axis output_type
  argmin math.argmin = math.argmin: input axis name dimension>axis output_type
  bincount math.bincount = math.bincount: arr weights minlength maxlength dtype
  confusion_matrix math.confusion_matrix = math.confusion_matrix: labels predictions num_classes dtype name weights
  in_top_k nn.in_top_k math.in_top_k = math.in_top_k: predictions targets k name
  verify_tensor_all_finite debugging.assert_all_finite = debugging.assert_all_finite: t>x msg>message name x message
  norm linalg.norm = linalg.norm: tensor ord axis keepdims name keep_dims>keepdims
  constant = constant: value dtype shape name verify_shape>
  expand_dims = expand_dims: input axis name dim>axis
  squeeze = squeeze: input axis name squeeze_dims>axis
  reverse_sequence = reverse_sequence: input seq_lengths seq_axis batch_axis name seq_dim>seq_axis batch_dim>batch_axis
  gather = gather: params indices validate_indices name axis batch_dims
  gather_nd = gather_nd: params indices name batch_dims bad_indices_policy
  shape = shape: input name out_type
  size = size: input name out_type
  ones_like = ones_like: tensor>input dtype name optimize>
  zeros_like = zeros_like: tensor>input dtype name optimize>
  pad = pad: tensor paddings mode name constant_values
  transpose = transpose: a perm name conjugate
  boolean_mask = boolean_mask: tensor mask name axis
  space_to_batch nn.space_to_batch = space_to_batch: input paddings block_size>block_shape name block_shape
  batch_to_space = batch_to_space: input crops block_size>block_shape name block_shape
  space_to_depth nn.space_to_depth = nn.space_to_depth: input block_size name data_format
  depth_to_space nn.depth_to_space = nn.depth_to_space: input block_size name data_format
  extract_image_patches image.extract_image_patches = image.extract_patches:
    images ksizes>sizes strides rates padding name sizes
  convert_to_tensor = convert_to_tensor: value dtype name preferred_dtype>dtype_hint dtype_hint
  batch_gather = gather: params indices name
  cond = cond: pred true_fn false_fn strict> name fn1>true_fn fn2>false_fn
  case = case: pred_fn_pairs default exclusive strict> name
  while_loop = while_loop:
    cond body loop_vars shape_invariants parallel_iterations back_prop swap_memory name maximum_iterations
    return_same_structure>
  scan = scan: fn elems initializer parallel_iterations back_prop swap_memory infer_shape reverse name
  map_fn = map_fn: fn elems dtype parallel_iterations back_prop swap_memory infer_shape name fn_output_signature
  gradients = gradients:
    ys xs grad_ys name colocate_gradients_with_ops> gate_gradients aggregation_method stop_gradients
    unconnected_gradients
  hessians = hessians: ys xs name colocate_gradients_with_ops> gate_gradients aggregation_method
  assert_equal debugging.assert_equal = debugging.assert_equal: @comparison
  assert_none_equal debugging.assert_none_equal = debugging.assert_none_equal: @comparison
  assert_greater debugging.assert_greater = debugging.assert_greater: @comparison
  assert_greater_equal debugging.assert_greater_equal = debugging.assert_greater_equal: @comparison
  assert_less debugging.assert_less = debugging.assert_less: @comparison
  assert_less_equal debugging.assert_less_equal = debugging.assert_less_equal: @comparison
  assert_near debugging.assert_near = debugging.assert_near: x y rtol atol data> summarize message name
  assert_negative debugging.assert_negative = debugging.assert_negative: x data> summarize message name
  assert_positive debugging.assert_positive = debugging.assert_positive: x data> summarize message name
  assert_non_negative debugging.assert_non_negative = debugging.assert_non_negative: x data> summarize message name
  assert_non_positive debugging.assert_non_positive = debugging.assert_non_positive: x data> summarize message name
  assert_integer debugging.assert_integer = debugging.assert_integer: x message name
  assert_rank debugging.assert_rank = debugging.assert_rank: x rank data> summarize> message name
  assert_rank_at_least debugging.assert_rank_at_least = debugging.assert_rank_at_least:
    x rank data> summarize> message name
  assert_rank_in debugging.assert_rank_in = debugging.assert_rank_in: x ranks data> summarize> message name
  assert_scalar debugging.assert_scalar = debugging.assert_scalar: tensor>x name message
  assert_type debugging.assert_type = debugging.assert_type: tensor tf_type message name
  debugging.assert_shapes = debugging.assert_shapes: shapes data summarize message name
  decode_csv io.decode_csv = io.decode_csv:
    records record_defaults field_delim use_quote_delim name na_value select_cols
  decode_raw io.decode_raw = io.decode_raw: input_bytes out_type little_endian name bytes>input_bytes
  parse_example io.parse_example = io.parse_example: serialized features name example_names
  parse_single_example io.parse_single_example = io.parse_single_example: serialized features name example_names
  serialize_sparse io.serialize_sparse = io.serialize_sparse: sp_input name out_type
  serialize_many_sparse io.serialize_many_sparse = io.serialize_many_sparse: sp_input name out_type
  sparse_add sparse.add = sparse.add: a b threshold thresh>threshold
  sparse_concat sparse.concat = sparse.concat:
    axis sp_inputs name expand_nonconcat_dim>expand_nonconcat_dims concat_dim>axis expand_nonconcat_dims
  sparse_reduce_sum sparse.reduce_sum = sparse.reduce_sum: @sparse_reduction
  sparse_reduce_max sparse.reduce_max = sparse.reduce_max: @sparse_reduction
  sparse_reduce_sum_sparse sparse.reduce_sum_sparse = sparse.reduce_sum: @sparse_reduction output_is_sparse=True
  sparse_reduce_max_sparse sparse.reduce_max_sparse = sparse.reduce_max: @sparse_reduction output_is_sparse=True
  sparse_split sparse.split = sparse.split: keyword_required> sp_input num_split axis name split_dim>axis
  sparse_segment_sum sparse.segment_sum = sparse.segment_sum: @segments
  sparse_segment_mean sparse.segment_mean = sparse.segment_mean: @segments
  sparse_segment_sqrt_n sparse.segment_sqrt_n = sparse.segment_sqrt_n: @segments
  random_poisson random.poisson = random.poisson: lam shape dtype seed name
  random.stateless_multinomial = random.stateless_categorical: logits num_samples seed output_dtype>dtype name
  reduce_join strings.reduce_join = strings.reduce_join:
    inputs axis keep_dims>keepdims separator name reduction_indices>axis keepdims
  string_to_hash_bucket strings.to_hash_bucket = strings.to_hash_bucket: string_tensor>input num_buckets name input
  string_to_number strings.to_number = strings.to_number: string_tensor>input out_type name input
  substr strings.substr = strings.substr: input pos len name unit
  strings.length = strings.length: input name unit
  nn.embedding_lookup_sparse = nn.embedding_lookup_sparse:
    params sp_ids sp_weights partition_strategy> name combiner max_norm allow_fast_lookup
  nn.safe_embedding_lookup_sparse = nn.safe_embedding_lookup_sparse:
    embedding_weights sparse_ids sparse_weights combiner default_id name partition_strategy> max_norm allow_fast_lookup
  nn.batch_norm_with_global_normalization = nn.batch_norm_with_global_normalization:
    t>input m>mean v>variance beta gamma variance_epsilon scale_after_normalization name input mean variance
  nn.moments = nn.moments: x axes shift name keep_dims>keepdims keepdims
  nn.weighted_moments = nn.weighted_moments: x axes frequency_weights name keep_dims>keepdims keepdims
  nn.sufficient_statistics = nn.sufficient_statistics: x axes shift keep_dims>keepdims name keepdims
  nn.nce_loss = nn.nce_loss:
    weights biases labels inputs num_sampled num_classes num_true sampled_values remove_accidental_hits
    partition_strategy> name
  nn.sampled_softmax_loss = nn.sampled_softmax_loss:
    weights biases labels inputs num_sampled num_classes num_true sampled_values remove_accidental_hits
    partition_strategy> name seed
  nn.sigmoid_cross_entropy_with_logits = nn.sigmoid_cross_entropy_with_logits: labels logits name
  nn.sparse_softmax_cross_entropy_with_logits = nn.sparse_softmax_cross_entropy_with_logits: labels logits name
  nn.softmax_cross_entropy_with_logits_v2 = nn.softmax_cross_entropy_with_logits: labels logits axis name dim>axis
  nn.weighted_cross_entropy_with_logits = nn.weighted_cross_entropy_with_logits:
    labels logits pos_weight name targets>labels
  nn.softmax math.softmax = nn.softmax: logits axis name dim>axis
  nn.log_softmax math.log_softmax = nn.log_softmax: logits axis name dim>axis
  nn.crelu = nn.crelu: features name axis
  nn.avg_pool nn.avg_pool2d = nn.avg_pool: value>input ksize strides padding data_format name input
  nn.max_pool = nn.max_pool: value>input ksize strides padding data_format name input
  nn.max_pool_with_argmax = nn.max_pool_with_argmax:
    input ksize strides padding data_format Targmax>output_dtype name output_dtype include_batch_in_index
  nn.pool = nn.pool: input window_shape pooling_type padding dilation_rate>dilations strides name data_format dilations
  nn.conv1d = nn.conv1d:
    value>input filters stride padding use_cudnn_on_gpu> data_format name input dilations
  nn.conv2d = nn.conv2d:
    input filter>filters strides padding use_cudnn_on_gpu> data_format dilations name filters
  nn.conv3d = nn.conv3d: input filter>filters strides padding data_format dilations name filters
  nn.conv2d_transpose = nn.conv2d_transpose:
    value>input filter>filters output_shape strides padding data_format name input filters dilations
  nn.conv3d_transpose = nn.conv3d_transpose:
    value>input filter>filters output_shape strides padding data_format name input filters dilations
  nn.convolution = nn.convolution:
    input filter>filters padding=VALID strides dilation_rate>dilations name data_format filters dilations
  nn.depthwise_conv2d = nn.depthwise_conv2d: input filter strides padding rate>dilations name data_format dilations
  nn.depthwise_conv2d_native = nn.depthwise_conv2d: input filter strides padding data_format dilations name
  nn.separable_conv2d = nn.separable_conv2d:
    input depthwise_filter pointwise_filter strides padding rate>dilations name data_format dilations
  nn.dilation2d = nn.dilation2d:
    input filter>filters strides rates>dilations padding name filters dilations data_format=NHWC
  nn.erosion2d = nn.erosion2d: value kernel>filters strides rates>dilations padding name data_format=NHWC
  nn.fractional_avg_pool = nn.fractional_avg_pool:
    value pooling_ratio pseudo_random overlapping deterministic> seed seed2> name
  nn.fractional_max_pool = nn.fractional_max_pool:
    value pooling_ratio pseudo_random overlapping deterministic> seed seed2> name
  image.crop_and_resize = image.crop_and_resize:
    image boxes box_ind>box_indices crop_size method extrapolation_value name box_indices
  image.draw_bounding_boxes = image.draw_bounding_boxes: images boxes name colors
  image.extract_glimpse = image.extract_glimpse: input size offsets centered normalized uniform_noise> name
  py_func = numpy_function: func inp Tout stateful name
"""

LISTS = {
    "reduction": "input_tensor axis keepdims name reduction_indices>axis keep_dims>keepdims",
    "comparison": "x y data> summarize message name",
    "sparse_reduction": "sp_input axis keepdims reduction_axes>axis keep_dims>keepdims",
    "segments": "data indices segment_ids name num_segments sparse_gradient",
}

# Rooms that have a file here, which shows what is different in them.
FILES = ("app", "data", "image", "initializers", "logging", "losses", "nn", "summary")

# Other files here, and what is theirs.
HOMES = {
    "eager": "AggregationMethod ConfigProto GPUOptions Graph GraphKeys GraphOptions InteractiveSession Operation "
    "OptimizerOptions RunOptions Session add_check_numerics_ops add_to_collection add_to_collections "
    "colocate_with container control_flow_v2_enabled device disable_control_flow_v2 disable_eager_execution "
    "disable_resource_variables disable_tensor_equality disable_v2_behavior disable_v2_tensorshape "
    "enable_control_flow_v2 enable_eager_execution enable_resource_variables enable_tensor_equality "
    "enable_v2_behavior enable_v2_tensorshape executing_eagerly_outside_functions get_collection get_collection_ref "
    "get_default_graph get_default_session initialize_all_tables name_scope op_scope placeholder "
    "placeholder_with_default "
    "reset_default_graph resource_variables_enabled sparse_placeholder tables_initializer "
    "wrap_function get_seed random.get_seed is_symbolic_tensor",
    "variables": "AUTO_REUSE Variable VariableScope all_variables assert_variables_initialized get_local_variable "
    "get_variable get_variable_scope global_variables global_variables_initializer initialize_all_variables "
    "initialize_local_variables initialize_variables is_variable_initialized local_variables "
    "local_variables_initializer make_template "
    "model_variables moving_average_variables no_regularizer report_uninitialized_variables trainable_variables "
    "variable_op_scope variable_scope variables_initializer",
    "operations": "Dimension Print assign assign_add assign_sub batch_scatter_update clip_by_average_norm "
    "convert_to_tensor_or_indexed_slices convert_to_tensor_or_sparse_tensor count_up_to dimension_at_index "
    "dimension_value div random.multinomial multinomial scatter_add scatter_div scatter_max scatter_min "
    "scatter_mul scatter_nd_add scatter_nd_sub scatter_nd_update scatter_sub scatter_update setdiff1d "
    "sparse_to_dense string_split strings.split tuple to_bfloat16 to_complex128 to_complex64 to_double to_float "
    "to_int32 "
    "to_int64 where SparseTensorValue io.tf_record_iterator python_io.tf_record_iterator "
    "io.TFRecordCompressionType python_io.TFRecordCompressionType ragged.RaggedTensorValue test.get_temp_dir",
    "optimizer": "train.Optimizer",
    "optimizers": "train.AdadeltaOptimizer train.AdagradDAOptimizer train.AdagradOptimizer train.AdamOptimizer "
    "train.FtrlOptimizer train.GradientDescentOptimizer train.MomentumOptimizer train.ProximalAdagradOptimizer "
    "train.ProximalGradientDescentOptimizer train.RMSPropOptimizer",
    "decays": "train.cosine_decay train.cosine_decay_restarts train.exponential_decay train.inverse_time_decay "
    "train.linear_cosine_decay train.natural_exp_decay train.noisy_linear_cosine_decay train.piecewise_constant "
    "train.piecewise_constant_decay train.polynomial_decay",
    "steps": "train.assert_global_step train.create_global_step train.get_global_step "
    "train.get_or_create_global_step train.global_step",
    "saver": "train.Checkpoint train.NewCheckpointReader train.Saver train.checkpoint_exists "
    "train.generate_checkpoint_state_proto train.get_checkpoint_mtimes train.init_from_checkpoint "
    "train.remove_checkpoint train.update_checkpoint_state",
    "app": "flags",
    "events": "train.summary_iterator",
}

# Rooms that there were, besides those of today and those that have a file.
ROOMS = """
  gfile layers manip metrics python_io spectral distributions estimator feature_column
  graph_util lite metrics mixed_precision mlir profiler resource_loader tpu user_ops queue audio sysconfig types xla
  nn.rnn_cell train.queue_runner saved_model.builder saved_model.constants saved_model.experimental
  saved_model.loader saved_model.main_op saved_model.signature_constants saved_model.signature_def_utils
  saved_model.tag_constants saved_model.utils mixed_precision.experimental lite.constants lite.experimental
  lite.experimental.authoring tpu.experimental tpu.experimental.embedding linalg.experimental
  quantization.experimental experimental.extension_type data.experimental.service debugging.experimental
  xla.experimental mlir.experimental dtypes.experimental distribute.cluster_resolver distribute.experimental
  types.experimental contrib train.experimental __internal__.types __internal__.types.data
"""

_SESSION = "gradtape runs eagerly, without graphs and sessions: "
_LOOP = _SESSION + (
    "a training loop is a Python loop, `for step in range(steps): train_step(next(batches))`; what a hook did is a "
    "line "
    "in it"
)
_QUEUES = _SESSION + "input comes from `tf.data.Dataset`: `for batch in dataset.shuffle(n).batch(size): ...`"
_SUMMARY = (
    "summaries are written by `with tf.summary.create_file_writer(folder).as_default(): "
    "tf.summary.scalar(name, value, step=step)`"
)
_GRAPH_FILES = _SESSION + (
    "a model is saved by `tf.saved_model.save(module, folder)` and read by `tf.saved_model.load(folder)`"
)
_CELLS = "the cells are Keras's: `tf.keras.layers.LSTMCell(n)`, and `tf.keras.layers.RNN(cell)(inputs)` runs one"
_LAYERS = "`tf.keras.layers` has the layers"

# What is written instead of a name that has no sense without a graph, or is not there.
GONE = {
    "train.BaseHook train.CheckpointSaverHook train.CheckpointSaverListener train.FeedFnHook train.FinalOpsHook "
    "train.GlobalStepWaiterHook train.LoggingTensorHook train.NanTensorHook train.ProfilerHook train.SecondOrStepTimer "
    "train.StepCounterHook train.StopAtStepHook train.SummarySaverHook train.ChiefSessionCreator "
    "train.MonitoredSession train.MonitoredTrainingSession train.Scaffold train.SessionCreator "
    "train.SingularMonitoredSession train.WorkerSessionCreator train.SessionManager train.SessionRunArgs "
    "train.SessionRunContext train.SessionRunHook train.SessionRunValues train.Supervisor train.basic_train_loop "
    "train.NanLossDuringTrainingError train.LooperThread train.VocabInfo train.warm_start "
    "train.SyncReplicasOptimizer train.replica_device_setter": _LOOP,
    "train.batch train.batch_join train.input_producer train.limit_epochs train.maybe_batch train.maybe_batch_join "
    "train.maybe_shuffle_batch train.maybe_shuffle_batch_join train.range_input_producer train.shuffle_batch "
    "train.shuffle_batch_join train.slice_input_producer train.string_input_producer train.QueueRunner "
    "train.add_queue_runner train.start_queue_runners train.queue_runner.QueueRunner "
    "train.queue_runner.add_queue_runner train.queue_runner.start_queue_runners ReaderBase FixedLengthRecordReader "
    "IdentityReader LMDBReader TFRecordReader TextLineReader WholeFileReader ConditionalAccumulator "
    "ConditionalAccumulatorBase SparseConditionalAccumulator sparse.SparseConditionalAccumulator "
    "nondifferentiable_batch_function FIFOQueue PaddingFIFOQueue PriorityQueue QueueBase "
    "RandomShuffleQueue io.PaddingFIFOQueue io.PriorityQueue io.QueueBase io.RandomShuffleQueue": _QUEUES,
    "summary.scalar summary.histogram summary.image summary.audio summary.text summary.tensor_summary "
    "summary.FileWriterCache summary.get_summary_description summary.SessionLog "
    "summary.SummaryDescription summary.TaggedRunMetadata HistogramProto LogMessage SessionLog": _SUMMARY,
    "train.export_meta_graph train.import_meta_graph train.do_quantize_training_on_graphdef train.SaverDef "
    "MetaGraphDef TensorInfo import_graph_def "
    "graph_util.import_graph_def graph_util.convert_variables_to_constants graph_util.extract_sub_graph "
    "graph_util.must_run_on_cpu graph_util.remove_training_nodes graph_util.tensor_shape_from_node_def_name "
    "saved_model.Builder saved_model.builder.SavedModelBuilder saved_model.simple_save "
    "saved_model.build_signature_def saved_model.classification_signature_def saved_model.is_valid_signature "
    "saved_model.predict_signature_def saved_model.regression_signature_def saved_model.main_op_with_restore "
    "saved_model.build_tensor_info saved_model.get_tensor_from_tensor_info saved_model.utils.build_tensor_info "
    "saved_model.utils.get_tensor_from_tensor_info saved_model.loader.load saved_model.main_op.main_op "
    "saved_model.main_op.main_op_with_restore saved_model.signature_def_utils.MethodNameUpdater "
    "saved_model.signature_def_utils.build_signature_def "
    "saved_model.signature_def_utils.classification_signature_def "
    "saved_model.signature_def_utils.is_valid_signature saved_model.signature_def_utils.predict_signature_def "
    "saved_model.signature_def_utils.regression_signature_def saved_model.load experimental.output_all_intermediates "
    "test.assert_equal_graph_def": _GRAPH_FILES,
    "RegisterGradient NoGradient NotDifferentiable no_gradient": "a function has a derivative of its own by "
    "`@tf.custom_gradient`, and none by `tf.stop_gradient`",
    "get_session_handle get_session_tensor delete_session_tensor": _SESSION + "a tensor is kept by keeping it",
    "load_library load_op_library load_file_system_library": "operations in C++ cannot be loaded; write it in Python, "
    "with `@tf.custom_gradient` where it has a derivative of its own",
    "create_partitioned_variables fixed_size_partitioner min_max_variable_partitioner variable_axis_size_partitioner":
    "variables are whole: `tf.Variable(value)`, or a list of them",
    "variable_creator_scope": "call what makes variables with what it is to make them with",
    "train.sdca_fprint train.sdca_optimizer train.sdca_shrink_l1": "`tf.compat.v1.train.FtrlOptimizer` and "
    "`ProximalAdagradOptimizer` train linear models",
    "mixed_precision.DynamicLossScale mixed_precision.FixedLossScale mixed_precision.LossScale "
    "mixed_precision.MixedPrecisionLossScaleOptimizer mixed_precision.disable_mixed_precision_graph_rewrite "
    "mixed_precision.enable_mixed_precision_graph_rewrite train.experimental.DynamicLossScale "
    "train.experimental.FixedLossScale train.experimental.LossScale "
    "train.experimental.MixedPrecisionLossScaleOptimizer train.experimental.disable_mixed_precision_graph_rewrite "
    "train.experimental.enable_mixed_precision_graph_rewrite mixed_precision.experimental.DynamicLossScale "
    "mixed_precision.experimental.FixedLossScale mixed_precision.experimental.LossScale": "Keras has it: "
    "`tf.keras.mixed_precision.LossScaleOptimizer(optimizer)`",
    "nn.dynamic_rnn nn.bidirectional_dynamic_rnn nn.raw_rnn nn.static_bidirectional_rnn nn.static_rnn "
    "nn.static_state_saving_rnn": _CELLS,
    "test.compute_gradient test.compute_gradient_error": _SESSION + "write "
    "`theoretical, numerical = tf.test.compute_gradient(f, [x])`",
    "test.StubOutForTesting": "write `unittest.mock.patch`",
    "train.LooperThread": _LOOP,
}  # fmt: skip

# Rooms of which no name is there, and what is written instead.
GONE_ROOMS = {
    "metrics": _SESSION + "`m = tf.keras.metrics.Mean()`, `m.update_state(value)` in the loop, and `m.result()`",
    "layers": _LAYERS,
    "nn.rnn_cell": _CELLS,
    "distributions": "distributions are in the package `tensorflow_probability`",
    "estimator": "`tf.keras.Model` with `fit`, or a loop of one's own with `tf.GradientTape`, takes its place",
    "feature_column": "Keras's preprocessing layers take its place, as `tf.keras.layers.StringLookup`",
    "contrib": "it went with TensorFlow 2; much of it is in `tf.keras`, or in packages of its own",
    "lite": "models are not converted for TensorFlow Lite",
    "mlir": "there is no MLIR here",
    "profiler": "Python's `cProfile` shows where time goes, and `tf.debugging` what is computed",
    "tpu": "there are no TPUs here: leave it out",
    "distribute": "there is one process: leave it out",
    "graph_util": _GRAPH_FILES,
    "resource_loader": "write `os.path.join(os.path.dirname(__file__), name)`",
    "queue": _QUEUES,
}
