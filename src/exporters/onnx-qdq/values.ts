import type { CodeRange } from '../../arith/requantizer.js';
import { assert } from '../../core/errors.js';
import type { PlainArray } from '../../formats/elements.js';
import type { IntGraph, NodeBase, Value, ValueId } from '../../ir/graph.js';
import type { Shape } from '../../tensor/shape.js';
import { tensorFrom } from '../../tensor/tensor.js';
import { ints, int, type OnnxAssembly } from './assembly.js';
import { clipped } from './clip.js';
import { realBounds, requireSameGrid, tensorGrid, type CodeType, type TensorGrid } from './grid.js';
import { insideOrder, permutationBetween, permutedArray, sameOrder, type Order } from './order.js';

/** A value as a tensor of the file (codes, indices or real numbers), and the order of its axes. */
interface Emitted {
  readonly tensor: string;
  readonly order: Order;
}

/** The names of a grid's scale and zero point in the file. */
interface GridNames {
  readonly scale: string;
  readonly zeroPoint: string;
}

/**
 * Every value of the graph as the file holds it, in other orders too where needed. Of a value on a grid that is its codes and
 * their dequantized form; float32 values and integers without a grid (indices) are tensors as they are.
 */
export class QdqValues {
  readonly graph: IntGraph;
  readonly #assembly: OnnxAssembly;
  readonly #emitted = new Map<ValueId, Emitted[]>();
  readonly #reals = new Map<string, string>();
  readonly #grids = new Map<ValueId, GridNames>();

  constructor(graph: IntGraph, assembly: OnnxAssembly) {
    this.graph = graph;
    this.#assembly = assembly;
  }

  value(id: ValueId): Value {
    const value = this.graph.values.get(id);
    assert(value !== undefined, 'a verified graph lists every value', { id });
    return value;
  }

  shape(id: ValueId): Shape {
    return this.value(id).shape;
  }

  grid(id: ValueId): TensorGrid {
    return tensorGrid(this.value(id));
  }

  /** Whether the value is codes of a grid. */
  isOnGrid(id: ValueId): boolean {
    const { type } = this.value(id);
    return type.kind === 'int' && type.quantization !== null;
  }

  isConstant(id: ValueId): boolean {
    return this.graph.constants.has(id);
  }

  /** The order in which the value was made; constants come in any. */
  orderOf(id: ValueId): Order {
    return this.#emitted.get(id)?.[0]?.order ?? insideOrder(this.shape(id).length);
  }

  /** The value's tensor (codes where it is on a grid) in an order, transposed on the way where it is in another one. */
  tensor(id: ValueId, order: Order): string {
    const known = this.#emitted.get(id) ?? [];
    const found = known.find((emitted) => sameOrder(emitted.order, order));
    if (found !== undefined) return found.tensor;
    const tensor = this.isConstant(id)
      ? this.#constantTensor(id, order)
      : this.#transposed(id, known[0]!, order);
    this.#emitted.set(id, [...known, { tensor, order }]);
    return tensor;
  }

  /** The operand of a float operator, in an order: the real numbers that codes stand for, else the tensor itself. */
  real(id: ValueId, order: Order): string {
    const tensor = this.tensor(id, order);
    if (!this.isOnGrid(id)) return tensor;
    const known = this.#reals.get(tensor);
    if (known !== undefined) return known;
    const real = this.dequantized(id, tensor);
    this.#reals.set(tensor, real);
    return real;
  }

  /** A node of its own that dequantizes codes on the value's grid. */
  dequantized(id: ValueId, codes: string, output?: string): string {
    const { scale, zeroPoint } = this.#gridNames(id);
    const name = `${id}_DequantizeLinear`;
    return this.#assembly.node('DequantizeLinear', name, [codes, scale, zeroPoint], {}, output);
  }

