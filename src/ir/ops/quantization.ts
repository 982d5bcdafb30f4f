import type { NodeBase } from '../graph.js';

/**
 * Where real numbers and codes meet inside a graph: what an already quantized model carries between its operators. An import
 * makes them; fused with the operators between them they become integer operators, and what cannot be fused runs on the host.
 */

/**
 * float32 → codes: `saturate(round(f32(x / scale)) + zeroPoint)` on the grid of the result's type. ONNX rounds ties to even,
 * TensorFlow Lite away from zero; XNNPACK rounds `f32(x · f32(1 / scale))`, ties to even.
 */
export interface QuantizeLinear extends NodeBase {
  readonly op: 'quantizeLinear';
  readonly rounding: 'halfEven' | 'halfAwayFromZero' | 'halfEvenOfProduct';
  /** A node of its own in the source (QDQ), not the end of an operator on codes (QOperator, TensorFlow Lite). */
  readonly isSpelledOut?: true | undefined;
}

/** Codes → float32: `f32(f32(code − zeroPoint) · scale)`, with the grid of the operand's type; one scale, or one per index of its axis. */
export interface DequantizeLinear extends NodeBase {
  readonly op: 'dequantizeLinear';
}

/**
 * float32 → uint8 codes on the grid that the values themselves span, as ONNX's DynamicQuantizeLinear: everything in float32, so
 * the result is the codes (integers 0 … 255, in the operand's shape), or the grid's scale or zero point (a scalar, shape []).
 */
export interface DynamicQuantize extends NodeBase {
  readonly op: 'dynamicQuantize';
  readonly result: 'codes' | 'scale' | 'zeroPoint';
}
