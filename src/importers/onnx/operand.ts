import type { IntFormat } from '../../arith/int-format.js';
import type { Shape } from '../../tensor/shape.js';
import type { PlainArray } from '../../formats/elements.js';
import type { Quantization, ValueId } from '../../ir/graph.js';
import { dequantizedArray } from './codes.js';

/** Integers that stand for real numbers, and the grid that says for which. */
export interface ConstantCodes {
  /** Elements of 8, 16 or 32 bits, the last of them signed. */
  readonly array: PlainArray;
  readonly quantization: Quantization;
}

/** A value that is known at import: an initializer, or what was folded from such. Integers stay integers, exactly. */
export interface ConstantOperand {
  readonly kind: 'constant';
  /** The initializer or value of the source model it stems from. */
  readonly name: string;
  /** Its numbers: of dequantized codes the real ones, as float32. */
  readonly array: PlainArray;
  readonly shape: Shape;
  /** What a DequantizeLinear made it of, so that the graph can keep the codes; null for all other constants. */
  readonly codes: ConstantCodes | null;
}

/** A value that the graph makes when it runs: float32, or integers of a format. */
export interface RunTimeOperand {
  readonly kind: 'runTime';
  readonly id: ValueId;
  readonly shape: Shape;
  /** null where it is float32. The grid of integers is a matter of the graph, which may learn it later. */
  readonly format: IntFormat | null;
}

/** What a name of the source model stands for. */
export type Operand = ConstantOperand | RunTimeOperand;

export function constantOperand(name: string, array: PlainArray): ConstantOperand {
  return { kind: 'constant', name, array, shape: array.shape, codes: null };
}

/** Dequantized codes as a constant; the real numbers are computed when somebody asks for them. */
export function dequantizedOperand(name: string, codes: ConstantCodes): ConstantOperand {
  let numbers: PlainArray | null = null;
  return {
    kind: 'constant',
    name,
    get array() {
      numbers ??= dequantizedArray(codes);
      return numbers;
    },
    shape: codes.array.shape,
    codes,
  };
}
