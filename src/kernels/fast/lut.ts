import { minOf } from '../../arith/int-format.js';
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

/** `requantize(x − inputZeroPoint)`; of a narrow input, a look-up in the table of all its results. */
export const requantize: BindKernel<IntRequantize> = (node, [x], result) => {
  const stage = new OutputStage(node, result);
  const format = formatOf(x!);
  if (stage.isUniform && format.bits <= WIDEST_TABLE_BITS) {
    const lowest = minOf(format);
    const differences = Float64Array.from(
      { length: 2 ** format.bits },
      (_, entry) => lowest + entry - node.inputZeroPoint,
    );
    const table = new Int32Array(differences.length);
    stage.row(differences, 0, differences.length, table, 0);
    return ([codes]) => {
      const made = emptyResult(result);
      lookUp(codesOf(codes), table, 1, lowest, made.data);
      return made;
    };
  }
  const channels = x!.shape.at(-1) ?? 1;
  return ([codes]) => {
    const made = emptyResult(result);
    const differences = Float64Array.from(codesOf(codes), (code) => code - node.inputZeroPoint);
    stage.rows(differences, channels, differences.length / channels, channels, made.data, 0);
    return made;
  };
};
