import { assertNever } from '../../../core/errors.js';
import type { FloatUnary, UnaryFunction } from '../../../ir/ops/elementwise.js';
import { float, text, type Attributes, type OnnxAssembly } from '../assembly.js';
import type { QdqValues } from '../values.js';
import { activated } from '../clip.js';

/** A function of each element, in the operand's order. */
export function emitUnary(values: QdqValues, assembly: OnnxAssembly, node: FloatUnary): void {
  const order = values.orderOf(node.inputs[0]!);
  const x = values.real(node.inputs[0]!, order);
  values.define(node.output, functionOf(assembly, node.name, x, node.function), order);
}

function functionOf(assembly: OnnxAssembly, name: string, x: string, f: UnaryFunction): string {
  const apply = (opType: string, attributes: Attributes = {}): string =>
    assembly.node(opType, name, [x], attributes);
  const with1 = (opType: string, operand: string, stem: string, value: number): string =>
    assembly.node(opType, `${name}_${stem}`, [operand, assembly.floats(`${name}_${stem}`, [value])]);
  switch (f.kind) {
    case 'clip':
      return activated(assembly, name, x, f);
    case 'leakyRelu':
      return apply('LeakyRelu', { alpha: float(f.slope) });
    case 'sigmoid':
      return apply('Sigmoid');
    case 'tanh':
      return apply('Tanh');
    case 'hardSigmoid':
      return apply('HardSigmoid', { alpha: float(f.slope), beta: float(f.offset) });
    case 'hardSwish':
      return apply('HardSwish');
    case 'elu':
      return apply('Elu', { alpha: float(1) });
    case 'abs':
      return apply('Abs');
    case 'gelu':
      return apply('Gelu', { approximate: text(f.approximation) });
    case 'erf':
      return apply('Erf');
    case 'exp':
      return apply('Exp');
    case 'sqrt':
      return apply('Sqrt');
    case 'reciprocal':
      return apply('Reciprocal');
    case 'power':
      return with1('Pow', x, 'exponent', f.exponent);
    case 'affine': {
      const scaled = f.scale === 1 ? x : with1('Mul', x, 'factor', f.scale);
      return f.offset === 0 ? scaled : with1('Add', scaled, 'offset', f.offset);
    }
    default:
      return assertNever(f);
  }
}
