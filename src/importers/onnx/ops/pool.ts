import { dilatedExtent, windowPositions } from '../../../tensor/window.js';
import type { NodeImport } from '../node-import.js';
import type { Operand } from '../operand.js';
import type { ImportOperator } from './operator.js';
import { fromImage, spatialExtents, toImage } from './spatial.js';
import { readWindow, resolvePads, toWindow2d, type WindowAttributes } from './window.js';

/** MaxPool-1 … -12 without its second output. */
export const maxPool: ImportOperator = (node) => {
  node.attributes.ignore('storage_order'); // of the second output
  const x = node.input(0);
  const window = ceilPads(node, readPoolWindow(node, x), x);
  return [pooled(node, x, { op: 'maxPool', ...toWindow2d(window) })];
};

/**
 * AveragePool-7 … -19. The divisor counts real positions only, or with count_include_pad also those of `pads`; positions
 * that only ceil_mode adds are never counted (as in PyTorch and ONNX Runtime).
 */
export const averagePool: ImportOperator = (node) => {
  const x = node.input(0);
  const explicit = readPoolWindow(node, x);
  const countIncludePad = node.attributes.flag('count_include_pad', false);
  const window = ceilPads(node, explicit, x);
  const grown = window.after.some((pad, axis) => pad !== explicit.after[axis]);
  if (!countIncludePad || !grown) {
    return [pooled(node, x, { op: 'averagePool', ...toWindow2d(window), countIncludePad })];
  }
  const padded = node.emit(
    {
      op: 'pad',
      before: [0, 0, ...explicit.before],
      after: [0, 0, ...explicit.after],
      mode: 'constant',
      value: 0,
    },
    [x],
    { suffix: 'pad' },
  );
  const rest = {
    ...window,
    before: window.before.map(() => 0),
    after: window.after.map((pad, axis) => pad - explicit.after[axis]!),
  };
  return [pooled(node, padded, { op: 'averagePool', ...toWindow2d(rest), countIncludePad: false })];
};

/** GlobalMaxPool-1: a window as large as the image. */
export const globalMaxPool: ImportOperator = (node) => {
  const x = node.input(0);
  const extents = spatialExtents(x.shape);
  const ones = extents.map(() => 1);
  const zeros = extents.map(() => 0);
  const window = toWindow2d({
    kernel: extents,
    strides: ones,
    dilations: ones,
    before: zeros,
    after: zeros,
    autoPad: 'NOTSET',
  });
  return [pooled(node, x, { op: 'maxPool', ...window })];
};

function pooled(node: NodeImport, x: Operand, operator: Parameters<NodeImport['emit']>[0]): Operand {
  return fromImage(node, node.emit(operator, [toImage(node, x)]), x.shape.length);
}

/** The window with its pads resolved; a pad as wide as the kernel would leave windows with nothing in them. */
function readPoolWindow(node: NodeImport, x: Operand): WindowAttributes {
  const extents = spatialExtents(x.shape);
  const window = resolvePads(readWindow(node, extents.length), extents);
  const tooWide = window.kernel.some((kernel, axis) => {
    const covered = dilatedExtent(kernel, window.dilations[axis]!);
    return window.before[axis]! >= covered || window.after[axis]! >= covered;
  });
  if (!tooWide) return window;
  throw node.refuse({
    found: `pads ${[...window.before, ...window.after].join(', ')}`,
    expected: 'pads smaller than the window',
  });
}

/**
 * ceil_mode as extra padding at the end: ceil instead of floor in the number of positions, but a window that would begin
 * behind the input and its leading pad is dropped (AveragePool-22, MaxPool-22, which put PyTorch's rule in words).
 */
function ceilPads(node: NodeImport, window: WindowAttributes, x: Operand): WindowAttributes {
  if (!node.attributes.flag('ceil_mode', false)) return window;
  const after = spatialExtents(x.shape).map((extent, axis) => {
    const [kernel, stride] = [window.kernel[axis]!, window.strides[axis]!];
    const [dilation, before] = [window.dilations[axis]!, window.before[axis]!];
    const padTotal = before + window.after[axis]!;
    let positions = windowPositions(extent, kernel, stride, dilation, padTotal + stride - 1);
    if ((positions - 1) * stride >= extent + before) positions -= 1;
    const covered = (positions - 1) * stride + dilatedExtent(kernel, dilation);
    return Math.max(window.after[axis]!, covered - extent - before);
  });
  return { ...window, after };
}
