/** A 2-D sliding window over height and width, as in convolution and pooling. */
export interface Window2d {
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padTop: number;
  readonly padBottom: number;
  readonly padLeft: number;
  readonly padRight: number;
}

/** A window of one position: what a 1 x 1 convolution or a matrix product slides. */
export const POINT_WINDOW: Window2d = {
  kernelHeight: 1,
  kernelWidth: 1,
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
  padTop: 0,
  padBottom: 0,
  padLeft: 0,
  padRight: 0,
};

/** Extent the kernel covers once dilated: `(kernel − 1) · dilation + 1`. */
export function dilatedExtent(kernel: number, dilation: number): number {
  return (kernel - 1) * dilation + 1;
}

/** Positions of the window along one axis; at most 0 where the kernel does not fit. */
export function windowPositions(
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
  padTotal: number,
): number {
  return Math.floor((input + padTotal - dilatedExtent(kernel, dilation)) / stride) + 1;
}

export function outputHeight(inputHeight: number, w: Window2d): number {
  return windowPositions(
    inputHeight,
    w.kernelHeight,
    w.strideHeight,
    w.dilationHeight,
    w.padTop + w.padBottom,
  );
}

export function outputWidth(inputWidth: number, w: Window2d): number {
  return windowPositions(inputWidth, w.kernelWidth, w.strideWidth, w.dilationWidth, w.padLeft + w.padRight);
}

/** Extents of a transposed convolution, where `pad…` crops the full result. */
export function transposedOutputHeight(inputHeight: number, w: Window2d, outputPadding: number): number {
  const full = (inputHeight - 1) * w.strideHeight + dilatedExtent(w.kernelHeight, w.dilationHeight);
  return full - w.padTop - w.padBottom + outputPadding;
}

export function transposedOutputWidth(inputWidth: number, w: Window2d, outputPadding: number): number {
  const full = (inputWidth - 1) * w.strideWidth + dilatedExtent(w.kernelWidth, w.dilationWidth);
  return full - w.padLeft - w.padRight + outputPadding;
}
