"""Convolutions, fully connected layers and batched products."""

from __future__ import annotations

import numpy as np

from groups import group
from model import Draw, Grid, GraphWriter, Tensor, Undrawable

SAME, VALID = 0, 1
BYTES = ('int8', 'uint8')
CODES = (*BYTES, 'int16')


def positions(extent: int, kernel: int, stride: int, dilation: int, padding: int) -> int:
    """How many positions a window has along an axis."""
    covered = extent if padding == SAME else extent - (kernel - 1) * dilation
    count = -(-covered // stride)
    if count < 1:
        raise Undrawable
    return count


def skips_pixels(extent: int, kernel: int, stride: int, dilation: int, padding: int) -> bool:
    """Whether SAME padding would be negative: the last window ends before the image does."""
    count = positions(extent, kernel, stride, dilation, padding)
    return padding == SAME and (count - 1) * stride + (kernel - 1) * dilation + 1 < extent


def weights_and_bias(
    draw: Draw, graph: GraphWriter, x: Grid, shape, axis: int, is_per_channel: bool, has_bias: bool | None = None
) -> tuple[list[Tensor], float]:
    """Constant weights, mostly with a bias, and the scale of a result that fills its range."""
    channels = shape[axis]
    type_ = 'uint8' if x.type == 'uint8' else 'int8'
    scales = [draw.scale(-9, -5) for _ in range(channels if is_per_channel else 1)]
    zero_point = draw.zero_point(type_) if type_ == 'uint8' else 0
    codes = draw.codes(shape, type_)
    if type_ == 'int8':
        codes = np.maximum(codes, -127)
    # With one scale and another axis than 0 the delegate refuses depthwise weights of uint8.
    weights = graph.tensor(shape, type_, scales, zero_point, axis if is_per_channel else 0, codes)
    products = np.float32(x.scale) * np.asarray(scales, np.float32)
    fan_in = int(np.prod(shape)) // channels
    spread = (2.0**15 if x.type == 'int16' else 2.0**7) * 74 * fan_in**0.5
    output_scale = float(np.median(products)) * spread / (2**14 if x.type == 'int16' else 2**6)
    operands = [weights]
    if draw.chance(0.9) if has_bias is None else has_bias:
        bias_type, limit = ('int64', 2**21) if x.type == 'int16' else ('int32', 5000)
        bias = draw.rng.integers(-limit, limit + 1, size=channels)
        operands.append(graph.tensor([channels], bias_type, products, 0, 0, bias))
    return operands, output_scale


def result_grid(draw: Draw, type_: str, scale: float) -> Grid:
    return Grid(type_, draw.scale_near(scale), draw.zero_point(type_))


def conv(draw: Draw, graph: GraphWriter, x: Tensor, narrow: bool | None = False, channels: int | None = None) -> Tensor:
    """CONV_2D. `narrow` says whether SAME padding may, or has to, be negative."""
    _, height, width, depth = x.shape
    kernel = draw.extents(2, 1, 3)
    strides = draw.extents(2, 1, 3)
    dilations = [1, 1]
    if draw.chance(0.3):
        strides, dilations = [1, 1], draw.extents(2, 1, 2)
    padding = SAME if narrow else draw.one_of([SAME, VALID])
    groups = 1
    if depth % 2 == 0 and x.type != 'int16' and draw.chance(0.15):
        groups = 2
    channels = groups * draw.integer(1, 4) if channels is None else channels
    if channels % groups:
        groups = 1
    require_narrow(x, kernel, strides, dilations, padding, bool(narrow))
    is_per_channel = x.type != 'uint8' and draw.chance(0.7)
    operands, scale = weights_and_bias(
        draw, graph, x.grid, [channels, *kernel, depth // groups], 0, is_per_channel
    )
    rows, columns = (
        positions(*axis, padding) for axis in zip((height, width), kernel, strides, dilations, strict=True)
    )
    y = graph.on(result_grid(draw, x.type, scale), [x.shape[0], rows, columns, channels])
    return graph.add(
        'CONV_2D',
        [x, *operands],
        y,
        'Conv2DOptions',
        padding=padding,
        strideH=strides[0],
        strideW=strides[1],
        dilationHFactor=dilations[0],
        dilationWFactor=dilations[1],
        fusedActivationFunction=draw.activation(),
    )


def require_narrow(x: Tensor, kernel, strides, dilations, padding: int, narrow: bool) -> None:
    """Keeps windows of more than a pixel that skip the last pixels of an image in groups of their own."""
    skips = any(
        skips_pixels(*axis, padding) for axis in zip(x.shape[1:3], kernel, strides, dilations, strict=True)
    )
    if (skips and kernel != [1, 1]) != narrow:
        raise Undrawable


def image(draw: Draw, graph: GraphWriter, type_: str, least: int = 3, greatest: int = 9) -> Tensor:
    return graph.input(
        draw.grid(type_),
        [2 if draw.chance(0.1) else 1, *draw.extents(2, least, greatest), draw.integer(1, 6)],
    )


@group('CONV_2D', *CODES)
def conv_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    return graph.finish(conv(draw, graph, image(draw, graph, type_)))


@group('CONV_2D narrower than its stride', *BYTES)
def narrow_conv_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    return graph.finish(conv(draw, graph, image(draw, graph, type_), narrow=True))


def depthwise(draw: Draw, graph: GraphWriter, x: Tensor, narrow: bool = False) -> Tensor:
    """DEPTHWISE_CONV_2D; strides are equal along both axes, which the delegate asks for. The optimized kernel crashes without a bias."""
    depth = x.shape[3]
    kernel = draw.extents(2, 1, 3)
    stride = draw.integer(1, 3)
    dilation = draw.integer(1, 2) if stride == 1 else 1
    padding = SAME if narrow else draw.one_of([SAME, VALID])
    multiplier = draw.integer(1, 3)
    require_narrow(x, kernel, [stride] * 2, [dilation] * 2, padding, narrow)
    is_per_channel = x.type != 'uint8' and draw.chance(0.7)
    operands, scale = weights_and_bias(
        draw, graph, x.grid, [1, *kernel, depth * multiplier], 3, is_per_channel, True
    )
    rows, columns = (positions(x.shape[1 + i], kernel[i], stride, dilation, padding) for i in range(2))
    y = graph.on(result_grid(draw, x.type, scale), [x.shape[0], rows, columns, depth * multiplier])
    return graph.add(
        'DEPTHWISE_CONV_2D',
        [x, *operands],
        y,
        'DepthwiseConv2DOptions',
        padding=padding,
        strideH=stride,
        strideW=stride,
        depthMultiplier=multiplier,
        dilationHFactor=dilation,
        dilationWFactor=dilation,
        fusedActivationFunction=draw.activation(),
    )


@group('DEPTHWISE_CONV_2D', *CODES)
def depthwise_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    return graph.finish(depthwise(draw, graph, image(draw, graph, type_)))


@group('DEPTHWISE_CONV_2D narrower than its stride', *BYTES)
def narrow_depthwise_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    return graph.finish(depthwise(draw, graph, image(draw, graph, type_), narrow=True))


@group('TRANSPOSE_CONV', *CODES)
def transpose_conv_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    """Every size of the output that a convolution takes to the input's."""
    x = image(draw, graph, type_, 1, 5)
    kernel, strides = draw.extents(2, 1, 4), draw.extents(2, 1, 3)
    padding, channels = draw.one_of([SAME, VALID]), draw.integer(1, 5)
    size = []
    for extent, taps, stride in zip(x.shape[1:3], kernel, strides, strict=True):
        least = (extent - 1) * stride + (1 if padding == SAME else taps)
        size.append(draw.integer(least, least + stride - 1))
        if padding == SAME and taps < stride:
            raise Undrawable
    operands, scale = weights_and_bias(
        draw, graph, x.grid, [channels, *kernel, x.shape[3]], 0, x.type != 'uint8' and draw.chance(0.7)
    )
    shape = [x.shape[0], *size, channels]
    y = graph.on(result_grid(draw, type_, scale), shape)
    graph.add(
        'TRANSPOSE_CONV',
        [graph.integers(shape), operands[0], x, *operands[1:]],
        y,
        'TransposeConvOptions',
        padding=padding,
        strideH=strides[0],
        strideW=strides[1],
        fusedActivationFunction=draw.activation(),
    )
    return graph.finish(y)


def fully_connected(draw: Draw, graph: GraphWriter, x: Tensor, units: int | None = None) -> Tensor:
    """FULLY_CONNECTED of rows, or of whatever axes flattened."""
    features = x.shape[-1]
    units = draw.integer(1, 12) if units is None else units
    operands, scale = weights_and_bias(
        draw, graph, x.grid, [units, features], 0, x.type == 'int8' and draw.chance(0.4)
    )
    keeps = len(x.shape) > 2 and draw.chance(0.5)
    rows = int(np.prod(x.shape[:-1]))
    y = graph.on(
        result_grid(draw, x.type, scale), [*x.shape[:-1], units] if keeps else [rows, units]
    )
    return graph.add(
        'FULLY_CONNECTED',
        [x, *operands],
        y,
        'FullyConnectedOptions',
        keepNumDims=keeps,
        fusedActivationFunction=draw.activation(),
    )


@group('FULLY_CONNECTED', *CODES)
def fully_connected_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    shape = [*draw.extents(draw.integer(1, 2), 1, 3), draw.integer(1, 40)]
    return graph.finish(fully_connected(draw, graph, graph.input(draw.grid(type_), shape)))


@group('BATCH_MATMUL', 'int8', 'int16')
def batch_matmul_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    """Either operand transposed, batches broadcast, the second operand constant now and then."""
    rows, summed, columns = draw.extents(3, 1, 6)
    batches = draw.extents(draw.integer(1, 2), 1, 3)
    others = [1 if draw.chance(0.3) else extent for extent in batches]
    adjoint_x, adjoint_y = draw.chance(0.3), draw.chance(0.4)
    if adjoint_x and batches != others:  # The reference kernel leaves part of the result unwritten.
        raise Undrawable
    left, right = draw.grid(type_), draw.grid(type_)
    x = graph.input(left, [*batches, *([summed, rows] if adjoint_x else [rows, summed])])
    shape = [*others, *([columns, summed] if adjoint_y else [summed, columns])]
    y = graph.on(right, shape, draw.codes(shape, type_)) if draw.chance(0.3) else graph.input(right, shape)
    spread = 2**8.2 if type_ == 'int16' else 2
    scale = left.scale * right.scale * spread * 74 * 74 * summed**0.5 / 2**6
    z = graph.on(result_grid(draw, type_, scale), [*batches, rows, columns])
    graph.add('BATCH_MATMUL', [x, y], z, 'BatchMatMulOptions', adjX=adjoint_x, adjY=adjoint_y)
    return graph.finish(z)
