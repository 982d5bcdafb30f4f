import type { AffineGrid } from '../../arith/affine.js';
import type { ValueId } from '../../ir/graph.js';
import { storageType, tensorFrom } from '../../tensor/tensor.js';
import type { Conversion, IntType } from './conversion.js';
import type { StackOperators } from './stack-operators.js';

/** The type of codes on a grid. */
export function typeOnGrid({ format, scale, zeroPoint }: AffineGrid): IntType {
  return { kind: 'int', format, quantization: { scales: [scale], zeroPoint, axis: null } };
}

/** A look-up in a table of output codes. */
export function emitTable(
  conversion: Conversion,
  name: string,
  x: ValueId,
  table: readonly number[],
  to: AffineGrid,
  output: ValueId,
): ValueId {
  const type = typeOnGrid(to);
  const data = tensorFrom(storageType(to.format), [table.length], table);
  const tableId = conversion.builder.addConstant(conversion.builder.freshId(`${name}.table`), data, type);
  return conversion.emit({ op: 'lut' }, name, [x, tableId], output, type);
}

/** Codes on another grid, as one of the stack's operators puts them there; null where it has none that does. */
export function emitRequantized(
  conversion: Conversion,
  rule: StackOperators['requantize'],
  name: string,
  x: { readonly id: ValueId; readonly grid: AffineGrid },
  to: AffineGrid,
  output: ValueId,
): ValueId | null {
  const made = rule(x.grid, to);
  if (made === null) return null;
  return Array.isArray(made)
    ? emitTable(conversion, name, x.id, made as readonly number[], to, output)
    : conversion.emit(made as Exclude<typeof made, readonly number[]>, name, [x.id], output, typeOnGrid(to));
}
