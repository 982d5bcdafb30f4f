import type { Equality, ParameterSpec, RequantizerRule } from '../arith/requantizers/rule.js';
import { formatName } from '../arith/int-format.js';
import { factLines, section } from './sections.js';
import { wrap } from './plain-text.js';
import { renderTable } from './table.js';

export const ROUNDING_RULE_SCHEMA = 'bitmac-rounding-rule/1';

const ZERO_POINTS = {
  exact: 'added to the rounded value, exactly',
  wrap32: 'added to the rounded value in int32, where the sum wraps',
  beforeRounding: 'added to the real value before it is rounded',
  none: 'none',
} as const;

/** One rule in full. */
export function renderRule(rule: RequantizerRule): string {
  return [
    rule.name,
    '',
    ...factLines([
      { name: 'stack', value: rule.stack },
      { name: 'formula', value: rule.formula },
      { name: 'source', value: rule.source },
      { name: 'accumulator', value: formatName(rule.accumulator) },
      { name: 'codes', value: formatName(rule.codes) },
      { name: 'zero point', value: ZERO_POINTS[rule.zeroPoint] },
      { name: 'contract', value: rule.contract === '' ? 'none beside the ranges' : rule.contract },
    ]),
    ...section('Parameters', parameterTable(rule.parameters)),
    ...section(
      'Returns the same codes as',
      rule.equalTo.flatMap((equality) => wrap(equalityText(equality), '- ')),
    ),
  ].join('\n');
}

export function ruleJson(rule: RequantizerRule): string {
  const { name, stack, formula, source, accumulator, codes, zeroPoint, contract, parameters } = rule;
  return JSON.stringify(
    {
      schema: ROUNDING_RULE_SCHEMA,
      name,
      stack,
      formula,
      source,
      accumulator: formatName(accumulator),
      codes: formatName(codes),
      zeroPoint,
      contract,
      parameters,
      equalTo: rule.equalTo.map((equality) => ({ rule: equality.rule, when: equality.when })),
    },
    null,
    2,
  );
}

/** `tflite-single, where s >= 0`. */
export function equalityText({ rule, when }: Equality): string {
  return when === '' ? rule : `${rule}, where ${when}`;
}

function parameterTable(parameters: readonly ParameterSpec[]): string[] {
  return renderTable({
    columns: [
      { header: ['name'], align: 'left', key: true },
      { header: ['type'], align: 'left' },
      { header: ['from'], align: 'right' },
      { header: ['to'], align: 'right' },
      { header: ['meaning'], align: 'left', shortestWidth: 12 },
    ],
    rows: parameters.map(({ name, type, min, max, meaning }) => [
      name,
      type,
      String(min),
      String(max),
      meaning,
    ]),
  });
}
