import { INT8, INT32, type IntFormat } from '../../../../src/arith/int-format.js';
import type { RoundingMode } from '../../../../src/arith/rounding.js';
import type { DiffRow } from '../../../../src/engine/diff/diff.js';
import { GraphBuilder } from '../../../../src/ir/builder.js';
import type { IntGraph, Port, ValueType } from '../../../../src/ir/graph.js';
import type { IntNode } from '../../../../src/ir/operators.js';
import { tensorFrom } from '../../../../src/tensor/tensor.js';

export const GRID: ValueType = {
  kind: 'int',
  format: INT8,
  quantization: { scales: [0.5], zeroPoint: 0, axis: null },
};

/** x: int8 1x3 → 'half': each code halved, ties by a rule → 'quarter': halved again, ties up. */
export function halving(
  rounding: RoundingMode,
  { type = GRID, second = 'quarter' }: { readonly type?: ValueType; readonly second?: string } = {},
): IntGraph {
  const builder = new GraphBuilder<IntNode>();
  const x = builder.addInput('x', [1, 3], type);
  const half = builder.addNode(halve(builder, 'half', x, rounding), type);
  const quarter = builder.addNode(halve(builder, second, half, 'halfUp'), type);
  return builder.finish<IntGraph>('integer', 'halving', [port(x)], [port(quarter)], {});
}

function halve(builder: GraphBuilder<IntNode>, output: string, x: string, rounding: RoundingMode): IntNode {
  const identity = tensorFrom('int8', [3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const weight = builder.addConstant(`${output}.weight`, identity, codes(INT8));
  const bias = builder.addConstant(`${output}.bias`, tensorFrom('int32', [3], [0, 0, 0]), codes(INT32));
  return {
    op: 'fullyConnected',
    name: `${output}.node`,
    inputs: [x, weight, bias],
    output,
    inputZeroPoint: 0,
    weightZeroPoint: 0,
    requantizer: { kind: 'shift', rounding, shifts: [1] },
    outputZeroPoint: 0,
    clamp: { min: -128, max: 127 },
  };
}

function port(value: string): Port {
  return { name: value, value, permutation: null, takesCodes: true };
}

function codes(format: IntFormat): ValueType {
  return { kind: 'int', format, quantization: null };
}

/** Rows of codes for both sides, numbered from 0, each with its label where there are any. */
export function rowsOf(codes: readonly (readonly number[])[], labels?: readonly number[]): DiffRow[] {
  return codes.map((values, row) => {
    const inputs = [tensorFrom('int8', [1, 3], values)];
    return { row, inputs: { first: inputs, second: inputs }, label: labels?.[row] ?? null };
  });
}
