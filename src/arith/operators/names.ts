/** Element by element, of two codes. The float32 ones are what is left between dequantization and quantization by any ONNX runtime. */
export const BINARY_RULE_NAMES = [
  'tflite-prelu',
  'xnnpack-add',
  'xnnpack-sub',
  'xnnpack-mul',
  'onnxruntime-add',
  'onnxruntime-mul',
  'onnxruntime-qdq-add',
  'onnxruntime-qdq-mul',
  'float32-add',
  'float32-sub',
  'float32-mul',
  'float32-div',
] as const;

/** Rows of codes to rows of codes. */
export const SOFTMAX_RULE_NAMES = [
  'tflite-softmax-table',
  'tflite-softmax-int16',
  'tflite-softmax-int16-desktop',
  'tflite-log-softmax',
  'tflite-log-softmax-table',
  'onnxruntime-softmax',
] as const;

/** Means over whole axes: a sum of codes to one code. */
export const MEAN_RULE_NAMES = ['xnnpack-mean'] as const;

/** Four neighbours to one code, by real weights. */
export const RESIZE_RULE_NAMES = ['tflite-float-resize'] as const;

/** The codes of a window to one code. */
export const AVERAGE_POOL_RULE_NAMES = ['onnxruntime-average-pool', 'onnxruntime-qdq-average-pool'] as const;

export type BinaryRuleName = (typeof BINARY_RULE_NAMES)[number];
export type SoftmaxRuleName = (typeof SOFTMAX_RULE_NAMES)[number];
export type MeanRuleName = (typeof MEAN_RULE_NAMES)[number];
export type ResizeRuleName = (typeof RESIZE_RULE_NAMES)[number];
export type AveragePoolRuleName = (typeof AVERAGE_POOL_RULE_NAMES)[number];
