"""Pools, means, indices of maxima, and resized images."""

from __future__ import annotations

from groups import group
from model import Draw, GraphWriter, Tensor
from products import BYTES, CODES, SAME, VALID, image, positions


def pool(draw: Draw, graph: GraphWriter, x: Tensor, operator: str) -> Tensor:
    """AVERAGE_POOL_2D or MAX_POOL_2D: the result has the input's grid."""
    kernel, strides, padding = draw.extents(2, 1, 3), draw.extents(2, 1, 3), draw.one_of([SAME, VALID])
    rows, columns = (positions(x.shape[1 + i], kernel[i], strides[i], 1, padding) for i in range(2))
    return graph.add(
        operator,
        [x],
        graph.on(x.grid, [x.shape[0], rows, columns, x.shape[3]]),
        'Pool2DOptions',
        padding=padding,
        strideH=strides[0],
        strideW=strides[1],
        filterHeight=kernel[0],
        filterWidth=kernel[1],
        fusedActivationFunction=draw.activation(),
    )


def pool_group(operator: str) -> None:
    @group(operator, *CODES)
    def case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
        return graph.finish(pool(draw, graph, image(draw, graph, type_, 2, 8), operator))


pool_group('AVERAGE_POOL_2D')
pool_group('MAX_POOL_2D')


def mean(draw: Draw, graph: GraphWriter, x: Tensor, axes=None, keeps=None) -> Tensor:
    """MEAN over some axes, counted from either end."""
    rank = len(x.shape)
    if axes is None:
        axes = sorted(draw.rng.choice(rank, size=draw.integer(1, min(rank, 3)), replace=False).tolist())
    keeps = draw.chance(0.5) if keeps is None else keeps
    shape = [1 if axis in axes else n for axis, n in enumerate(x.shape) if keeps or axis not in axes]
    grid = x.grid if draw.chance(0.3) else draw.grid(x.type)
    written = [axis - rank if draw.chance(0.3) else axis for axis in axes]
    return graph.add(
        'MEAN', [x, graph.integers(written)], graph.on(grid, shape), 'ReducerOptions', keepDims=keeps
    )


@group('MEAN', *CODES)
def mean_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    if draw.chance(0.6):
        x = graph.input(draw.grid(type_), [draw.integer(1, 2), *draw.extents(3, 1, 7)])
        axes = draw.one_of([[1, 2], [1, 2], [3], [1], [2], [2, 3], [1, 2, 3]])
        return graph.finish(mean(draw, graph, x, axes))
    return graph.finish(mean(draw, graph, graph.input(draw.grid(type_), draw.extents(draw.integer(2, 4), 1, 5))))


@group('ARG_MAX', *BYTES)
def arg_max_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    """Equal values are frequent: the first counts."""
    shape = draw.extents(draw.integer(2, 4), 1, 6)
    axis = draw.integer(0, len(shape) - 1)
    x = graph.input(draw.grid(type_), shape)
    y = graph.tensor(shape[:axis] + shape[axis + 1 :], draw.one_of(['int32', 'int64']))
    given = graph.integers(axis - len(shape) if draw.chance(0.3) else axis)
    graph.add('ARG_MAX', [x, given], y, 'ArgMaxOptions', outputType=2 if y.type == 'int32' else 4)
    return graph.finish(y)


def resize(draw: Draw, graph: GraphWriter, x: Tensor, operator: str) -> Tensor:
    size = draw.extents(2, 1, 12)
    flags = [(False, False), (True, False), (False, True)]
    aligned, centered = draw.one_of([*flags, (True, True)] if operator.endswith('NEIGHBOR') else flags)
    return graph.add(
        operator,
        [x, graph.integers(size)],
        graph.on(x.grid, [x.shape[0], *size, x.shape[3]]),
        'ResizeBilinearOptions' if operator == 'RESIZE_BILINEAR' else 'ResizeNearestNeighborOptions',
        alignCorners=aligned,
        halfPixelCenters=centered,
    )


def resize_group(operator: str) -> None:
    @group(operator, *CODES)
    def case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
        return graph.finish(resize(draw, graph, image(draw, graph, type_, 1, 7), operator))


resize_group('RESIZE_BILINEAR')
resize_group('RESIZE_NEAREST_NEIGHBOR')
