import { shapeText, type Shape } from '../../../tensor/shape.js';
import { reshape, transpose } from '../movement.js';
import type { NodeImport } from '../node-import.js';
import type { Operand } from '../operand.js';

/**
 * Spatial operators work on [batch, height, width, channels]; ONNX has the channels second, and one spatial axis or two.
 * A single spatial axis becomes the width of an image of height 1. Weights [outer, inner, kernel…] are laid out likewise.
 */
export function toImage(node: NodeImport, x: Operand): Operand {
  if (x.shape.length === 4) return transpose(node, x, [0, 2, 3, 1], { suffix: 'nhwc' });
  if (x.shape.length !== 3) {
    throw node.refuse({
      found: `a tensor of shape ${shapeText(x.shape)}`,
      expected: 'batch, channels and one or two spatial axes',
    });
  }
  const last = transpose(node, x, [0, 2, 1], { suffix: 'nwc' });
  const [batch, width, channels] = last.shape;
  return reshape(node, last, [batch!, 1, width!, channels!], { suffix: 'nhwc' });
}

/** Undoes `toImage` for a source tensor of `rank` axes. */
export function fromImage(node: NodeImport, y: Operand, rank: number): Operand {
  if (rank === 4) return transpose(node, y, [0, 3, 1, 2], { suffix: 'nchw' });
  const [batch, , width, channels] = y.shape;
  const flat = reshape(node, y, [batch!, width!, channels!], { suffix: 'nwc' });
  return transpose(node, flat, [0, 2, 1], { suffix: 'ncw' });
}

/** Values along the spatial axes as [height, width]; `one` stands for a height there is not. */
export function heightAndWidth(values: readonly number[], one: number): readonly [number, number] {
  return values.length === 1 ? [one, values[0]!] : [values[0]!, values[1]!];
}

/** Extents of the spatial axes of a source tensor. */
export function spatialExtents(shape: Shape): readonly number[] {
  return shape.slice(2);
}
