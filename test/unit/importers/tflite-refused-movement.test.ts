import { expect, it } from 'vitest';
import { constant, described, fed, integers } from '../../support/tflite/model-parts.js';
import { grid, image, refusalOf, same, type Refused } from '../../support/tflite/refusal.js';

/** Operators that move codes and are refused: one message that names file, operator, result and what is wrong. */
const refused: readonly Refused[] = [
  {
    name: 'RESHAPE',
    why: 'other elements',
    inputs: [image],
    outputs: [described('int8', [3], grid)],
    message: "operator 0 RESHAPE ('t1'): found a reshape of 1x2x2x1 to 3, expected as many elements",
  },
  {
    name: 'RESHAPE',
    why: 'codes that become real numbers',
    inputs: [image],
    outputs: [described('float32', [4])],
    message: "operator 0 RESHAPE ('t1'): found a float32 result of codes, expected codes, or a DEQUANTIZE",
  },
  {
    name: 'TRANSPOSE',
    why: 'transpose axis',
    inputs: [image, integers([0, 1, 2, 7])],
    message: "operator 0 TRANSPOSE ('t2'): found axis 7, expected an axis of 4",
  },
  {
    name: 'TRANSPOSE',
    why: 'transpose axes twice',
    inputs: [image, integers([0, 1, 1, 3])],
    message:
      "operator 0 TRANSPOSE ('t2'): found permutation 0,1,1,3 does not order 4 axes, expected operands that fit a transpose",
  },
  {
    name: 'TRANSPOSE',
    why: 'a run-time permutation',
    inputs: [image, fed('int32', [4], [0, 1, 2, 3])],
    message:
      "operator 0 TRANSPOSE ('t2'): found the permutation computed at run time, or no integers (tensor 1 't1'), expected the permutation as a constant",
  },
  {
    name: 'PAD',
    why: 'a negative pad',
    inputs: [image, integers([0, 0, 0, -1, 0, 0, 0, 0], [4, 2])],
    message: "operator 0 PAD ('t2'): found a pad of -1, expected pads of at least 0",
  },
  {
    name: 'PAD',
    why: 'pad rank',
    inputs: [image, integers([0, 0, 0, 1], [2, 2])],
    message:
      "operator 0 PAD ('t2'): found pads for 2 axes of a rank-4 tensor, expected operands that fit a pad",
  },
  {
    name: 'PADV2',
    why: 'a value that is no code',
    inputs: [image, integers([0, 0, 0, 0, 0, 0, 0, 0], [4, 2]), constant('int32', [1], [900])],
    message: "operator 0 PADV2 ('t3'): found 900 to pad with, expected a code of int8",
  },
  {
    name: 'MIRROR_PAD',
    why: 'more pads than elements',
    inputs: [image, integers([0, 0, 2, 0, 0, 0, 0, 0], [4, 2])],
    outputs: [described('int8', [1, 4, 2, 1], grid)],
    options: { mode: 'REFLECT' },
    message:
      "operator 0 MIRROR_PAD ('t2'): found reflect padding is wider than the tensor, expected operands that fit a pad",
  },
  {
    name: 'SLICE',
    why: 'a size beyond the end',
    inputs: [image, integers([0, 0, 0, 0]), integers([1, 3, 2, 1])],
    message:
      "operator 0 SLICE ('t3'): found axis 1: 3 elements from 0 do not lie in 2, expected operands that fit a slice",
  },
  {
    name: 'SLICE',
    why: 'slice short',
    inputs: [image, integers([0, 0]), integers([1, 2])],
    message:
      "operator 0 SLICE ('t3'): found 2 begins and 2 sizes for 1x2x2x1, expected one of each for every axis",
  },
  {
    name: 'STRIDED_SLICE',
    why: 'a stride of 0',
    inputs: [image, integers([0]), integers([1]), integers([0])],
    message: "operator 0 STRIDED_SLICE ('t4'): found a stride of 0, expected another",
  },
  {
    name: 'STRIDED_SLICE',
    why: 'an ellipsis',
    inputs: [image, integers([0]), integers([1]), integers([1])],
    options: { ellipsisMask: 1 },
    message:
      "operator 0 STRIDED_SLICE ('t4'): found an ellipsis, a new axis or an offset in a slice, expected begin, end and strides for each axis",
  },
  {
    name: 'STRIDED_SLICE',
    why: 'an index beyond the end',
    inputs: [image, integers([5]), integers([6]), integers([1])],
    options: { shrinkAxisMask: 1 },
    outputs: [described('int8', [2, 2, 1], grid)],
    message:
      "operator 0 STRIDED_SLICE ('t4'): found axis 0: 1 elements from 5 do not lie in 1, expected operands that fit a slice",
  },
  {
    name: 'STRIDED_SLICE',
    why: 'parameters of other axes',
    inputs: [image, integers([0, 0]), integers([1]), integers([1])],
    message:
      "operator 0 STRIDED_SLICE ('t4'): found 2 begins, 1 ends and 1 strides for 1x2x2x1, expected as many of each, at most one for each axis",
  },
  {
    name: 'SPLIT',
    why: 'parts of a rest',
    inputs: [integers([1], []), image],
    outputs: [same, same, same],
    options: { numSplits: 3 },
    message: "operator 0 SPLIT ('t2'): found 2 elements for 3 equal outputs, expected a split without a rest",
  },
  {
    name: 'SPLIT_V',
    why: 'sizes that do not add up',
    inputs: [image, integers([1, 3]), integers([1], [])],
    outputs: [same, same],
    options: { numSplits: 2 },
    message:
      "operator 0 SPLIT_V ('t3'): found a split of 2 into 1, 3 for 2 outputs, expected a size for each output, adding up to the axis",
  },
  {
    name: 'GATHER',
    why: 'an index beyond the end',
    inputs: [image, integers([2])],
    options: { axis: 1 },
    message: "operator 0 GATHER ('t2'): found index 2 is outside 0 … 1, expected operands that fit a gather",
  },
  {
    name: 'GATHER',
    why: 'batch dimensions',
    inputs: [image, integers([1])],
    options: { axis: 1, batchDims: 1 },
    message: "operator 0 GATHER ('t2'): found batch_dims 1, expected 0",
  },
  {
    name: 'GATHER',
    why: 'run-time indices',
    inputs: [image, fed('int32', [1], [0])],
    options: { axis: 1 },
    message:
      "operator 0 GATHER ('t2'): found indices computed at run time, or no integers (tensor 1 't1'), expected indices as a constant",
  },
  {
    name: 'SPACE_TO_DEPTH',
    why: 'blocks with a rest',
    inputs: [image],
    options: { blockSize: 3 },
    message: "operator 0 SPACE_TO_DEPTH ('t1'): found extents 2, 2 in blocks of 3, 3, expected whole blocks",
  },
  {
    name: 'DEPTH_TO_SPACE',
    why: 'block 0',
    inputs: [image],
    options: { blockSize: 0 },
    message: "operator 0 DEPTH_TO_SPACE ('t1'): found extents 1 in blocks of 0, expected whole blocks",
  },
  {
    name: 'RESIZE_BILINEAR',
    why: 'resize 0',
    inputs: [image, integers([0, 2])],
    message:
      "operator 0 RESIZE_BILINEAR ('t2'): found a resize of 1x2x2x1 to 0x2, expected an image, and a size of two extents of at least 1",
  },
  {
    name: 'RESIZE_BILINEAR',
    why: 'resize one',
    inputs: [image, integers([2])],
    message:
      "operator 0 RESIZE_BILINEAR ('t2'): found a resize of 1x2x2x1 to 2, expected an image, and a size of two extents of at least 1",
  },
  {
    name: 'CONCATENATION',
    why: 'shapes that differ',
    inputs: [image, fed('int8', [1, 3, 2, 1], [1, 2, 3, 4, 5, 6], grid)],
    options: { axis: 0 },
    message:
      "operator 0 CONCATENATION ('t2'): found shapes 1x2x2x1 and 1x3x2x1 differ beside axis 0, expected operands that fit a concat",
  },
  {
    name: 'CONCATENATION',
    why: 'concat nothing',
    inputs: [],
    options: { axis: 0 },
    message: "operator 0 CONCATENATION ('t0'): found 0 inputs without number 1, expected all required inputs",
  },
];

it.each(refused)('$name with $why', (operator) => {
  expect(refusalOf(operator)).toBe(`m.tflite: ${operator.message}`);
});
