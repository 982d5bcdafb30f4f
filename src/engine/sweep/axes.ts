import { UserError } from '../../core/errors.js';
import { acceleratorField } from '../../hw/accelerator-fields.js';
import type { FieldChange } from '../../hw/varied-accelerator.js';
import { type AxisValue, expandRange, isRange, RangeProblem } from './range.js';

/** A field of the machine and the values it takes. */
export interface Axis {
  readonly path: string;
  readonly field: readonly string[];
  readonly values: readonly AxisValue[];
}

const EXPECTED = 'path=value,value,… or path=from..to*factor or path=from..to+step';
const MOST_POINTS = 100_000;

/**
 * Axes from texts such as `array.rows=8,16,32` and `weightBuffer.capacity=32KiB..1MiB*2`; a list may have ranges in it.
 *
 * @throws UserError where a field does not exist or is varied twice, a value is there twice, or a range leads nowhere
 */
export function parseAxes(texts: readonly string[]): readonly Axis[] {
  const axes = texts.map(parseAxis);
  const twice = axes.find(({ path }, index) => axes.findIndex((axis) => axis.path === path) !== index);
  if (twice !== undefined) {
    throw new UserError({ place: `--vary ${twice.path}`, found: 'two of them', expected: 'one' });
  }
  const points = gridSize(axes);
  if (points > MOST_POINTS) {
    throw new UserError({ place: '--vary', found: `${points} points`, expected: `at most ${MOST_POINTS}` });
  }
  return axes;
}

function parseAxis(text: string): Axis {
  const at = text.indexOf('=');
  if (at < 1) throw new UserError({ place: '--vary', found: `'${text}'`, expected: EXPECTED });
  const path = text.slice(0, at).trim();
  const field = acceleratorField(path, '--vary');
  const values = text
    .slice(at + 1)
    .split(',')
    .flatMap((item) => valuesOf(item.trim(), path));
  const twice = values.find((value, index) => values.findIndex((other) => other.text === value.text) < index);
  if (twice !== undefined) {
    throw new UserError({
      place: `--vary ${path}`,
      found: `${twice.text} twice`,
      expected: 'each value once',
    });
  }
  return { path, field, values };
}

function valuesOf(text: string, path: string): AxisValue[] {
  try {
    return isRange(text) ? expandRange(text) : [scalar(text)];
  } catch (error) {
    if (!(error instanceof RangeProblem)) throw error;
    throw new UserError({ place: `--vary ${path}`, found: error.message, expected: EXPECTED });
  }
}

/** A value as YAML would read it in a machine file: a number, true or false, else a text. */
function scalar(text: string): AxisValue {
  if (text === '') throw new RangeProblem('an empty value');
  if (text === 'true' || text === 'false') return { text, value: text === 'true' };
  return { text, value: /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text };
}

export function gridSize(axes: readonly Axis[]): number {
  return axes.reduce((size, { values }) => size * values.length, 1);
}

/** The values of one point of the grid, in the order of the axes; the last axis moves fastest. */
export function gridValues(axes: readonly Axis[], index: number): readonly AxisValue[] {
  const values: AxisValue[] = [];
  let rest = index;
  for (const axis of axes.toReversed()) {
    values.unshift(axis.values[rest % axis.values.length]!);
    rest = Math.floor(rest / axis.values.length);
  }
  return values;
}

export function changesOf(axes: readonly Axis[], values: readonly AxisValue[]): FieldChange[] {
  return axes.map(({ field }, index) => ({ field, value: values[index]!.value }));
}
