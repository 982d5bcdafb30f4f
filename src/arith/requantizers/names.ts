import type { RoundingMode } from '../rounding.js';

/** `halfUp` → `half-up`. */
export type KebabCase<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${KebabCase<Rest>}`
    : `-${Lowercase<First>}${KebabCase<Rest>}`
  : Text;

export type VectorRounding = 'rnu' | 'rne' | 'rdn' | 'rod';
export type ApQuantization = 'trn' | 'trn-zero' | 'rnd' | 'rnd-zero' | 'rnd-inf' | 'rnd-min-inf' | 'rnd-conv';
export type ApOverflow = 'wrap' | 'sat' | 'sat-sym' | 'sat-zero' | 'wrap-sm';

/** Every requantizer there is. */
export type RuleName =
  | `shift-${KebabCase<RoundingMode>}`
  | 'shift-stochastic'
  | `multiply-shift-${KebabCase<RoundingMode>}`
  | 'double-rounding'
  | 'tflite-double'
  | 'tflite-single'
  | 'tflite-int64'
  | 'tflite-float64'
  | 'tflite-float64-int64'
  | 'tflite-neon-double'
  | 'tflite-neon-single'
  | 'ruy'
  | 'cmsis-nn-double'
  | 'cmsis-nn-single'
  | 'cmsis-nn-s64'
  | 'cmsis-nn-mve-double'
  | 'cmsis-nn-mve-single'
  | 'cmsis-nn-mve-single-predicated'
  | 'esp-nn'
  | 'esp-nn-fast'
  | 'xnnpack-fp32'
  | 'xnnpack-rndnu'
  | 'xnnpack-rndnu-neon'
  | 'xnnpack-rndnu16'
  | 'xnnpack-rndna'
  | 'xnnpack-gemmlowp'
  | 'qnnpack-fp32'
  | 'qnnpack-precise'
  | 'qnnpack-q31'
  | 'qnnpack-gemmlowp'
  | 'fbgemm-float'
  | 'fbgemm-float-avx2'
  | 'fbgemm-fixed'
  | 'fbgemm-fixed-avx2'
  | 'pytorch'
  | 'onnxruntime'
  | 'onnx-reference'
  | 'tosa-double'
  | 'tosa-single'
  | 'tosa-16'
  | 'tvm-tonearest'
  | 'tvm-upward'
  | 'ethos-u-tfl'
  | 'ethos-u-truncate'
  | 'ethos-u-natural'
  | 'nvdla-sdp'
  | 'nvdla-sdp-x'
  | 'gemmini-shift'
  | 'gemmini-scale'
  | 'gemmini-scale-c-model'
  | 'vta-shr'
  | 'vta-shr-truncating'
  | `ap-fixed-${ApQuantization}-${ApOverflow}`
  | `rvv-vssra-${VectorRounding}`
  | `rvv-vsmul-${VectorRounding}`
  | `rvv-vnclip-${VectorRounding}`
  | 'pulp-nn-32'
  | 'pulp-nn-64'
  | 'pulp-nn-quant';
