import { fractionText } from '../arith/dyadic.js';
import type { Dyadic } from '../arith/requantizers/rule.js';
import { assertNever } from '../core/errors.js';
import type { Bias } from '../testing/properties/bias.js';
import type { PropertyOutcome } from '../testing/properties/property.js';
import { csv } from './csv.js';
import { groupThousands } from './numbers.js';
import { wrap } from './plain-text.js';

export const ROUNDING_PROPERTIES_SCHEMA = 'bitmac-rounding-properties/1';

/** A property with what came of checking it. */
export interface CheckedProperty {
  readonly name: string;
  readonly sentence: string;
  readonly outcome: PropertyOutcome;
}

/** A paragraph a property: verdict, sentence, counter-example. */
export function renderProperties(rule: string, checked: readonly CheckedProperty[]): string {
  const width = Math.max(...checked.map(({ name }) => name.length)) + 2;
  const lines = checked.flatMap(({ name, sentence, outcome }) => [
    '',
    ...wrap(verdictText(outcome), name.padEnd(width)),
    ...wrap(sentence, ' '.repeat(width)),
    ...evidence(outcome).flatMap((line) => wrap(line, `${' '.repeat(width)}- `)),
  ]);
  return [...wrap(`${rule}, within its contract`), ...lines].join('\n');
}

export function propertiesJson(rule: string, seed: number, checked: readonly CheckedProperty[]): string {
  return JSON.stringify(
    {
      schema: ROUNDING_PROPERTIES_SCHEMA,
      rule,
      seed,
      properties: checked.map(({ name, sentence, outcome }) => ({
        name,
        sentence,
        verdict: outcome.verdict,
        ...details(outcome),
      })),
    },
    null,
    2,
  );
}

export function propertiesCsv(checked: readonly CheckedProperty[]): string {
  return csv(
    checked.map(({ name, sentence, outcome }) => ({
      property: name,
      verdict: outcome.verdict,
      evidence: [verdictText(outcome), ...evidence(outcome)].join('; '),
      sentence,
    })),
  );
}

function verdictText(outcome: PropertyOutcome): string {
  switch (outcome.verdict) {
    case 'held':
      return `holds in ${groupThousands(outcome.cases)} cases`;
    case 'refuted':
      return 'does not hold';
    case 'measured':
      return outcome.isUnbiased ? 'holds, by counting' : 'does not hold, by counting';
    case 'notApplicable':
      return `does not apply: ${outcome.why}`;
    default:
      return assertNever(outcome);
  }
}

function evidence(outcome: PropertyOutcome): readonly string[] {
  if (outcome.verdict === 'refuted') return outcome.counterexample.map(({ text }) => text);
  if (outcome.verdict !== 'measured') return [];
  const { all, ties, positiveTies } = biasTexts(outcome.bias);
  return [
    `mean error ${all} of a code over all remainders; ${ties} over ties, ${positiveTies} over those of positive values`,
  ];
}

function details(outcome: PropertyOutcome) {
  switch (outcome.verdict) {
    case 'held':
      return { cases: outcome.cases };
    case 'refuted':
      return {
        counterexample: outcome.counterexample.map(({ request, code, text }) => ({
          acc: String(request.acc),
          parameters: request.parameters,
          output: request.output,
          code: Number(code),
          text,
        })),
      };
    case 'measured':
      return { isUnbiased: outcome.isUnbiased, meanError: biasTexts(outcome.bias) };
    case 'notApplicable':
      return { why: outcome.why };
    default:
      return assertNever(outcome);
  }
}

function biasTexts({ all, ties, positiveTies }: Bias) {
  return { all: signedText(all), ties: signedText(ties), positiveTies: signedText(positiveTies) };
}

/** With its sign where it is not 0. */
function signedText(value: Dyadic): string {
  return `${value.numerator > 0n ? '+' : ''}${fractionText(value)}`;
}
