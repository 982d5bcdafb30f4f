import { fits, formatName, holds as isIn, INT32, INT8, type IntFormat } from '../int-format.js';
import { outOfRange } from './check-parameters.js';
import { addExactly, addWrapping, clampOnly, sumFits } from './output.js';
import type { ParameterSet } from './parameters.js';
import type { Dyadic, Equality, OutputGrid, Parameters, RequantizerRule, ZeroPointAddition } from './rule.js';
import type { RuleName } from './names.js';

/** What a stack's file says of a rule; everything a rule has in common with others is filled in. */
export interface RuleDefinition<Name extends string> {
  readonly name: RuleName;
  readonly stack: string;
  readonly formula: string;
  readonly source: string;
  /** int32 unless said. */
  readonly accumulator?: IntFormat;
  /** int8 unless said. */
  readonly codes?: IntFormat;
  readonly parameters: ParameterSet<Name>;
  /** Multiplies and rounds: the value before zero point and clamp. */
  readonly raw: (acc: bigint, parameters: Named<Name>) => bigint;
  readonly zeroPoint: ZeroPointAddition;
  /**
   * The format that the stack's own last step saturates or cuts to, where it is narrower than the clamp may be. What lies
   * before that step has room for a zero point of this format, not for any.
   */
  readonly narrowsTo?: IntFormat;
  /** Where the stack finishes in a way of its own. */
  readonly finish?: (raw: bigint, output: OutputGrid) => bigint;
  readonly contract?: string;
  readonly holds?: (acc: bigint, parameters: Named<Name>) => boolean;
  /** `acc · factor` unless said. */
  readonly exact?: (acc: bigint, parameters: Named<Name>) => Dyadic;
  /** Parameters out of their ranges need no check: they become null. */
  readonly derive?: (factor: number) => Parameters | null;
  readonly equalTo?: readonly Equality[];
}

const FINISH = { exact: addExactly, wrap32: addWrapping, none: clampOnly } as const;

type Named<Name extends string> = Readonly<Record<Name, number>>;

export function defineRule<Name extends string>(
  definition: RuleDefinition<Name> & { readonly zeroPoint: Exclude<ZeroPointAddition, 'beforeRounding'> },
): RequantizerRule {
  const { parameters, raw, zeroPoint, contract, narrowsTo, holds, exact } = definition;
  const finish = definition.finish ?? FINISH[zeroPoint];
  return {
    ...factsOf(definition),
    contract: [
      contract,
      zeroPoint === 'wrap32' ? 'the sum with the zero point stays in int32' : undefined,
      zeroPoint === 'none' ? 'the zero point is 0' : undefined,
      narrowsTo === undefined
        ? undefined
        : `${zeroPoint === 'none' ? 'the clamp lies' : 'zero point and clamp lie'} in ${formatName(narrowsTo)}`,
    ]
      .filter((part) => part !== undefined)
      .join('; '),
    holds: ({ acc, parameters: p, output }) =>
      isIn(definition.accumulator ?? INT32, acc) &&
      (holds === undefined || holds(acc, p)) &&
      (zeroPoint !== 'wrap32' || sumFits(raw(acc, p), output)) &&
      (zeroPoint !== 'none' || output.zeroPoint === 0) &&
      (narrowsTo === undefined ||
        [output.zeroPoint, output.min, output.max].every((value) => fits(value, narrowsTo))),
    factor: (p) => parameters.factor(p),
    exact: (acc, p) => {
      if (exact !== undefined) return exact(acc, p);
      const { multiplier, rightShift } = parameters.factor(p);
      return { numerator: acc * multiplier, shift: rightShift };
    },
    code: ({ acc, parameters: p, output }) => finish(raw(acc, p), output),
  };
}

/** The fields of a rule that a definition states as they are, or leaves to a default. */
export function factsOf<Name extends string>(definition: Omit<RuleDefinition<Name>, 'raw'>) {
  const { specs } = definition.parameters;
  return {
    name: definition.name,
    stack: definition.stack,
    formula: definition.formula,
    source: definition.source,
    accumulator: definition.accumulator ?? INT32,
    codes: definition.codes ?? INT8,
    parameters: specs,
    zeroPoint: definition.zeroPoint,
    withFactor: definition.parameters.withFactor,
    derive: (factor: number): Parameters | null => {
      const derived = definition.derive?.(factor) ?? null;
      return derived === null || outOfRange(specs, derived) !== undefined ? null : derived;
    },
    equalTo: definition.equalTo ?? [],
  };
}
