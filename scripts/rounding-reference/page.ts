import { formatName } from '../../src/arith/int-format.js';
import { chooseRequantizationMultiplier } from '../../src/arith/multipliers/fbgemm.js';
import {
  quantizeMultiplier,
  quantizeMultiplierEmulated,
  quantizeMultiplierSingle,
  tvmMultiplier,
} from '../../src/arith/multipliers/tflite.js';
import { tosaMultiplier16, tosaMultiplier32 } from '../../src/arith/multipliers/tosa.js';
import { velaReducedScale, velaScale } from '../../src/arith/multipliers/vela.js';
import { REQUANTIZER_RULES, ruleOf } from '../../src/arith/requantizers/registry.js';
import type { OutputGrid, ParameterSpec, RequantizerRule } from '../../src/arith/requantizers/rule.js';

import { kebabCase, ROUNDING_MODES, roundShift } from '../../src/arith/rounding.js';
import { shiftedCodes } from '../../src/testing/ties.js';
import { COUNTER_EXAMPLES } from './counter-examples.js';
import { NONE } from '../../src/report/numbers.js';
import { code, markdownTable } from '../markdown.js';
import { REAL_QUANTIZERS } from './real-quantizers.js';

/** `docs/reference/rounding.md`: everything that the registry and the rules can print about themselves. */
export function roundingPage(): string {
  return [
    '# Rounding and requantization',
    'Made by `npm run docs:rounding` from the registry in `src/arith/requantizers`; do not edit. `bitmac rounding` prints the same on the command line, and compares, tabulates and tests rules.',
    '## Rounding modes',
    'Which neighbour an inexact quotient goes to; `jam` sends every inexact value to the odd one, so it is no nearest mode.',
    modeTable(),
    'Beside these, `shift-stochastic` adds a random number below 2^shift and rounds down.',
    '## Behaviour at ties',
    'Codes of ties, and of quarters beside them, under the factor 1/4. `*` stands for every overflow mode, – for a negative value where codes are unsigned and there is no zero point.',
    tieTable(),
    'A rule that rounds twice changes its tie rule with the shift: under the factor 1/2 (TFLite’s shift is 0) there is only its first rounding. Rules whose ties go elsewhere then:',
    changedTieTable(),
    'Quantizers of real numbers, on the int8 grid of scale 1: the code less its zero point, with the zero points 0 and 1. Where the second differs the zero point is added before rounding.',
    realTable(),
    '## Counter-examples',
    'Inputs that tell rules apart; what the stacks’ own code returned on them is a test.',
    counterExampleTable(),
    '## Multipliers from real factors',
    'Each stack’s own derivation, as `multiplier, shift`. TFLite and TVM count shifts to the left of 2^−31, the others to the right.',
    derivationTable(),
    '## Requantizers',
    `${REQUANTIZER_RULES.length} rules. Notation: \`>>\` rounds down; \`wrap32\` keeps the low 32 bits; \`sat8\` … \`sat32\` clamp to the type; \`f32\` and \`f64\` are the nearest float32 and float64, \`rne\` the nearest integer, ties to even, \`rha\` with ties away from zero; \`SRDHM32(a, b)\` is \`a * b / 2^31\` rounded half up, saturating; \`RDBPOT(x, n)\` is \`x / 2^n\` rounded half away from zero. \`M\` is the multiplier, \`s\` the left shift, \`zp\` the zero point. Every result is clamped to the output grid.`,
    ...stacks().map(stackSection),
  ]
    .join('\n\n')
    .concat('\n');
}

function modeTable(): string {
  const halves = [-5n, -3n, -1n, 1n, 3n, 5n];
  const quarters = [-9n, 9n];
  const header = [...halves.map((n) => String(Number(n) / 2)), ...quarters.map((n) => String(Number(n) / 4))];
  return markdownTable(
    ['mode', ...header],
    ROUNDING_MODES.map((mode) => [
      code(kebabCase(mode)),
      ...halves.map((half) => String(roundShift(half, 1, mode))),
      ...quarters.map((quarter) => String(roundShift(quarter, 2, mode))),
    ]),
  );
}

