/**
 * How operators form real factors from float32 scales (tensorflow/tflite-micro@90b983c2b3f1, `micro/kernels`). Whether a step is a
 * double or a float32 changes the multiplier, and now and then an output code. A product of two float32 is exact in double.
 */

/** CONV_2D and its kin, per channel; FULLY_CONNECTED per channel; Micro's MUL; PRELU below zero: all in double. */
export const productFactor = (a: number, b: number, output: number): number => (a * b) / output;

/** FULLY_CONNECTED per tensor and BATCH_MATMUL: the product is a float32, the quotient a double. */
export const float32ProductFactor = (a: number, b: number, output: number): number =>
  Math.fround(a * b) / output;

/** QUANTIZE, MEAN, SUM, PRELU from zero on: in double. */
export const quotientFactor = (input: number, output: number): number => input / output;

/** RELU, LEAKY_RELU from zero on, ABS: in float32. */
export const float32QuotientFactor = (input: number, output: number): number => Math.fround(input / output);

/** MUL on a desktop: every step is a float32 (`Prepare`, tensorflow/lite/kernels/mul.cc at tensorflow/tensorflow@v2.21.0). */
export const float32MulFactor = (a: number, b: number, output: number): number =>
  Math.fround(Math.fround(a * b) / output);
