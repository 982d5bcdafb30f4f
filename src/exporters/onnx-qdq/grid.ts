import { maxOf, minOf, type IntFormat } from '../../arith/int-format.js';
import type { CodeRange } from '../../arith/requantizer.js';
import { UserError } from '../../core/errors.js';
import type { NodeBase, Value } from '../../ir/graph.js';
import { storageType } from '../../tensor/tensor.js';

/** The types that QuantizeLinear writes; the wide ones since opset 21. */
export type CodeType = 'int8' | 'uint8' | 'int16' | 'uint16';

/** The grid of an activation, and the type that carries its codes. */
export interface TensorGrid {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly type: CodeType;
  /** All codes of the value's format. */
  readonly codes: CodeRange;
}

/** A node that the format has no words for. */
export function inexpressible(
  node: Pick<NodeBase, 'name'> & { readonly op: string },
  found: string,
  expected?: string,
): UserError {
  return new UserError({
    place: `node '${node.name}' (${node.op})`,
    found,
    ...(expected === undefined ? {} : { expected }),
  });
}

/** @throws UserError for a value without a grid of its own, or with codes wider than 16 bits. */
export function tensorGrid({ id, type }: Value): TensorGrid {
  const quantization = type.kind === 'int' ? type.quantization : null;
  if (type.kind !== 'int' || quantization?.scales.length !== 1) {
    throw new UserError({
      place: `value '${id}'`,
      found: quantization === null ? 'codes without a grid' : `${quantization.scales.length} scales`,
      expected: 'one scale for the whole tensor, which QuantizeLinear takes',
    });
  }
  const { zeroPoint } = quantization;
  const carrier = codeType(id, type.format);
  if (zeroPoint < TYPE_RANGES[carrier].min || zeroPoint > TYPE_RANGES[carrier].max) {
    throw new UserError({
      place: `value '${id}'`,
      found: `zero point ${zeroPoint}`,
      expected: `one that is an ${carrier}`,
    });
  }
  return {
    scale: Math.fround(quantization.scales[0]!),
    zeroPoint,
    type: carrier,
    codes: { min: minOf(type.format), max: maxOf(type.format) },
  };
}

/** The type that carries codes of a format. */
export function codeType(id: string, format: IntFormat): CodeType {
  const type = format.bits <= 16 ? storageType(format) : 'int32';
  if (type !== 'int32') return type;
  throw new UserError({
    place: `value '${id}'`,
    found: `codes of ${format.bits} bits`,
    expected: 'at most 16, which QuantizeLinear writes',
  });
}

const TYPE_RANGES: Readonly<Record<CodeType, CodeRange>> = {
  int8: { min: -128, max: 127 },
  uint8: { min: 0, max: 255 },
  int16: { min: -32_768, max: 32_767 },
  uint16: { min: 0, max: 65_535 },
};

/** Real bounds that keep a tensor within `clamp` once it is quantized; null on a side where the type saturates there anyway. */
export function realBounds(
  { scale, zeroPoint, type }: TensorGrid,
  clamp: CodeRange,
): { readonly min: number | null; readonly max: number | null } {
  const range = TYPE_RANGES[type];
  const real = (code: number): number => Math.fround(scale * (code - zeroPoint)) + 0;
  return {
    min: clamp.min > range.min ? real(clamp.min) : null,
    max: clamp.max < range.max ? real(clamp.max) : null,
  };
}

/** Codes that are copied mean the same only on one grid. */
export function requireSameGrid(
  node: NodeBase & { readonly op: string },
  a: TensorGrid,
  b: TensorGrid,
): void {
  if (a.scale === b.scale && a.zeroPoint === b.zeroPoint) return;
  throw inexpressible(
    node,
    `codes copied from a grid of scale ${a.scale}, zero point ${a.zeroPoint} to one of ${b.scale}, ${b.zeroPoint}`,
    'one grid',
  );
}

/** The zero point that a node subtracts must be its operand's. */
export function requireZeroPoint(
  node: NodeBase & { readonly op: string },
  zeroPoint: number,
  grid: TensorGrid,
): void {
  if (zeroPoint === grid.zeroPoint) return;
  throw inexpressible(
    node,
    `zero point ${zeroPoint} beside a grid of zero point ${grid.zeroPoint}`,
    'the same',
  );
}
