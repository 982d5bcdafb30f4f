import type { Shape } from '../../tensor/shape.js';
import type { PlainArray } from '../../formats/elements.js';
import type { ValueId } from '../../ir/graph.js';

/** A value that is known at import: an initializer, or what was folded from such. Integers stay integers, exactly. */
export interface ConstantOperand {
  readonly kind: 'constant';
  /** The initializer or value of the source model it stems from. */
  readonly name: string;
  readonly array: PlainArray;
  readonly shape: Shape;
}

/** A value that the graph makes when it runs: always float32. */
export interface RunTimeOperand {
  readonly kind: 'runTime';
  readonly id: ValueId;
  readonly shape: Shape;
}

/** What a name of the source model stands for. */
export type Operand = ConstantOperand | RunTimeOperand;

export function constantOperand(name: string, array: PlainArray): ConstantOperand {
  return { kind: 'constant', name, array, shape: array.shape };
}
