import { minOf } from '../../../arith/int-format.js';
import { onnxDataType } from '../../../formats/onnx.js';
import type { ValueId } from '../../../ir/graph.js';
import type { IntAdd, IntLut, IntMul, IntRequantize } from '../../../ir/ops/elementwise.js';
import { int, type OnnxAssembly } from '../assembly.js';
import { factorsOf, requireFactors, requireStage } from '../factor.js';
import { requireZeroPoint } from '../grid.js';
import { insideOrder, type Order } from '../order.js';
import { codeArray, dequantizedConstant, type QdqValues } from '../values.js';

const OPERATORS = { add: 'Add', sub: 'Sub', mul: 'Mul' } as const;

/** Add, Sub, Mul, in the order that the first operand of full rank is in. */
export function emitBinary(values: QdqValues, assembly: OnnxAssembly, node: IntAdd | IntMul): void {
  const [a, b] = node.inputs.map((id) => values.grid(id));
  const output = values.grid(node.output);
  requireZeroPoint(node, node.inputZeroPoints[0], a!);
  requireZeroPoint(node, node.inputZeroPoints[1], b!);
  requireStage(node, output);
  if (node.op === 'mul') {
    requireFactors(node, factorsOf(node.requantizer), [(a!.scale * b!.scale) / output.scale]);
  } else {
    const after = factorsOf(node.requantizer);
    node.inputRequantizers.forEach((requantizer, i) => {
      const before = factorsOf(requantizer);
      const channels = Math.max(before.length, after.length);
      const total = Array.from(
        { length: channels },
        (_, k) =>
          before[before.length === 1 ? 0 : k]! * after[after.length === 1 ? 0 : k]! * 2 ** node.leftShift,
      );
      requireFactors(node, total, [[a!, b!][i]!.scale / output.scale]);
    });
  }
  const order = commonOrder(values, node.inputs, values.shape(node.output).length);
  const operands = node.inputs.map((id) => broadcastOperand(values, id, order));
  const y = assembly.node(OPERATORS[node.op], node.name, operands);
  values.quantize(node.output, y, order, node.clamp);
}

/** The order of the first activation of full rank, unless an activation of lower rank would not broadcast in it. */
export function commonOrder(values: QdqValues, ids: readonly ValueId[], rank: number): Order {
  const activations = ids.filter((id) => !values.isConstant(id));
  const leader = activations.find((id) => values.shape(id).length === rank);
  const others = activations.every((id) => values.shape(id).length === rank);
  return leader !== undefined && others ? values.orderOf(leader) : insideOrder(rank);
}

/** An operand in the order of a result that it may have fewer axes than. */
export function broadcastOperand(values: QdqValues, id: ValueId, order: Order): string {
  const rank = values.shape(id).length;
  if (rank === order.length) return values.real(id, order);
  if (values.isConstant(id)) return values.realConstant(id, order.length, order);
  return values.real(id, insideOrder(rank));
}

/** The same real numbers on another grid. */
export function emitRequantize(values: QdqValues, _assembly: OnnxAssembly, node: IntRequantize): void {
  const x = node.inputs[0]!;
  const [input, output] = [values.grid(x), values.grid(node.output)];
  requireZeroPoint(node, node.inputZeroPoint, input);
  requireStage(node, output);
  requireFactors(node, factorsOf(node.requantizer), [input.scale / output.scale]);
  const order = values.orderOf(x);
  values.quantize(node.output, values.real(x, order), order, node.clamp);
}

/**
 * A table from code to code, exactly: the code itself, cast and counted from the lowest one (with a table a channel: from the
 * start of the channel's table), is the index into the dequantized table.
 */
export function emitLut(values: QdqValues, assembly: OnnxAssembly, node: IntLut): void {
  const [x, tableId] = node.inputs as [string, string];
  const { shape, type } = values.value(x);
  const order = values.orderOf(x);
  const table = values.graph.constants.get(tableId)!;
  const codes = table.shape.at(-1)!;
  const lowest = type.kind === 'int' ? minOf(type.format) : 0;
  const channels = table.shape.length === 2 ? table.shape[0]! : 1;

  let index = assembly.node('Cast', `${node.name}_index`, [values.tensor(x, order)], {
    to: int(onnxDataType('int32')),
  });
  if (channels > 1 || lowest !== 0) {
    const firsts = Array.from({ length: channels }, (_, channel) => channel * codes - lowest);
    const along = order.map((axis) => (axis === shape.length - 1 ? channels : 1));
    const offset = assembly.initializer(
      `${node.name}_first`,
      codeArray('int32', channels > 1 ? along : [], firsts),
    );
    index = assembly.node('Add', `${node.name}_from_first`, [index, offset]);
  }
  const { scale, zeroPoint, type: outputType } = values.grid(node.output);
  const entries = codeArray(outputType, [table.data.length], table.data);
  const reals = dequantizedConstant(assembly, tableId, entries, [scale], zeroPoint, 0);
  const y = assembly.node('Gather', node.name, [reals, index], { axis: int(0) });
  values.quantize(node.output, y, order);
}
