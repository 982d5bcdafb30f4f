import { difference, wholeNumber } from '../arith/dyadic.js';
import type { RuleName } from '../arith/requantizers/names.js';
import type { Dyadic, OutputGrid, Parameters, RequantizerRule } from '../arith/requantizers/rule.js';
import { exactCode, parametersText } from './case-text.js';

/** What one rule makes of consecutive accumulators. */
export interface Tabulated {
  readonly rule: RuleName;
  readonly parameters: Parameters;
  readonly output: OutputGrid;
  /** Parameters, factor and grid on one line. */
  readonly text: string;
  readonly rows: readonly TabulatedRow[];
}

export interface TabulatedRow {
  readonly acc: bigint;
  /** With the zero point, before the clamp. */
  readonly exact: Dyadic;
  readonly code: bigint;
  /** Code minus exact value. */
  readonly error: Dyadic;
  readonly insideContract: boolean;
}

export function tabulate(
  rule: RequantizerRule,
  parameters: Parameters,
  output: OutputGrid,
  accumulators: readonly bigint[],
): Tabulated {
  return {
    rule: rule.name,
    parameters,
    output,
    text: parametersText({ parameters, output }, rule),
    rows: accumulators.map((acc) => {
      const request = { acc, parameters, output };
      const [exact, code] = [exactCode(request, rule), rule.code(request)];
      const error = difference(wholeNumber(code), exact);
      return { acc, exact, code, error, insideContract: rule.holds(request) };
    }),
  };
}
