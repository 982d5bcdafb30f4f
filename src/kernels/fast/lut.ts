import { maxOf, minOf } from '../../arith/int-format.js';
import type { IntLut, IntRequantize } from '../../ir/ops/elementwise.js';
import type { BindKernel } from '../kernel.js';
import { codesOf, emptyResult, formatOf, type Codes } from './operands.js';
import { OutputStage } from './output-stage.js';

/** Widest inputs for which a table of all results is worth its making. */
export const WIDEST_TABLE_BITS = 8;

/** `table[channel · entries + code − lowest]`; `channels` is 1 where one table serves all. */
function lookUp(x: Codes, table: Codes, channels: number, lowest: number, output: Codes): void {
  const entries = table.length / channels;
  for (let i = 0; i < x.length; i += channels) {
    for (let channel = 0; channel < channels; channel += 1) {
      output[i + channel] = table[channel * entries + x[i + channel]! - lowest]!;
    }
  }
}

export const lut: BindKernel<IntLut> = (_node, [x, table], result) => {
  const lowest = minOf(formatOf(x!));
  const channels = table!.shape.length === 2 ? table!.shape[0]! : 1;
  return ([codes, values]) => {
    const made = emptyResult(result);
    lookUp(codesOf(codes), codesOf(values), channels, lowest, made.data);
    return made;
  };
};

/** Of a narrow input: a look-up in the table of its results. */
export const requantize: BindKernel<IntRequantize> = (node, [x], result) => {
  const stage = new OutputStage(node, result);
  const format = formatOf(x!);
  const channels = x!.shape.at(-1) ?? 1;
  if (!stage.isUniform || format.bits > WIDEST_TABLE_BITS) {
    return ([codes]) => {
      const made = emptyResult(result);
      const values = codesOf(codes);
      for (let i = 0; i < values.length; i += 1) {
        made.data[i] = stage.code(values[i]! - node.inputZeroPoint, i % channels);
      }
      return made;
    };
  }
  const lowest = minOf(format);
  const table = Int32Array.from({ length: maxOf(format) - lowest + 1 }, (_, entry) =>
    stage.code(lowest + entry - node.inputZeroPoint, 0),
  );
  return ([codes]) => {
    const made = emptyResult(result);
    lookUp(codesOf(codes), table, 1, lowest, made.data);
    return made;
  };
};
