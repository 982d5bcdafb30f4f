"""Operators that move codes: joined, parted, padded, reordered."""

from __future__ import annotations

import numpy as np

from groups import group
from model import Draw, Grid, GraphWriter, Tensor, Undrawable
from products import BYTES, CODES


def some(draw: Draw, graph: GraphWriter, type_: str, least: int = 1, greatest: int = 4, low: int = 1, high: int = 5):
    """An input of some rank."""
    return graph.input(draw.grid(type_), draw.extents(draw.integer(least, greatest), low, high))


def any_end(draw: Draw, axis: int, rank: int) -> int:
    """An axis, counted from the end now and then."""
    return axis - rank if draw.chance(0.3) else axis


@group('CONCATENATION', *CODES)
def concatenation_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    """Up to seven inputs; of uint8 they may have grids of their own."""
    rank = draw.integer(1, 4)
    axis, base, grid = draw.integer(0, rank - 1), draw.extents(rank, 1, 4), draw.grid(type_)
    differ = type_ == 'uint8' and draw.chance(0.5)
    inputs = []
    for _ in range(draw.integer(2, 7)):
        base[axis] = draw.integer(1, 3)
        inputs.append(graph.input(draw.grid(type_) if differ else grid, base))
    base[axis] = sum(x.shape[axis] for x in inputs)
    y = graph.on(grid, base)
    graph.add('CONCATENATION', inputs, y, 'ConcatenationOptions', axis=any_end(draw, axis, rank))
    return graph.finish(y)


@group('PACK', *CODES)
def pack_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    shape, grid = draw.extents(draw.integer(1, 3), 1, 4), draw.grid(type_)
    inputs = [graph.input(grid, shape) for _ in range(draw.integer(1, 4))]
    axis = draw.integer(0, len(shape))
    y = graph.on(grid, [*shape[:axis], len(inputs), *shape[axis:]])
    given = any_end(draw, axis, len(shape) + 1)
    graph.add('PACK', inputs, y, 'PackOptions', axis=given, valuesCount=len(inputs))
    return graph.finish(y)


@group('UNPACK', *CODES)
def unpack_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = some(draw, graph, type_, 2, 4, 1, 4)
    axis = draw.integer(0, len(x.shape) - 1)
    shape = [*x.shape[:axis], *x.shape[axis + 1 :]]
    outputs = [graph.on(x.grid, shape) for _ in range(x.shape[axis])]
    given = any_end(draw, axis, len(x.shape))
    graph.add('UNPACK', [x], outputs, 'UnpackOptions', num=len(outputs), axis=given)
    return graph.finish(*outputs)


def parts(graph: GraphWriter, x: Tensor, axis: int, sizes) -> list[Tensor]:
    return [graph.on(x.grid, [*x.shape[:axis], size, *x.shape[axis + 1 :]]) for size in sizes]


@group('SPLIT', *CODES)
def split_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    shape = draw.extents(draw.integer(1, 4), 1, 4)
    axis, count = draw.integer(0, len(shape) - 1), draw.integer(1, 4)
    size = shape[axis]
    shape[axis] *= count
    x = graph.input(draw.grid(type_), shape)
    outputs = parts(graph, x, axis, [size] * count)
    given = graph.integers(any_end(draw, axis, len(shape)))
    graph.add('SPLIT', [given, x], outputs, 'SplitOptions', numSplits=count)
    return graph.finish(*outputs)


@group('SPLIT_V', *CODES)
def split_v_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    shape = draw.extents(draw.integer(1, 4), 1, 4)
    axis, sizes = draw.integer(0, len(shape) - 1), draw.extents(draw.integer(1, 4), 1, 4)
    shape[axis] = sum(sizes)
    x = graph.input(draw.grid(type_), shape)
    outputs = parts(graph, x, axis, sizes)
    if draw.chance(0.4):
        sizes[draw.integer(0, len(sizes) - 1)] = -1
    given = graph.integers(any_end(draw, axis, len(shape)))
    graph.add('SPLIT_V', [x, graph.integers(sizes), given], outputs, 'SplitVOptions', numSplits=len(sizes))
    return graph.finish(*outputs)


def drawn_pads(draw: Draw, shape, most=lambda extent: 2) -> tuple[np.ndarray, list[int]]:
    pads = np.array([[draw.integer(0, most(extent)) for _ in range(2)] for extent in shape])
    return pads, [int(extent + pads[axis].sum()) for axis, extent in enumerate(shape)]


