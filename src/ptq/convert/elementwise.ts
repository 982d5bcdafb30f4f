import { assert, UserError } from '../../core/errors.js';
import { codeToReal, realToCode } from '../../arith/affine.js';
import { maxOf, minOf } from '../../arith/int-format.js';
import type { FloatBinary, FloatPRelu, FloatUnary } from '../../ir/ops/elementwise.js';
import { unaryFunction } from '../../kernels/float/unary-function.js';
import { storageType, tensorFrom } from '../../tensor/tensor.js';
import { clampOfGrid, typeOfGrid, type Grid } from '../grid.js';
import type { ConversionContext } from './context.js';

/** Fraction bits kept while two grids are brought together: TFLite's value for 8-bit operands (`add.cc`). */
const ADD_LEFT_SHIFT = 20;

export function convertBinary(context: ConversionContext, node: FloatBinary): void {
  switch (node.op) {
    case 'add':
    case 'sub':
      return convertAdd(context, { ...node, op: node.op });
    case 'mul':
      return convertMul(context, { ...node, op: node.op });
    default:
      throw new UserError({
        place: `node '${node.name}'`,
        found: `${node.op} of two activations`,
        expected: 'an operator with an integer recipe',
        suggestion:
          node.op === 'pow' ? 'only a constant exponent becomes a table' : 'rewrite it as a product',
      });
  }
}

function convertAdd(context: ConversionContext, node: FloatBinary & { readonly op: 'add' | 'sub' }): void {
  const [a, b] = node.inputs.map((id) => context.operand(id));
  const grid = context.grid(node.output);
  const { activation, ...rest } = node;
  const twice = 2 * Math.max(a!.grid.scale, b!.grid.scale);
  const shifted = context.activationExtent * 2 ** ADD_LEFT_SHIFT; // and rescaled by at most 1/2: the sum is no larger
  context.emit(
    {
      ...rest,
      inputs: [a!.id, b!.id],
      inputZeroPoints: [a!.grid.zeroPoint, b!.grid.zeroPoint],
      leftShift: ADD_LEFT_SHIFT,
      inputRequantizers: [
        context.requantizer(node.name, [a!.grid.scale / twice], [shifted]),
        context.requantizer(node.name, [b!.grid.scale / twice], [shifted]),
      ],
      requantizer: context.requantizer(node.name, [twice / (2 ** ADD_LEFT_SHIFT * grid.scale)], [shifted]),
      outputZeroPoint: grid.zeroPoint,
      clamp: clampOfGrid(grid, activation),
    },
    grid,
  );
}

function convertMul(context: ConversionContext, node: FloatBinary & { readonly op: 'mul' }): void {
  const [a, b] = node.inputs.map((id) => context.operand(id));
  const grid = context.grid(node.output);
  const { activation, ...rest } = node;
  context.emit(
    {
      ...rest,
      inputs: [a!.id, b!.id],
      inputZeroPoints: [a!.grid.zeroPoint, b!.grid.zeroPoint],
      requantizer: context.requantizer(
        node.name,
        [(a!.grid.scale * b!.grid.scale) / grid.scale],
        [context.activationExtent ** 2],
      ),
      outputZeroPoint: grid.zeroPoint,
      clamp: clampOfGrid(grid, activation),
    },
    grid,
  );
}

/** Any function of one number becomes a table from code to code (white paper 2.3.2, last resort of an activation unit). */
export function convertUnary(context: ConversionContext, node: FloatUnary): void {
  const input = context.grid(node.inputs[0]!);
  const output = context.grid(node.output);
  emitTable(context, node, [tableOf(unaryFunction(node.function), input, output)]);
}

/** PReLU with a slope per channel (or one slope): a table per channel. */
export function convertPRelu(context: ConversionContext, node: FloatPRelu): void {
  const [x, slopeId] = node.inputs as [string, string];
  const slope = context.constant(slopeId);
  const channels = context.graph.values.get(x)!.shape.at(-1)!;
  const perChannel = slope?.shape.at(-1) === channels && slope.data.length === channels;
  if (slope === undefined || (slope.data.length !== 1 && !perChannel)) {
    throw new UserError({
      place: `node '${node.name}' (PRelu)`,
      found:
        slope === undefined ? 'a slope computed at run time' : `slopes of shape ${slope.shape.join('x')}`,
      expected: `one constant slope, or one per channel (${channels})`,
      suggestion: 'other slopes have no integer table',
    });
  }
  const input = context.grid(x);
  const output = context.grid(node.output);
  const tables = Array.from(slope.data, (s) =>
    tableOf((value) => (value >= 0 ? value : s * value), input, output),
  );
  emitTable(context, node, tables);
}

function tableOf(f: (x: number) => number, input: Grid, output: Grid): number[] {
  const table: number[] = [];
  for (let code = minOf(input.format); code <= maxOf(input.format); code += 1) {
    const real = f(codeToReal(code, input.scale, input.zeroPoint));
    table.push(realToCode(real, output.scale, output.zeroPoint, output.format));
  }
  return table;
}

function emitTable(
  context: ConversionContext,
  node: FloatUnary | FloatPRelu,
  tables: readonly (readonly number[])[],
): void {
  const output = context.grid(node.output);
  const codes = tables[0]!.length;
  assert(
    tables.every((table) => table.length === codes),
    'tables cover the same codes',
  );
  const shape = tables.length === 1 ? [codes] : [tables.length, codes];
  const data = tensorFrom(storageType(output.format), shape, tables.flat());
  const table = context.freshId(`${node.name}.table`);
  context.builder.addConstant(table, data, typeOfGrid(output));
  context.emit({ op: 'lut', name: node.name, inputs: [node.inputs[0]!, table], output: node.output }, output);
}
