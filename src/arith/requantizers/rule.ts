import type { IntFormat } from '../int-format.js';
import type { RuleName } from './names.js';

/**
 * What a requantizer of some stack is: the one statement of how that stack turns an accumulator into a code, and what is
 * known about it. Every rule is an entry of the registry (`./registry.ts`).
 */
export interface RequantizerRule {
  readonly name: RuleName;
  /** The software or hardware it is taken from. */
  readonly stack: string;
  /** The arithmetic in one line of the notation of `docs/reference/rounding.md`. */
  readonly formula: string;
  /** Project, commit and file or function. */
  readonly source: string;
  /** What an accumulator may be. */
  readonly accumulator: IntFormat;
  /** What varies from tensor to tensor or channel to channel, in the order in which it is written down. */
  readonly parameters: readonly ParameterSpec[];
  /** The format of codes that the stack uses it for. */
  readonly codes: IntFormat;
  readonly zeroPoint: ZeroPointAddition;
  /** The stack's own conditions in words, beside the ranges of the parameters; empty where there are none. */
  readonly contract: string;
  /** Whether a case meets them. Outside, `code` still says what two's complement builds and the hardware return. */
  readonly holds: (request: RequantizerCase) => boolean;
  /** The real number that an accumulator is multiplied by, as the rule's multiplier and right shift. */
  readonly factor: (parameters: Parameters) => Factor;
  /** Parameters of exactly this factor; null where the rule has none. */
  readonly withFactor: (factor: Factor) => Parameters | null;
  /** The real value that the rule rounds, before the zero point is added: affine in the accumulator. */
  readonly exact: (acc: bigint, parameters: Parameters) => Dyadic;
  /** The stack's own way from a real factor to parameters; null where it has none or the factor is out of its reach. */
  readonly derive: (factor: number) => Parameters | null;
  /** Normative: accumulator → code. Every faster version is tested against it. */
  readonly code: (request: RequantizerCase) => bigint;
  /** Rules that return the same code in every case that meets both contracts and the condition. */
  readonly equalTo: readonly Equality[];
}

/**
 * How the zero point joins the rounded value before the clamp: in exact arithmetic (or in one that cannot overflow), in
 * int32 where the sum wraps, to the real value before it is rounded, or not at all.
 */
export type ZeroPointAddition = 'exact' | 'wrap32' | 'beforeRounding' | 'none';

/** Numbers by name: integers, float32 values held in doubles, and doubles. */
export type Parameters = Readonly<Record<string, number>>;

export interface ParameterSpec {
  readonly name: string;
  readonly meaning: string;
  readonly type: 'integer' | 'float32' | 'float64';
  /** Inclusive. */
  readonly min: number;
  readonly max: number;
}

/** Zero point and inclusive clamp of output codes. */
export interface OutputGrid {
  readonly zeroPoint: number;
  readonly min: number;
  readonly max: number;
}

/** Everything a requantizer needs to answer with one code. */
export interface RequantizerCase {
  readonly acc: bigint;
  readonly parameters: Parameters;
  readonly output: OutputGrid;
}

/** `numerator / 2^shift`, `shift` of either sign. */
export interface Dyadic {
  readonly numerator: bigint;
  readonly shift: number;
}

/**
 * `multiplier / 2^rightShift`, not reduced: where a rule rounds twice, `2 / 4` and `1 / 2` are different requantizers.
 * The right shift may be negative.
 */
export interface Factor {
  readonly multiplier: bigint;
  readonly rightShift: number;
}

export interface Equality {
  readonly rule: RuleName;
  /** The condition in words; empty where the contracts are enough. */
  readonly when: string;
  /** The same condition, of a case of the rule that states the equality. */
  readonly holds?: (request: RequantizerCase) => boolean;
}