/** Families whose members share a row: overflow modes do not show at ties. */
function familyName(name: string): string {
  return name.replace(/^(ap-fixed-.*?)-(wrap-sm|wrap|sat-sym|sat-zero|sat)$/, '$1-*');
}

/** Small exact values, as multiples of a quarter: ties first, then what is nearer to one side. */
const QUARTERS = [2n, -2n, 6n, -6n, 1n, -1n, 3n, -3n] as const;
/** The ties among them as multiples of a half. */
const HALVES = [1n, -1n, 3n, -3n] as const;

const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));

/** Rules by what they make of small values: the codes as one text, the families that make them. */
function byCodes(rules: readonly RequantizerRule[], shiftBits: number, accumulators: readonly bigint[]) {
  const rows = new Map<string, Set<string>>();
  for (const rule of rules) {
    const codes = shiftedCodes(rule, shiftBits, accumulators);
    if (codes.every((one) => one === null)) continue;
    const key = codes.map((one) => one ?? NONE).join(' ');
    rows.set(key, (rows.get(key) ?? new Set()).add(code(familyName(rule.name))));
  }
  return [...rows].map(([key, names]) => [...key.split(' '), [...names].join(', ')]);
}

function tieTable(): string {
  return markdownTable(
    [...QUARTERS.map((quarter) => signed(Number(quarter) / 4)), 'rules'],
    byCodes(REQUANTIZER_RULES, 2, QUARTERS),
  );
}

/** Rules whose ties by the factor 1/2 go elsewhere than by 1/4. */
function changedTieTable(): string {
  const ties = QUARTERS.slice(0, HALVES.length);
  const changed = REQUANTIZER_RULES.filter((rule) => {
    const [byHalf, byQuarter] = [shiftedCodes(rule, 1, HALVES), shiftedCodes(rule, 2, ties)];
    return ![...byHalf, ...byQuarter].includes(null) && byHalf.join() !== byQuarter.join();
  });
  return markdownTable(
    [...HALVES.map((half) => signed(Number(half) / 2)), 'rules'],
    byCodes(changed, 1, HALVES),
  );
}

function realTable(): string {
  const ties = HALVES.map((half) => Number(half) / 2);
  const zeroPoints = [0, 1];
  return markdownTable(
    ['quantizer', ...zeroPoints.flatMap((zero) => ties.map((tie) => `${signed(tie)}, zp ${zero}`))],
    REAL_QUANTIZERS.map(({ name, code: quantize }) => [
      name,
      ...zeroPoints.flatMap((zero) => ties.map((tie) => String(quantize(tie, zero) - zero))),
    ]),
  );
}

const WIDE: OutputGrid = { zeroPoint: 0, min: -(2 ** 31), max: 2 ** 31 - 1 };

function counterExampleTable(): string {
  return markdownTable(
    ['accumulator', 'parameters', 'output', 'codes', 'what it shows'],
    COUNTER_EXAMPLES.map(({ acc, output = WIDE, rules, why }) => [
      String(acc),
      [...new Set(rules.map(({ parameters }) => parameterText(parameters)))].join('; '),
      output === WIDE ? 'int32' : `${output.min} … ${output.max}, zp ${output.zeroPoint}`,
      rules
        .map(({ name, parameters }) => `${code(name)} ${ruleOf(name).code({ acc, parameters, output })}`)
        .join(', '),
      why,
    ]),
  );
}

