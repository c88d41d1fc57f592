"""How Keras says what a law speaks of; the pages print these lines, and a test runs them."""

_BEHIND = (
    "layers.ZeroPadding1D(({lo}, {hi}))",
    "layers.Conv1D(filters, k, strides=s, dilation_rate=d)",
)

# How Keras says what a law speaks of, as the lines of a Sequential; laws without a word in Keras
# are not listed.
SPELLINGS = {
    "plain_output_size": ("layers.Conv1D(filters, f)",),
    "conv_output_size": tuple(line.format(lo="lo", hi="hi") for line in _BEHIND),
    "strided_output_size": ("layers.Conv1D(filters, k, strides=s)",),
    "dilated_output_size": ("layers.Conv1D(filters, k, dilation_rate=d)",),
    "valid_output_size": (
        'layers.Conv1D(filters, k, strides=s, dilation_rate=d, padding="valid")',
    ),
    "symmetric_output_size": tuple(line.format(lo="p", hi="p") for line in _BEHIND),
    "half_output_size": ("layers.ZeroPadding1D(k // 2)", "layers.Conv1D(filters, k, strides=s)"),
    "full_output_size": (
        "layers.ZeroPadding1D(d * (k - 1))",
        "layers.Conv1D(filters, k, dilation_rate=d)",
    ),
    "causal_output_size": (
        'layers.Conv1D(filters, k, strides=s, dilation_rate=d, padding="causal")',
    ),
    "same_output_size": ('layers.Conv1D(filters, 3, strides=s, padding="same")',),
    "exact_fit_output_size": tuple(line.format(lo="lo", hi="hi") for line in _BEHIND),
    "two_layer_output_size": (
        "layers.ZeroPadding1D((lo_1, hi_1))",
        "layers.Conv1D(filters, k_1, strides=s_1, dilation_rate=d_1)",
        "layers.ZeroPadding1D((lo_2, hi_2))",
        "layers.Conv1D(filters, k_2, strides=s_2, dilation_rate=d_2)",
    ),
    "transposed_output_size": (
        "layers.Conv1DTranspose(filters, k, strides=s, dilation_rate=d, output_padding=op)",
        "layers.Cropping1D((lo, hi))",
    ),
    "padded_size": ("layers.ZeroPadding1D((lo, hi))",),
    "interior_padded_size": ("layers.Conv1DTranspose(filters, 1, strides=s, output_padding=0)",),
}

# What Keras has for laws that speak of something else than the size of one output.
PHRASES = {
    "same_padding": ('layers.Conv1D(filters, k, strides=s, dilation_rate=d, padding="same")',),
    "chain_output_size": (
        "keras.Sequential([layers.Conv1D(filters, k_i, strides=s_i) for k_i, s_i in zip(k, s)])",
    ),
    "receptive_field_size": (
        "keras.Sequential([layers.Conv1D(filters, k_i, strides=s_i) for k_i, s_i in zip(k, s)])",
    ),
    "smallest_input_size": ("layers.Conv1DTranspose(filters, k, strides=s)  # where k >= s",),
    "conv_parameters": (
        "layer = layers.Conv2D(f, k, groups=g)",
        "layer.build((None, None, None, c))",
        "layer.count_params()",
    ),
    "connected_parameters": (
        "x = keras.Input((None, None, c))",
        (
            "parts = [layers.Conv2D(1, k)(keras.ops.take(x, some, axis=-1)) for some in table]  #"
            " u = sum(map(len, table))"
        ),
        "keras.Model(x, layers.Concatenate()(parts)).count_params()",
    ),
    "separable_parameters": (
        "layer = layers.SeparableConv2D(f, k, depth_multiplier=q)",
        "layer.build((None, None, None, c))",
        "layer.count_params()",
    ),
    "factored_parameters": (
        (
            "steps = [layers.Conv3D(m, (1, 3, 3), use_bias=False),"
            " layers.Conv3D(f, (3, 1, 1), use_bias=False)]"
        ),
        (
            "keras.Sequential([keras.Input((None, None, None, c)), *steps]).count_params()"
            "  # t_1=9, t_2=3"
        ),
    ),
    "restoring_output_padding": (
        (
            "layers.Conv1DTranspose(filters, k, strides=s, output_padding=(n - k) % s)  # n again,"
            " after Conv1D(filters, k, strides=s)"
        ),
    ),
    "flat_channel": ("layers.Reshape((n, w * c))",),
    "spanned_axis_convolution": (
        "layers.Conv2D(filters, (k, w), strides=(s, 1))  # on (n, w, c)",
        "layers.Conv1D(filters, k, strides=s)  # the same on (n, w * c)",
    ),
}
