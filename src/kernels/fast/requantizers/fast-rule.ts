import type { OutputGrid } from '../../../arith/requantizers/rule.js';
import type { Finish } from './arithmetic.js';

/** Every parameter of every rule by name; a rule reads those that its specification lists. */
export type Named = Readonly<
  Record<
    | 'multiplier'
    | 'leftShift'
    | 'rightShift'
    | 'shift'
    | 'random'
    | 'scale'
    | 'offset'
    | 'truncate'
    | 'aluOperand'
    | 'aluShift'
    | 'mulOperand'
    | 'mulShift'
    | 'lambda'
    | 'droppedBits'
    | 'bits'
    | 'isSigned'
    | 'saturatedBits',
    number
  >
>;

/** A rule of the registry as two steps: multiply and round, then the zero point and the clamp. */
export interface FastRule<V> {
  readonly round: (parameters: Named, output: OutputGrid) => V;
  readonly finish: Finish<V>;
}