@group('PAD', *CODES)
def pad_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = some(draw, graph, type_)
    pads, shape = drawn_pads(draw, x.shape)
    y = graph.on(x.grid, shape)
    graph.add('PAD', [x, graph.integers(pads)], y, 'PadOptions')
    return graph.finish(y)


@group('PADV2', *CODES)
def pad_v2_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = some(draw, graph, type_)
    pads, shape = drawn_pads(draw, x.shape)
    value = graph.on(x.grid, [], draw.codes([1], type_))
    y = graph.on(x.grid, shape)
    graph.add('PADV2', [x, graph.integers(pads), value], y, 'PadV2Options')
    return graph.finish(y)


@group('MIRROR_PAD', *CODES)
def mirror_pad_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = some(draw, graph, type_, 1, 4, 1, 4)
    reflects, symmetric = 0, 1
    mode = draw.one_of([reflects, symmetric])
    pads, shape = drawn_pads(draw, x.shape, lambda extent: extent - (mode == reflects))
    y = graph.on(x.grid, shape)
    graph.add('MIRROR_PAD', [x, graph.integers(pads)], y, 'MirrorPadOptions', mode=mode)
    return graph.finish(y)


@group('TRANSPOSE', *CODES)
def transpose_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = some(draw, graph, type_, 1, 5, 1, 4)
    order = draw.rng.permutation(len(x.shape))
    y = graph.on(x.grid, [x.shape[axis] for axis in order])
    graph.add('TRANSPOSE', [x, graph.integers(order)], y, 'TransposeOptions')
    return graph.finish(y)


@group('STRIDED_SLICE', *CODES)
def strided_slice_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    """Open ends, ends outside the tensor, steps backwards, axes dropped, and axes that are not named."""
    x = some(draw, graph, type_, 1, 4, 2, 6)
    named = draw.integer(1, len(x.shape))
    begins, ends, steps, index = [], [], [], []
    masks = {'beginMask': 0, 'endMask': 0, 'shrinkAxisMask': 0}
    for axis, extent in enumerate(x.shape[:named]):
        step = draw.one_of([1, 1, 2, 3, -1, -2])
        begin, end = draw.integer(-extent - 1, extent), draw.integer(-extent - 1, extent + 1)
        is_open = {'beginMask': draw.chance(0.3), 'endMask': draw.chance(0.3)}
        if draw.chance(0.15):
            step, begin = 1, draw.integer(-extent, extent - 1)
            end, is_open = begin + 1, {}
            masks['shrinkAxisMask'] |= 1 << axis
            index.append(begin)
        else:
            first = None if is_open['beginMask'] else begin
            index.append(slice(first, None if is_open['endMask'] else end, step))
        for name, is_set in is_open.items():
            masks[name] |= int(is_set) << axis
        begins.append(begin)
        ends.append(end)
        steps.append(step)
    shape = np.empty(x.shape)[tuple(index)].shape
    if len(shape) == 0 or 0 in shape:
        raise Undrawable
    y = graph.on(x.grid, shape)
    operands = [x, *(graph.integers(values) for values in (begins, ends, steps))]
    graph.add('STRIDED_SLICE', operands, y, 'StridedSliceOptions', ellipsisMask=0, newAxisMask=0, **masks)
    return graph.finish(y)


@group('SLICE', *CODES)
def slice_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = some(draw, graph, type_, 1, 4, 1, 6)
    begins = [draw.integer(0, extent - 1) for extent in x.shape]
    sizes = [draw.integer(1, extent - begin) for extent, begin in zip(x.shape, begins, strict=True)]
    given = list(sizes)
    for axis, extent in enumerate(x.shape):
        if draw.chance(0.2):
            given[axis], sizes[axis] = -1, extent - begins[axis]
    y = graph.on(x.grid, sizes)
    graph.add('SLICE', [x, graph.integers(begins), graph.integers(given)], y, 'SliceOptions')
    return graph.finish(y)


@group('GATHER', *CODES)
def gather_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = some(draw, graph, type_, 1, 4, 2, 5)
    axis = draw.integer(0, len(x.shape) - 1)
    indices_shape = draw.extents(draw.integer(0, 2), 1, 4)
    indices = draw.rng.integers(0, x.shape[axis], size=indices_shape)
    y = graph.on(x.grid, [*x.shape[:axis], *indices_shape, *x.shape[axis + 1 :]])
    if len(y.shape) == 0:
        raise Undrawable
    graph.add('GATHER', [x, graph.integers(indices)], y, 'GatherOptions', axis=any_end(draw, axis, len(x.shape)))
    return graph.finish(y)


