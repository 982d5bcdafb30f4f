import type { CodeRange } from '../../arith/requantizer.js';
import { assert } from '../../core/errors.js';
import type { PlainArray } from '../../formats/elements.js';
import type { IntGraph, Value, ValueId } from '../../ir/graph.js';
import type { Shape } from '../../tensor/shape.js';
import { tensorFrom } from '../../tensor/tensor.js';
import { ints, int, type OnnxAssembly } from './assembly.js';
import { realBounds, tensorGrid, type CodeType, type TensorGrid } from './grid.js';
import { insideOrder, permutationBetween, permutedArray, sameOrder, type Order } from './order.js';

/** Codes as a tensor of the file, and the order of its axes. */
interface Emitted {
  readonly codes: string;
  readonly order: Order;
}

/** The names of a grid's scale and zero point in the file. */
interface GridNames {
  readonly scale: string;
  readonly zeroPoint: string;
}

/** Every value of the graph as the file holds it: its codes, its dequantized form, and both in other orders where needed. */
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

  isConstant(id: ValueId): boolean {
    return this.graph.constants.has(id);
  }

  /** The order in which the value was made; constants come in any. */
  orderOf(id: ValueId): Order {
    return this.#emitted.get(id)?.[0]?.order ?? insideOrder(this.shape(id).length);
  }

  /** The codes in an order, transposed on the way where they are in another one. */
  codes(id: ValueId, order: Order): string {
    const known = this.#emitted.get(id) ?? [];
    const found = known.find((emitted) => sameOrder(emitted.order, order));
    if (found !== undefined) return found.codes;
    const codes = this.isConstant(id)
      ? this.#constantCodes(id, order)
      : this.#transposed(id, known[0]!, order);
    this.#emitted.set(id, [...known, { codes, order }]);
    return codes;
  }

  /** The real numbers that the codes stand for, in an order: the operand of a float operator. */
  real(id: ValueId, order: Order): string {
    const codes = this.codes(id, order);
    const known = this.#reals.get(codes);
    if (known !== undefined) return known;
    const real = this.dequantized(id, codes);
    this.#reals.set(codes, real);
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
    let bounded = real;
    if (min === 0 && max === null) bounded = this.#assembly.node('Relu', `${id}_Relu`, [real]);
    else if (min !== null || max !== null) {
      const bound = (side: string, value: number | null): string =>
        value === null ? '' : this.#assembly.floats(`${id}_${side}`, [value]);
      const bounds = max === null ? [bound('min', min)] : [bound('min', min), bound('max', max)];
      bounded = this.#assembly.node('Clip', `${id}_Clip`, [real, ...bounds]);
    }
    this.define(id, this.#quantized(id, bounded), order);
  }

  /** The value is codes that the file has already. */
  define(id: ValueId, codes: string, order: Order): void {
    this.#emitted.set(id, [{ codes, order }]);
  }

  /** A constant's elements in an order of its axes. */
  constantArray(id: ValueId, order: Order, shape: Shape = this.shape(id)): PlainArray {
    const constant = this.graph.constants.get(id);
    assert(constant !== undefined, 'the value is a constant', { id });
    return permutedArray({ ...constant, shape }, order);
  }

  /** A constant broadcast to more axes, in an order, dequantized. */
  realConstant(id: ValueId, rank: number, order: Order): string {
    const shape = this.shape(id);
    const padded = [...Array.from({ length: rank - shape.length }, () => 1), ...shape];
    return this.dequantized(
      id,
      this.#assembly.initializer(`${id}_quantized`, this.constantArray(id, order, padded)),
    );
  }

  #constantCodes(id: ValueId, order: Order): string {
    return this.#assembly.initializer(`${id}_quantized`, this.constantArray(id, order));
  }

  #transposed(id: ValueId, { codes, order: from }: Emitted, order: Order): string {
    assert(codes !== undefined, 'a value is made before it is read', { id });
    const perm = ints(permutationBetween(from, order));
    const transposed = this.#assembly.node('Transpose', `${id}_Transpose`, [this.real(id, from)], { perm });
    return this.#quantized(id, transposed);
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
