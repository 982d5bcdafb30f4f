import type { FloatOperator } from '../operators.js';
import type { NodeBase } from '../graph.js';

/**
 * A float32 operator in an integer graph: what a quantized model leaves in float, and where codes become real numbers and back.
 * The machine does not run it; it is work for the host. Its operands and result are float32, or codes on one side of a
 * `quantizeLinear` or `dequantizeLinear`.
 */
export interface HostFloat extends NodeBase {
  readonly op: 'float';
  readonly operator: FloatOperator;
}
