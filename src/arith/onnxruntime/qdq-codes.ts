import type { AffineGrid } from '../affine.js';
import { UINT8 } from '../int-format.js';

/** What lies between int8 codes and the uint8 codes of the same numbers. */
const SHIFT = 128;

const isInt8 = ({ format }: AffineGrid): boolean => format.bits === 8 && format.signed;

/**
 * The grid on which ONNX Runtime computes int8 codes of a QDQ graph on x86-64: its optimizer makes them uint8 first, adding 128 to
 * codes and zero points (`QDQS8ToU8Transformer`, core/optimizer/qdq_transformer/qdq_s8_to_u8.cc of microsoft/onnxruntime 1.30.0,
 * unless `session.qdqisint8allowed` is set). Rules that round with the zero point inside see another number for it.
 */
export function unsignedGrid(grid: AffineGrid): AffineGrid {
  return isInt8(grid) ? { ...grid, zeroPoint: grid.zeroPoint + SHIFT, format: UINT8 } : grid;
}

/** How far a code is from the same number on its unsigned grid. */
export function unsignedShift(grid: AffineGrid): number {
  return isInt8(grid) ? SHIFT : 0;
}
