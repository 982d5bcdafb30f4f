"""Small networks: what operators do to one another's grids, and what a delegate fuses."""

from __future__ import annotations

from elements import PROBABILITIES, SYMMETRIC, binary, converted, unary
from groups import group
from model import Draw, GraphWriter, Tensor
from movement import reshaped
from products import BYTES, CODES, conv, depthwise, fully_connected, image
from reductions import mean, pool, resize


def sum_fields(x: Tensor) -> dict:
    return {'potScaleInt16': False} if x.type == 'int16' else {}


def quantized_image(draw: Draw, graph: GraphWriter, type_: str) -> Tensor:
    """An image of codes, or one of real numbers behind a QUANTIZE."""
    if draw.chance(0.5):
        return image(draw, graph, type_, 4, 7)
    x = graph.float_input([1, *draw.extents(2, 4, 7), draw.integer(1, 4)])
    return graph.add('QUANTIZE', [x], graph.on(draw.grid(type_), x.shape), 'QuantizeOptions')


def flat(graph: GraphWriter, x: Tensor) -> Tensor:
    batch, *rest = x.shape
    features = 1
    for extent in rest:
        features *= extent
    return reshaped(graph, x, [batch, features])


def finished(draw: Draw, graph: GraphWriter, y: Tensor) -> bytes:
    """The model, with a DEQUANTIZE at its end now and then."""
    if draw.chance(0.7):
        return graph.finish(y)
    real = graph.tensor(y.shape, 'float32')
    return graph.finish(graph.add('DEQUANTIZE', [y], real, 'DequantizeOptions'))


@group('network: classifier', *CODES)
def classifier(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = conv(draw, graph, quantized_image(draw, graph, type_))
    x = pool(draw, graph, x, draw.one_of(['MAX_POOL_2D', 'AVERAGE_POOL_2D']))
    x = fully_connected(draw, graph, flat(graph, x), draw.integer(2, 6))
    return finished(draw, graph, unary(draw, graph, x, 'SOFTMAX', PROBABILITIES, 'SoftmaxOptions', beta=1.0))


@group('network: residual', *CODES)
def residual(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = quantized_image(draw, graph, type_)
    y = conv(draw, graph, x, channels=x.shape[3])
    if y.shape != x.shape:
        x = resize_to(graph, x, y)
    y = binary(draw, graph, draw.one_of(['ADD', 'SUB', 'MUL']), y, x)
    graph.operators[-1] = with_fields(graph.operators[-1], y)
    return finished(draw, graph, mean(draw, graph, y, [1, 2]) if draw.chance(0.5) else y)


def with_fields(operator, y: Tensor):
    """A sum of int16 with scales that are no powers of two."""
    name, inputs, outputs, (table, fields) = operator
    more = sum_fields(y) if name != 'MUL' else {}
    return name, inputs, outputs, (table, {**fields, **more})


def resize_to(graph: GraphWriter, x: Tensor, like: Tensor) -> Tensor:
    size = list(like.shape[1:3])
    y = graph.on(x.grid, [x.shape[0], *size, x.shape[3]])
    options = {'alignCorners': False, 'halfPixelCenters': False}
    return graph.add(
        'RESIZE_NEAREST_NEIGHBOR', [x, graph.integers(size)], y, 'ResizeNearestNeighborOptions', **options
    )


@group('network: separable', *CODES)
def separable(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = depthwise(draw, graph, quantized_image(draw, graph, type_))
    x = conv(draw, graph, x)
    if type_ != 'int16' and draw.chance(0.5):
        x = unary(draw, graph, x, draw.one_of(['HARD_SWISH', 'RELU', 'RELU6']))
    x = mean(draw, graph, x, [1, 2], keeps=False)
    return finished(draw, graph, fully_connected(draw, graph, x))


@group('network: gate', *BYTES)
def gate(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    """Squeeze and excite, and functions whose result is multiplied with their argument."""
    x = conv(draw, graph, quantized_image(draw, graph, type_))
    s = mean(draw, graph, x, [1, 2], keeps=True) if draw.chance(0.5) else x
    if s is not x:
        s = reshaped(graph, fully_connected(draw, graph, flat(graph, s), x.shape[3]), s.shape)
    operator, grids = draw.one_of([('LOGISTIC', PROBABILITIES), ('TANH', SYMMETRIC)])
    return finished(draw, graph, binary(draw, graph, 'MUL', x, unary(draw, graph, s, operator, grids)))


@group('network: branches', *BYTES)
def branches(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    """Padded, convolved, resized, and joined with itself on one grid."""
    x = image(draw, graph, type_, 3, 6)
    pads = [[0, 0], *([draw.integer(0, 2), draw.integer(0, 2)] for _ in range(2)), [0, 0]]
    size = [extent + sum(pad) for extent, pad in zip(x.shape, pads, strict=True)]
    padded = graph.add('PAD', [x, graph.integers(pads)], graph.on(x.grid, size), 'PadOptions')
    y = conv(draw, graph, padded)
    resized = resize(draw, graph, y, draw.one_of(['RESIZE_BILINEAR', 'RESIZE_NEAREST_NEIGHBOR']))
    again = resize_to(graph, y, resized)
    shape = [*resized.shape[:3], 2 * y.shape[3]]
    joined = graph.add(
        'CONCATENATION', [resized, again], graph.on(y.grid, shape), 'ConcatenationOptions', axis=3
    )
    return finished(draw, graph, converted(draw, graph, joined, type_))


@group('network: float island', *BYTES)
def float_island(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    """Codes, a quotient of real numbers, codes."""
    x = fully_connected(draw, graph, graph.input(draw.grid(type_), [2, draw.integer(1, 12)]))
    real = graph.add('DEQUANTIZE', [x], graph.tensor(x.shape, 'float32'), 'DequantizeOptions')
    operator = draw.one_of(['ADD', 'SUB', 'MUL', 'DIV'])
    other = graph.tensor([1], 'float32', data=draw.rng.uniform(0.5, 3, size=1))
    y = graph.tensor(x.shape, 'float32')
    graph.add(operator, [real, other], y, f'{operator.capitalize()}Options')
    codes = graph.on(draw.grid(type_), x.shape)
    graph.add('QUANTIZE', [y], codes, 'QuantizeOptions')
    return graph.finish(codes)