function parameterText(parameters: Readonly<Record<string, number>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** Factors at the edges of the derivations, each with the way a person writes it. */
const FACTORS: readonly { readonly text: string; readonly value: number }[] = [
  { text: '0.1', value: 0.1 },
  { text: '0.75', value: 0.75 },
  { text: '1', value: 1 },
  { text: '1 − 2^−32', value: 1 - 2 ** -32 },
  { text: '(2^30 + 1/2) · 2^−31', value: (2 ** 30 + 0.5) / 2 ** 31 },
  { text: '2^−32', value: 2 ** -32 },
  { text: '2^−33', value: 2 ** -33 },
  { text: '2^−40', value: 2 ** -40 },
  { text: '2^30', value: 2 ** 30 },
];

const DERIVATIONS: readonly {
  readonly name: string;
  readonly derive: (factor: number) => object;
}[] = [
  { name: 'TFLite', derive: quantizeMultiplier },
  { name: 'TFLite, single rounding', derive: quantizeMultiplierSingle },
  { name: 'TFLite, emulated float', derive: quantizeMultiplierEmulated },
  { name: 'TVM', derive: tvmMultiplier },
  { name: 'Vela', derive: velaScale },
  { name: 'Vela, reduced', derive: velaReducedScale },
  { name: 'TOSA, 32 bits', derive: tosaMultiplier32 },
  { name: 'TOSA, 16 bits', derive: tosaMultiplier16 },
  { name: 'FBGEMM', derive: chooseRequantizationMultiplier },
];

function derivationTable(): string {
  return markdownTable(
    ['factor', ...DERIVATIONS.map(({ name }) => name)],
    FACTORS.map(({ text, value }) => [
      text,
      ...DERIVATIONS.map(({ derive }) => Object.values(derive(value)).join(', ')),
    ]),
  );
}

function stacks(): readonly string[] {
  return [...new Set(REQUANTIZER_RULES.map(({ stack }) => stack))];
}

function stackSection(stack: string): string {
  const rules = REQUANTIZER_RULES.filter((rule) => rule.stack === stack);
  return [`### ${heading(stack)}`, ...uniqueTexts(rules)].join('\n\n');
}

function heading(stack: string): string {
  return stack === 'exact' ? 'bitmac’s own: exact arithmetic' : stack;
}

/** Rules that differ in their modes only are listed with one description. */
function uniqueTexts(rules: readonly RequantizerRule[]): string[] {
  const sections = new Map<string, string[]>();
  for (const rule of rules) {
    const text = descriptionOf(rule);
    sections.set(text, [
      ...(sections.get(text) ?? []),
      `* ${code(rule.name)}: ${code(rule.formula)}${equalText(rule)}`,
    ]);
  }
  return [...sections].map(([text, lines]) => `${lines.join('\n')}\n\n${text}`);
}

function descriptionOf(rule: RequantizerRule): string {
  return [
    `Accumulator ${formatName(rule.accumulator)}, codes ${formatName(rule.codes)}; ${ZERO_POINTS[rule.zeroPoint]}.`,
    `Parameters: ${rule.parameters.map(specText).join('; ')}.`,
    rule.contract === '' ? '' : `Contract: ${rule.contract}.`,
    `Source: ${rule.source}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

const ZERO_POINTS = {
  exact: 'the zero point is added exactly',
  wrap32: 'the zero point is added in int32, which wraps',
  beforeRounding: 'the zero point is added before rounding',
  none: 'no zero point',
} as const;

function specText({ name, meaning, min, max, type }: ParameterSpec): string {
  return `${code(name)} (${meaning}; ${type === 'integer' ? '' : `${type}, `}${bound(min)} … ${bound(max)})`;
}

/** Bounds near a power of two are read more easily as that. */
function bound(value: number): string {
  const magnitude = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (Number.isInteger(value) && magnitude < 4096) return String(value).replace('-', '−');
  const power = Math.round(Math.log2(magnitude));
  const difference = magnitude - 2 ** power;
  if (difference === 0) return `${sign}2^${String(power).replace('-', '−')}`;
  if (difference === -1) return `${sign}(2^${power} − 1)`;
  if (difference === -(2 ** (power - 24))) return `2^${power} (1 − 2^−24)`;
  return String(value);
}

function equalText({ equalTo }: RequantizerRule): string {
  const parts = equalTo.map(({ rule, when }) => code(rule) + (when === '' ? '' : ` where ${when}`));
  return parts.length === 0 ? '' : `. Equal to ${parts.join(', ')}`;
}
