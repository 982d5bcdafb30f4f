import type { AffineGrid } from '../../arith/affine.js';
import { INT32 } from '../../arith/int-format.js';
import { assert, UserError } from '../../core/errors.js';
import { GraphBuilder } from '../../ir/builder.js';
import { FLOAT32, type FloatGraph, type IntGraph, type ValueId, type ValueType } from '../../ir/graph.js';
import type { FloatNode, FloatOperator, IntNode } from '../../ir/operators.js';
import { usesOf, type UseMap } from '../../ir/use.js';
import { tensor, type Tensor } from '../../tensor/tensor.js';
import type { IntOperator } from './stack-operators.js';

/** What a float32 value of the source is in the integer graph: codes on a grid that stand for it, or itself. */
export type Real =
  | { readonly kind: 'codes'; readonly id: ValueId; readonly type: IntType }
  | { readonly kind: 'real'; readonly id: ValueId };

export type IntType = Extract<ValueType, { readonly kind: 'int' }>;

/** Wider codes are sums of products, which no stack multiplies or looks up. */
const MOST_OPERAND_BITS = 16;

/** Codes of run time or constant codes, and their grid. */
export interface Operand {
  readonly id: ValueId;
  readonly grid: AffineGrid;
}

/** An integer graph on its way out of a float graph with quantization nodes. */
export class Conversion {
  readonly source: FloatGraph;
  readonly uses: UseMap<FloatNode>;
  readonly builder = new GraphBuilder<IntNode>();
  readonly #codes = new Map<ValueId, ValueId>();
  readonly #reals = new Map<ValueId, Real>();
  readonly #dequantized = new Map<ValueId, ValueId>();
  readonly #done = new Set<FloatNode>();

  constructor(source: FloatGraph) {
    this.source = source;
    this.uses = usesOf(source);
  }

  /** How many nodes of the source read a value, each operand counted, as a value that leaves the graph is once more. */
  readerCount(id: ValueId): number {
    const readers = this.uses.readers.get(id) ?? [];
    const operands = readers.flatMap(({ inputs }) => inputs.filter((input) => input === id));
    return operands.length + (this.uses.isOutput(id) ? 1 : 0);
  }

  sourceType(id: ValueId): ValueType {
    return this.source.values.get(id)!.type;
  }

  isCodes(id: ValueId): boolean {
    return this.sourceType(id).kind === 'int';
  }

  /** The integer value that stands for an integer value of the source. */
  codes(id: ValueId): ValueId {
    const known = this.#codes.get(id);
    if (known !== undefined) return known;
    const constant = this.source.constants.get(id);
    assert(constant !== undefined, 'codes are made before they are read', { id });
    const made = this.builder.addConstant(id, constant, this.sourceType(id));
    this.#codes.set(id, made);
    return made;
  }

  setCodes(id: ValueId, made: ValueId): void {
    this.#codes.set(id, made);
  }

  /** What a float32 value of the source is. */
  real(id: ValueId): Real {
    const known = this.#reals.get(id);
    if (known !== undefined) return known;
    const constant = this.source.constants.get(id);
    assert(constant !== undefined, 'a value is made before it is read', { id });
    const real = { kind: 'real', id: this.builder.addConstant(id, constant) } as const;
    this.#reals.set(id, real);
    return real;
  }

  setReal(id: ValueId, real: Real): void {
    this.#reals.set(id, real);
  }

  /** The codes behind a float32 value, where they have one scale and at most 16 bits: what integer operators compute with. */
  operand(id: ValueId): Operand | null {
    const real = this.real(id);
    const grid = real.kind === 'codes' ? gridOf(real.type) : null;
    return grid === null || grid.format.bits > MOST_OPERAND_BITS ? null : { id: real.id, grid };
  }

  /** The constant codes behind a float32 value; null where it is no dequantized constant. */
  constantCodes(id: ValueId): { readonly id: ValueId; readonly data: Tensor; readonly type: IntType } | null {
    const maker = this.uses.makers.get(id);
    if (maker?.op !== 'dequantizeLinear') return null;
    const data = this.source.constants.get(maker.inputs[0]!);
    const type = this.sourceType(maker.inputs[0]!);
    return data === undefined || type.kind !== 'int' ? null : { id: maker.inputs[0]!, data, type };
  }

  /** The float32 value itself: codes are dequantized on the host, once. */
  hostReal(id: ValueId): ValueId {
    const real = this.real(id);
    if (real.kind === 'real') return real.id;
    const known = this.#dequantized.get(id);
    if (known !== undefined) return known;
    const made = this.host({ op: 'dequantizeLinear' }, id, [real.id], id, FLOAT32);
    this.#dequantized.set(id, made);
    return made;
  }

  /** Appends an integer node. */
  emit(
    operator: IntOperator,
    name: string,
    inputs: readonly ValueId[],
    output: ValueId,
    type: ValueType,
  ): ValueId {
    const node = {
      ...operator,
      name: this.builder.freshNodeName(name),
      inputs,
      output: this.builder.freshId(output),
    } as IntNode;
    return this.builder.addNode(node, type);
  }

  /** Appends a node for the host. */
  host(
    operator: FloatOperator,
    name: string,
    inputs: readonly ValueId[],
    output: ValueId,
    type: ValueType,
  ): ValueId {
    return this.emit({ op: 'float', operator }, name, inputs, output, type);
  }

  /** An int32 constant without a grid. */
  int32(stem: string, shape: readonly number[], data: Int32Array): ValueId {
    const type: IntType = { kind: 'int', format: INT32, quantization: null };
    return this.builder.addConstant(this.builder.freshId(stem), tensor('int32', shape, data), type);
  }

  markDone(node: FloatNode): void {
    this.#done.add(node);
  }

  isDone(node: FloatNode): boolean {
    return this.#done.has(node);
  }

  refuse(node: FloatNode, found: string, expected: string): UserError {
    return new UserError({ place: placeOf(node), found, expected });
  }

  finish(metadata: Readonly<Record<string, string>>, ports: Pick<IntGraph, 'inputs' | 'outputs'>): IntGraph {
    const { name } = this.source;
    return this.builder.finish<IntGraph>('integer', name, ports.inputs, ports.outputs, metadata);
  }
}

/** A node as messages name it. */
export function placeOf({ name, op }: Pick<FloatNode, 'name' | 'op'>): string {
  return `node '${name}' (${op})`;
}

/** The grid of codes with one scale; null where there is none. */
export function gridOf(type: ValueType): AffineGrid | null {
  if (type.kind !== 'int' || type.quantization === null || type.quantization.axis !== null) return null;
  const { scales, zeroPoint } = type.quantization;
  return { scale: scales[0]!, zeroPoint, format: type.format };
}

export function sameGrid(a: AffineGrid, b: AffineGrid): boolean {
  return (
    a.scale === b.scale &&
    a.zeroPoint === b.zeroPoint &&
    a.format.bits === b.format.bits &&
    a.format.signed === b.format.signed
  );
}
