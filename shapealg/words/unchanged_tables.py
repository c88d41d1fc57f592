"""The words that change no size, framework by framework.

A row is the names, their signature as in the framework, and after a colon the rule of `unchanged`
that says what goes in, how many parameters there are and which axes are mixed. A row that goes on
is indented.
"""

TABLES = {
    "torch": """
        Identity Tanhshrink Softsign Sigmoid LogSigmoid Tanh Softmax2d (*args, **kwargs)
        ReLU ReLU6 SELU SiLU Mish Hardswish Hardsigmoid (inplace=False)
        LeakyReLU (negative_slope=0.01, inplace=False)
        PReLU (num_parameters=1, init=0.25) : slopes
        RReLU (lower=0.125, upper=0.3333333333333333, inplace=False)
        ELU CELU (alpha=1.0, inplace=False)
        GELU (approximate='none')
        Hardtanh (min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None)
        Hardshrink Softshrink (lambd=0.5)
        Softplus (beta=1.0, threshold=20.0)
        Threshold (threshold, value, inplace=False)
        Softmax Softmin LogSoftmax (dim=None) : softmax
        Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout (p=0.5,
            inplace=False)
        LocalResponseNorm (size, alpha=0.0001, beta=0.75, k=1.0)
        ChannelShuffle (groups) : groups
        BatchNorm1d BatchNorm2d BatchNorm3d (num_features, eps=1e-05, momentum=0.1, affine=True,
            track_running_stats=True, *, bias=True) : batch
        SyncBatchNorm (num_features, eps=1e-05, momentum=0.1, affine=True,
            track_running_stats=True, process_group=None, *, bias=True) : batch
        InstanceNorm1d InstanceNorm2d InstanceNorm3d (num_features, eps=1e-05, momentum=0.1,
            affine=False, track_running_stats=False, *, bias=True) : instance
        GroupNorm (num_groups, num_channels, eps=1e-05, affine=True, *, bias=True) : group
        LayerNorm (normalized_shape, eps=1e-05, elementwise_affine=True, bias=True) : trailing
        RMSNorm (normalized_shape, eps=None, elementwise_affine=True) : root
        """,
    "torch.nn.functional": """
        relu relu6 selu silu mish hardswish hardsigmoid (inplace=False)
        sigmoid tanh logsigmoid softsign tanhshrink ()
        leaky_relu (negative_slope=0.01, inplace=False)
        prelu (weight)
        rrelu (lower=0.125, upper=0.3333333333333333, training=False, inplace=False)
        elu celu (alpha=1.0, inplace=False)
        gelu (approximate='none')
        hardtanh (min_val=-1.0, max_val=1.0, inplace=False)
        hardshrink softshrink (lambd=0.5)
        softplus (beta=1, threshold=20)
        threshold (threshold, value, inplace=False)
        softmax softmin log_softmax (dim=None, _stacklevel=3, dtype=None) : softmax
        dropout (p=0.5, training=True, inplace=False)
        dropout1d dropout2d dropout3d (p=0.5, training=True, inplace=False)
        alpha_dropout feature_alpha_dropout (p=0.5, training=False, inplace=False)
        batch_norm (running_mean, running_var, weight=None, bias=None, training=False,
            momentum=0.1, eps=1e-05)
        instance_norm (running_mean=None, running_var=None, weight=None, bias=None,
            use_input_stats=True, momentum=0.1, eps=1e-05) : given_instance
        group_norm (num_groups, weight=None, bias=None, eps=1e-05) : given_group
        layer_norm (normalized_shape, weight=None, bias=None, eps=1e-05)
        normalize (p=2.0, dim=1, eps=1e-12, out=None) : softmax
        local_response_norm (size, alpha=0.0001, beta=0.75, k=1.0)
        """,
    "keras": """
        Identity ()
        ReLU (max_value=None, negative_slope=0.0, threshold=0.0)
        LeakyReLU (negative_slope=0.3)
        PReLU (alpha_initializer='Zeros', alpha_regularizer=None, alpha_constraint=None,
            shared_axes=None) : keras_slopes
        ELU (alpha=1.0)
        Softmax (axis=-1) : softmax
        Activation (activation)
        Dropout AlphaDropout (rate, noise_shape=None, seed=None)
        SpatialDropout1D (rate, seed=None)
        SpatialDropout2D SpatialDropout3D (rate, data_format=None, seed=None)
        GaussianDropout (rate, seed=None)
        GaussianNoise (stddev, seed=None)
        ActivityRegularization (l1=0.0, l2=0.0)
        Rescaling (scale, offset=0.0)
        Masking (mask_value=0.0)
        BatchNormalization (axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True) :
            keras_batch
        LayerNormalization (axis=-1, epsilon=0.001, center=True, scale=True) : keras_axes
        GroupNormalization (groups=32, axis=-1, epsilon=0.001, center=True, scale=True) :
            keras_group
        RMSNormalization (axis=-1, epsilon=1e-06) : keras_root
        UnitNormalization (axis=-1) : softmax
        """,
    "tensorflow": """
        relu elu selu softplus softsign sigmoid tanh relu6 ()
        leaky_relu (alpha=0.2)
        gelu (approximate=False)
        silu swish (beta=1.0)
        softmax log_softmax (axis=None) : softmax
        dropout (rate, noise_shape=None, seed=None)
        batch_normalization (mean, variance, offset, scale, variance_epsilon)
        bias_add (bias, data_format=None)
        local_response_normalization lrn (depth_radius=5, bias=1, alpha=1, beta=0.5)
        """,
    "jax": """
        relu relu6 selu silu swish sigmoid tanh softplus soft_sign hard_sigmoid hard_swish
            hard_silu hard_tanh log_sigmoid mish ()
        leaky_relu (negative_slope=0.01)
        elu celu (alpha=1.0)
        gelu (approximate=True)
        softmax log_softmax (axis=-1, where=None) : softmax
        standardize (axis=-1, mean=None, variance=None, epsilon=1e-05, where=None, *,
            algorithm='fast') : softmax
        squareplus (b=4)
        """,
    "onnx": """
        Relu Sigmoid Tanh Softplus Softsign HardSwish Mish Identity Erf (*, opset=None)
        LeakyRelu (*, alpha=0.01, opset=None)
        PRelu (slope=None, *, opset=None) : given
        Elu Celu ThresholdedRelu Swish (*, alpha=1.0, opset=None)
        Selu (*, alpha=1.67326319217681884765625, gamma=1.05070102214813232421875, opset=None)
        Gelu (*, approximate='none', opset=None)
        HardSigmoid (*, alpha=0.2, beta=0.5, opset=None)
        Shrink (*, bias=0.0, lambd=0.5, opset=None)
        Softmax LogSoftmax Hardmax (*, axis=-1, opset=None) : softmax
        Clip (min=None, max=None, *, opset=None)
        Dropout (ratio=None, training_mode=None, *, seed=None, opset=None)
        LRN (*, size, alpha=0.0001, beta=0.75, bias=1.0, opset=None)
        LpNormalization (*, axis=-1, p=2, opset=None) : softmax
        BatchNormalization (scale=None, B=None, input_mean=None, input_var=None, *,
            epsilon=1e-05, momentum=0.9, training_mode=0, opset=None) : given
        InstanceNormalization (scale=None, B=None, *, epsilon=1e-05, opset=None) : given_instance
        GroupNormalization (scale=None, bias=None, *, num_groups, epsilon=1e-05, stash_type=1,
            opset=None) : given_group
        LayerNormalization (Scale=None, B=None, *, axis=-1, epsilon=1e-05, stash_type=1,
            opset=None) : given_trailing
        """,
    "paddle": """
        Identity (*args, **kwargs)
        ReLU ReLU6 Swish Mish Hardswish Hardsigmoid Tanhshrink Softsign Sigmoid LogSigmoid Tanh
            Softmax2D ()
        SiLU Silu (inplace=False)
        LeakyReLU (negative_slope=0.01)
        PReLU (num_parameters=1, init=0.25, weight_attr=None, data_format='NCHW') : slopes
        RReLU (lower=0.125, upper=0.3333333333333333)
        ELU CELU (alpha=1.0)
        SELU (scale=1.0507009873554805, alpha=1.6732632423543772)
        GELU (approximate=False)
        Hardtanh (min=-1.0, max=1.0)
        Hardshrink Softshrink (threshold=0.5)
        Softplus (beta=1, threshold=20)
        ThresholdedReLU (threshold=1.0, value=0.0)
        Softmax LogSoftmax (axis=-1) : softmax
        Dropout (p=0.5, inplace=False, axis=None, mode='upscale_in_train')
        Dropout2D (p=0.5, data_format='NCHW')
        Dropout3D (p=0.5, data_format='NCDHW')
        AlphaDropout FeatureAlphaDropout (p=0.5)
        LocalResponseNorm (size, alpha=0.0001, beta=0.75, k=1.0, data_format='NCHW')
        ChannelShuffle (groups, data_format='NCHW') : groups
        BatchNorm1D (num_features, momentum=0.9, epsilon=1e-05, weight_attr=None,
            bias_attr=None, data_format='NCL', use_global_stats=None) : batch
        BatchNorm2D (num_features, momentum=0.9, epsilon=1e-05, weight_attr=None,
            bias_attr=None, data_format='NCHW', use_global_stats=None) : batch
        BatchNorm3D (num_features, momentum=0.9, epsilon=1e-05, weight_attr=None,
            bias_attr=None, data_format='NCDHW', use_global_stats=None) : batch
        SyncBatchNorm (num_features, momentum=0.9, epsilon=1e-05, weight_attr=None,
            bias_attr=None, data_format='NCHW') : batch
        InstanceNorm1D (num_features, epsilon=1e-05, momentum=0.9, weight_attr=None,
            bias_attr=None, data_format='NCL') : instance
        InstanceNorm2D (num_features, epsilon=1e-05, momentum=0.9, weight_attr=None,
            bias_attr=None, data_format='NCHW') : instance
        InstanceNorm3D (num_features, epsilon=1e-05, momentum=0.9, weight_attr=None,
            bias_attr=None, data_format='NCDHW') : instance
        GroupNorm (num_groups, num_channels, epsilon=1e-05, *, affine=True, weight_attr=None,
            bias_attr=None, data_format='NCHW') : group
        LayerNorm (normalized_shape, epsilon=1e-05, *, elementwise_affine=True, bias=True,
            weight_attr=None, bias_attr=None) : trailing
        """,
}
# arguments that change no size, and are not kept
SIZELESS = {
    "torch": frozenset({"device", "dtype"}),
    "keras": frozenset(
        {
            *("name", "dtype", "trainable", "autocast", "input_shape"),
            *("renorm", "renorm_clipping", "renorm_momentum", "synchronized"),
            *(
                f"{which}_{what}"
                for which in ("beta", "gamma", "moving_mean", "moving_variance")
                for what in ("initializer", "regularizer", "constraint")
            ),
        }
    ),
    "paddle": frozenset({"name", "device", "dtype"}),
    "tensorflow": frozenset({"name"}),
}
# the functions of these take the data first
DATA = {
    "torch.nn.functional": ("input",),
    "tensorflow": ("features", "x", "logits", "input", "value"),
    "jax": ("x",),
}
