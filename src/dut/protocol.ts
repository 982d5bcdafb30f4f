import { assertNever } from '../core/errors.js';
import type { ParameterSpec, RequantizerCase, RequantizerRule } from '../arith/requantizers/rule.js';

/**
 * What goes over the pipe to a device under test (DUT) and back: `docs/guides/test-your-requantizer.md` is the description for
 * those who write one.
 *
 * Lines of decimal integers. The first line is a header; then come batches of cases, a case a line, an empty line behind each
 * batch. The DUT answers a code a line, in order, and flushes at least where a batch ends.
 */

const PROTOCOL = 'bitmac-requantizer 1';

/** `bitmac-requantizer 1 tflite-double acc multiplier leftShift zeroPoint min max`. */
export function headerLine({ name, parameters }: RequantizerRule): string {
  const columns = ['acc', ...parameters.map((spec) => spec.name), 'zeroPoint', 'min', 'max'];
  return [PROTOCOL, name, ...columns].join(' ');
}

/** A case in the order of the header's columns. A float travels as its IEEE 754 bits, read as an unsigned integer. */
export function caseLine(
  { acc, parameters, output }: RequantizerCase,
  specs: readonly ParameterSpec[],
): string {
  const values = specs.map(({ name, type }) => wireValue(type, parameters[name]!));
  return [acc, ...values, output.zeroPoint, output.min, output.max].join(' ');
}

function wireValue(type: ParameterSpec['type'], value: number): number | bigint {
  switch (type) {
    case 'integer':
      return value;
    case 'float32':
      return new Uint32Array(Float32Array.of(value).buffer)[0]!;
    case 'float64':
      return new BigUint64Array(Float64Array.of(value).buffer)[0]!;
    default:
      return assertNever(type);
  }
}

/** The code on a line of an answer; null where it holds anything else. */
export function answerOf(line: string): bigint | null {
  return /^[+-]?\d{1,40}$/.test(line) ? BigInt(line) : null;
}
