"""Operators on elements: sums, products, functions of one number, and changes of grid."""

from __future__ import annotations

import numpy as np

from groups import group
from model import Draw, Grid, GraphWriter, Tensor
from products import BYTES, CODES, result_grid


def other_shape(draw: Draw, shape) -> list[int]:
    """The shape, or one that is broadcast to it."""
    if draw.chance(0.6):
        return list(shape)
    if draw.chance(0.6):
        return [1 if draw.chance(0.5) else extent for extent in shape]
    return list(shape[draw.integer(0, len(shape) - 1) :])


def binary(draw: Draw, graph: GraphWriter, operator: str, a: Tensor, b: Tensor, **fields) -> Tensor:
    """ADD, SUB, MUL or DIV of two tensors, of which the first has the result's shape."""
    if operator == 'MUL':
        scale = draw.scale_near(a.grid.scale * b.grid.scale * (2**14 if a.type == 'int16' else 2**6), 2, 2)
    else:
        scale = draw.scale_near(max(a.grid.scale, b.grid.scale), 1, 2)
    y = graph.on(Grid(a.type, scale, draw.zero_point(a.type)), a.shape)
    options = f'{operator.capitalize()}Options'
    return graph.add(operator, [a, b], y, options, fusedActivationFunction=draw.activation(), **fields)


def binary_group(operator: str, *types: str) -> None:
    @group(operator, *types)
    def case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
        shape = draw.extents(draw.integer(1, 5), 1, 4)
        b_shape = other_shape(draw, shape)
        a_grid = draw.grid(type_)
        b_grid = a_grid if draw.chance(0.2) else draw.grid(type_)
        a = graph.input(a_grid, shape)
        is_constant = draw.chance(0.3)
        b = graph.on(b_grid, b_shape, draw.codes(b_shape, type_)) if is_constant else graph.input(b_grid, b_shape)
        fields = {'potScaleInt16': False} if type_ == 'int16' and operator != 'MUL' else {}
        return graph.finish(binary(draw, graph, operator, a, b, **fields))


for name in ('ADD', 'SUB', 'MUL'):
    binary_group(name, *CODES)


@group('PRELU', *BYTES)
def prelu_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    shape = [1, *draw.extents(3, 1, 5)]
    slopes = draw.one_of([[1, 1, shape[3]], shape[1:], [shape[3]], [1, 1, 1, shape[3]]])
    x = graph.input(draw.grid(type_), shape)
    alpha = graph.on(Grid(type_, draw.scale(-8, -5), draw.zero_point(type_)), slopes, draw.codes(slopes, type_))
    y = graph.on(result_grid(draw, type_, x.grid.scale), shape)
    graph.add('PRELU', [x, alpha], y)
    return graph.finish(y)


#: Grids that kernels ask for: of probabilities, and of numbers in [-1, 1].
PROBABILITIES = {'int8': (1 / 256, -128), 'uint8': (1 / 256, 0), 'int16': (1 / 32768, 0)}
SYMMETRIC = {'int8': (1 / 128, 0), 'uint8': (1 / 128, 128), 'int16': (1 / 32768, 0)}
LOGARITHMS = {'int8': (1 / 16, 127), 'uint8': (1 / 16, 255)}


def unary(draw: Draw, graph: GraphWriter, x: Tensor, operator: str, grids=None, options=None, **fields) -> Tensor:
    """A function of one number, to a grid that is given by type or drawn."""
    grid = result_grid(draw, x.type, x.grid.scale) if grids is None else Grid(x.type, *grids[x.type])
    return graph.add(operator, [x], graph.on(grid, x.shape), options, **fields)


def unary_group(operator: str, types, grids=None, options=None, fields=lambda draw: {}) -> None:
    @group(operator, *types)
    def case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
        shape = [*draw.extents(draw.integer(0, 3), 1, 3), draw.integer(1, 24)]
        x = graph.input(draw.grid(type_, -6, -3), shape)
        return graph.finish(unary(draw, graph, x, operator, grids, options, **fields(draw)))