@group('RESHAPE', *CODES)
def reshape_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = some(draw, graph, type_, 1, 5, 1, 4)
    shape = [int(extent) for extent in draw.rng.permutation(x.shape)]
    return graph.finish(reshaped(graph, x, shape))


def reshaped(graph: GraphWriter, x: Tensor, shape) -> Tensor:
    y = graph.on(x.grid, shape)
    return graph.add('RESHAPE', [x, graph.integers(shape)], y, 'ReshapeOptions', newShape=list(shape))


@group('SQUEEZE', *BYTES)
def squeeze_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = some(draw, graph, type_, 2, 4, 1, 3)
    ones = [axis for axis, extent in enumerate(x.shape) if extent == 1]
    if not ones or len(ones) == len(x.shape):
        raise Undrawable
    dropped = ones if draw.chance(0.5) else [draw.one_of(ones)]
    y = graph.on(x.grid, [extent for axis, extent in enumerate(x.shape) if axis not in dropped])
    graph.add('SQUEEZE', [x], y, 'SqueezeOptions', squeezeDims=dropped)
    return graph.finish(y)


@group('EXPAND_DIMS', *CODES)
def expand_dims_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    x = some(draw, graph, type_)
    axis = draw.integer(0, len(x.shape))
    y = graph.on(x.grid, [*x.shape[:axis], 1, *x.shape[axis:]])
    given = graph.integers(any_end(draw, axis, len(x.shape) + 1))
    graph.add('EXPAND_DIMS', [x, given], y, 'ExpandDimsOptions')
    return graph.finish(y)


@group('DEPTH_TO_SPACE', *BYTES)
def depth_to_space_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    block, depth, (height, width) = draw.integer(1, 3), draw.integer(1, 3), draw.extents(2, 1, 4)
    x = graph.input(draw.grid(type_), [1, height, width, depth * block * block])
    y = graph.on(x.grid, [1, height * block, width * block, depth])
    graph.add('DEPTH_TO_SPACE', [x], y, 'DepthToSpaceOptions', blockSize=block)
    return graph.finish(y)


@group('SPACE_TO_DEPTH', *BYTES)
def space_to_depth_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    block, depth, (height, width) = draw.integer(1, 3), draw.integer(1, 3), draw.extents(2, 1, 4)
    x = graph.input(draw.grid(type_), [1, height * block, width * block, depth])
    y = graph.on(x.grid, [1, height, width, depth * block * block])
    graph.add('SPACE_TO_DEPTH', [x], y, 'SpaceToDepthOptions', blockSize=block)
    return graph.finish(y)


def blocks(draw: Draw) -> tuple[list[int], np.ndarray, list[int]]:
    """The block, what is padded or cropped, and an image of whole blocks."""
    block = draw.extents(2, 1, 3)
    size = [extent * draw.integer(1, 3) for extent in block]
    beside = np.array([[draw.integer(0, min(2, extent - 1)) for _ in range(2)] for extent in size])
    if any(beside[axis].sum() >= size[axis] for axis in range(2)):
        raise Undrawable
    return block, beside, size


@group('SPACE_TO_BATCH_ND', *BYTES)
def space_to_batch_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    block, pads, size = blocks(draw)
    batch, depth = draw.extents(2, 1, 3)
    inner = [size[axis] - int(pads[axis].sum()) for axis in range(2)]
    x = graph.input(draw.grid(type_), [batch, *inner, depth])
    y = graph.on(
        x.grid, [batch * block[0] * block[1], size[0] // block[0], size[1] // block[1], depth]
    )
    operands = [x, graph.integers(block), graph.integers(pads)]
    graph.add('SPACE_TO_BATCH_ND', operands, y, 'SpaceToBatchNDOptions')
    return graph.finish(y)


@group('BATCH_TO_SPACE_ND', *BYTES)
def batch_to_space_case(draw: Draw, graph: GraphWriter, type_: str) -> bytes:
    block, crops, size = blocks(draw)
    batch, depth = draw.extents(2, 1, 3)
    shape = [batch * block[0] * block[1], size[0] // block[0], size[1] // block[1], depth]
    x = graph.input(draw.grid(type_), shape)
    y = graph.on(x.grid, [batch, *(size[axis] - int(crops[axis].sum()) for axis in range(2)), depth])
    operands = [x, graph.integers(block), graph.integers(crops)]
    graph.add('BATCH_TO_SPACE_ND', operands, y, 'BatchToSpaceNDOptions')
    return graph.finish(y)