  /**
   * Real numbers become the value: clipped where `clamp` is narrower than what the type saturates to, and quantized. A lower
   * bound of 0 alone is a Relu.
   */
  quantize(id: ValueId, real: string, order: Order, clamp: CodeRange = this.grid(id).codes): void {
    const { min, max } = realBounds(this.grid(id), clamp);
    this.define(id, this.#quantized(id, clipped(this.#assembly, id, real, min, max)), order);
  }

  /** What an operator on `real` operands made becomes the value: quantized where the value is on a grid. */
  result(id: ValueId, real: string, order: Order): void {
    if (this.isOnGrid(id)) this.quantize(id, real, order);
    else this.define(id, real, order);
  }

  /** The value is a tensor that the file has already. */
  define(id: ValueId, tensor: string, order: Order): void {
    this.#emitted.set(id, [{ tensor, order }]);
  }

  /** A constant's elements in an order of its axes. */
  constantArray(id: ValueId, order: Order, shape: Shape = this.shape(id)): PlainArray {
    const constant = this.graph.constants.get(id);
    assert(constant !== undefined, 'the value is a constant', { id });
    return permutedArray({ ...constant, shape }, order);
  }

  /** A constant broadcast to more axes, in an order, as the operand of a float operator. */
  realConstant(id: ValueId, rank: number, order: Order): string {
    const shape = this.shape(id);
    const padded = [...Array.from({ length: rank - shape.length }, () => 1), ...shape];
    const tensor = this.#initializer(id, this.constantArray(id, order, padded));
    return this.isOnGrid(id) ? this.dequantized(id, tensor) : tensor;
  }

  #constantTensor(id: ValueId, order: Order): string {
    return this.#initializer(id, this.constantArray(id, order));
  }

  #initializer(id: ValueId, array: PlainArray): string {
    return this.#assembly.initializer(this.isOnGrid(id) ? `${id}_quantized` : id, array);
  }

  #transposed(id: ValueId, { tensor, order: from }: Emitted, order: Order): string {
    assert(tensor !== undefined, 'a value is made before it is read', { id });
    const perm = ints(permutationBetween(from, order));
    const transposed = this.#assembly.node('Transpose', `${id}_Transpose`, [this.real(id, from)], { perm });
    return this.isOnGrid(id) ? this.#quantized(id, transposed) : transposed;
  }

  #quantized(id: ValueId, real: string): string {
    const { scale, zeroPoint } = this.#gridNames(id);
    const output = this.#assembly.tensorName(`${id}_quantized`);
    return this.#assembly.node(
      'QuantizeLinear',
      `${id}_QuantizeLinear`,
      [real, scale, zeroPoint],
      {},
      output,
    );
  }

  #gridNames(id: ValueId): GridNames {
    const known = this.#grids.get(id);
    if (known !== undefined) return known;
    const { scale, zeroPoint, type } = this.grid(id);
    const names = {
      scale: this.#assembly.floats(`${id}_scale`, [scale]),
      zeroPoint: this.#assembly.initializer(`${id}_zero_point`, codeArray(type, [], [zeroPoint])),
    };
    this.#grids.set(id, names);
    return names;
  }
}

/** Operands and result of a node that copies codes are on one grid; of other values there is nothing to hold. */
export function requireSharedGrid(values: QdqValues, node: NodeBase & { readonly op: string }): void {
  if (!values.isOnGrid(node.output)) return;
  for (const id of node.inputs) requireSameGrid(node, values.grid(id), values.grid(node.output));
}

/** Codes as an array of their type; they must fit it. */
export function codeArray(type: CodeType | 'int32', shape: Shape, codes: ArrayLike<number>): PlainArray {
  return tensorFrom(type, shape, codes);
}

/** A constant of integers behind a DequantizeLinear: one scale, or one per index of `axis`. */
export function dequantizedConstant(
  assembly: OnnxAssembly,
  stem: string,
  array: PlainArray,
  scales: readonly number[],
  zeroPoint: number,
  axis: number,
): string {
  const single = scales.length === 1;
  const shape = single ? [] : [scales.length];
  const inputs = [
    assembly.initializer(`${stem}_quantized`, array),
    assembly.floats(`${stem}_scale`, scales, shape),
  ];
  // An int32 constant, a bias, has no zero point, and DequantizeLinear takes none for it.
  if (array.type !== 'int32') {
    const zeroPoints = scales.map(() => zeroPoint);
    inputs.push(
      assembly.initializer(`${stem}_zero_point`, codeArray(array.type as CodeType, shape, zeroPoints)),
    );
  }
  return assembly.node(
    'DequantizeLinear',
    `${stem}_DequantizeLinear`,
    inputs,
    single ? {} : { axis: int(axis) },
  );
}