unary_group('LOGISTIC', CODES, PROBABILITIES)
unary_group('TANH', CODES, SYMMETRIC)
unary_group('HARD_SWISH', BYTES)
unary_group('ELU', ('int8',))
unary_group('ABS', ('int8', 'int16'))
unary_group('RELU', CODES)
unary_group('RELU6', CODES)
unary_group('RELU_N1_TO_1', BYTES)
unary_group('EXP', ('int8',))
SLOPES = (0.1, 0.25, -0.3, 0.01, 0.001, 1.5, 0.0, 1.0)
unary_group(
    'LEAKY_RELU', CODES, None, 'LeakyReluOptions', lambda draw: {'alpha': draw.one_of(SLOPES)}
)
unary_group(
    'SOFTMAX', CODES, PROBABILITIES, 'SoftmaxOptions', lambda draw: {'beta': draw.one_of([1.0, 1.0, 0.5, 2.0])}
)
unary_group('LOG_SOFTMAX', BYTES, LOGARITHMS)


def converted(draw: Draw, graph: GraphWriter, x: Tensor, type_: str) -> Tensor:
    """QUANTIZE to a grid near the input's, or far from it now and then."""
    near = draw.scale_near(x.grid.scale * {'int16': 2**-8}.get(type_, 1) * {'int16': 2**8}.get(x.type, 1), 2, 2)
    scale = draw.scale(-12, 3) if draw.chance(0.1) else near
    y = graph.on(Grid(type_, scale, draw.zero_point(type_)), x.shape)
    return graph.add('QUANTIZE', [x], y, 'QuantizeOptions')


def quantize_group(name: str, source: str, whole_vectors: bool, *types: str) -> None:
    @group(name, *types)
    def case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
        shape = [16 * draw.integer(1, 3)] if whole_vectors else draw.extents(2, 1, 24)
        return graph.finish(converted(draw, graph, graph.input(draw.grid(source), shape), type_))


quantize_group('QUANTIZE int8 to', 'int8', False, 'int8')
quantize_group('QUANTIZE uint8 to', 'uint8', False, 'uint8')
quantize_group('QUANTIZE int16 to', 'int16', False, 'int8', 'int16')
# Between int8 and uint8 the optimized kernel rounds whole vectors of 16 otherwise than what is left over.
quantize_group('QUANTIZE int8 in vectors to', 'int8', True, 'uint8')
quantize_group('QUANTIZE uint8 in vectors to', 'uint8', True, 'int8')


def tie_group(name: str, source: str, target: str) -> None:
    @group(name, target)
    def case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
        """Less than a vector of codes, a quarter of which fall between two codes in the second of two roundings."""
        grid = Grid(source, 2.0**-6, draw.zero_point(source))
        x = graph.input(grid, [draw.integer(12, 15)])
        y = graph.on(Grid(type_, 2.0**-4, draw.zero_point(type_)), x.shape)
        graph.add('QUANTIZE', [x], y, 'QuantizeOptions')
        return graph.finish(y)


tie_group('QUANTIZE ties of int8 to', 'int8', 'uint8')
tie_group('QUANTIZE ties of uint8 to', 'uint8', 'int8')


@group('QUANTIZE float32 to', *CODES)
def quantize_float_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = graph.float_input(draw.extents(2, 1, 24))
    y = graph.on(draw.grid(type_), x.shape)
    graph.add('QUANTIZE', [x], y, 'QuantizeOptions')
    return graph.finish(y)


@group('DEQUANTIZE', *CODES)
def dequantize_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = graph.input(draw.grid(type_), draw.extents(2, 1, 24))
    y = graph.tensor(x.shape, 'float32')
    graph.add('DEQUANTIZE', [x], y, 'DequantizeOptions')
    return graph.finish(y)
