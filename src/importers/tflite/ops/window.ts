import type { TflitePadding } from '../../../formats/tflite-options.js';
import { dilatedExtent, type Window2d } from '../../../tensor/window.js';
import type { OperatorImport } from '../operator-import.js';

/** A window along one axis before its padding is known. */
interface AxisWindow {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

/** The options of a windowed operator, and the image it slides over. */
export interface WindowOptions {
  readonly padding: TflitePadding;
  readonly height: number;
  readonly width: number;
  readonly rows: AxisWindow;
  readonly columns: AxisWindow;
}

/** The window with its padding in numbers (`ComputePaddingHeightWidth`, kernels/padding.h): an odd rest goes to the end. */
export function windowOf(node: OperatorImport, options: WindowOptions): Window2d {
  const { rows, columns, padding } = options;
  const parts = [rows.kernel, rows.stride, rows.dilation, columns.kernel, columns.stride, columns.dilation];
  if (parts.some((part) => part < 1)) {
    throw node.refuse({
      found: `a window of ${parts.join(', ')}`,
      expected: 'kernels, strides and dilations of at least 1',
    });
  }
  const [padTop, padBottom] = padding === 'SAME' ? samePads(options.height, rows) : [0, 0];
  const [padLeft, padRight] = padding === 'SAME' ? samePads(options.width, columns) : [0, 0];
  return {
    kernelHeight: rows.kernel,
    kernelWidth: columns.kernel,
    strideHeight: rows.stride,
    strideWidth: columns.stride,
    dilationHeight: rows.dilation,
    dilationWidth: columns.dilation,
    padTop,
    padBottom,
    padLeft,
    padRight,
  };
}

/** As many positions as ⌈extent / stride⌉. */
function samePads(extent: number, { kernel, stride, dilation }: AxisWindow): readonly [number, number] {
  const positions = Math.ceil(extent / stride);
  const total = Math.max((positions - 1) * stride + dilatedExtent(kernel, dilation) - extent, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}
