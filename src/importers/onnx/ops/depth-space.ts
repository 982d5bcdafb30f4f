import { shapeText } from '../../../tensor/shape.js';
import { reshape, transpose } from '../movement.js';
import type { NodeImport } from '../node-import.js';
import type { Operand } from '../operand.js';
import type { ImportOperator } from './operator.js';
import { fromImage, toImage } from './spatial.js';

/** DepthToSpace-1, -11, -13: channels become b x b pixels; depth-column-row or column-row-depth order of channels. */
export const depthToSpace: ImportOperator = (node) => {
  const x = imageInput(node);
  const block = node.attributes.int('blocksize', 0);
  const columnMajor = node.attributes.choice('mode', ['DCR', 'CRD'], 'DCR') === 'CRD';
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const depth = channels / block ** 2;
  if (block < 1 || !Number.isInteger(depth)) throw misfit(node, x, block);
  const [split, order] = columnMajor
    ? [
        [batch, height, width, depth, block, block],
        [0, 1, 4, 2, 5, 3],
      ]
    : [
        [batch, height, width, block, block, depth],
        [0, 1, 3, 2, 4, 5],
      ];
  const pixels = transpose(node, reshape(node, toImage(node, x), split, { suffix: 'split' }), order, {
    suffix: 'interleaved',
  });
  return [fromImage(node, reshape(node, pixels, [batch, height * block, width * block, depth]), 4)];
};

/** SpaceToDepth-1, -13: b x b pixels become channels, the pixel's place first, then the old channel. */
export const spaceToDepth: ImportOperator = (node) => {
  const x = imageInput(node);
  const block = node.attributes.int('blocksize', 0);
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const [rows, columns] = [height / block, width / block];
  if (block < 1 || !Number.isInteger(rows) || !Number.isInteger(columns)) throw misfit(node, x, block);
  const split = reshape(node, toImage(node, x), [batch, rows, block, columns, block, channels], {
    suffix: 'split',
  });
  const gathered = transpose(node, split, [0, 1, 3, 2, 4, 5], { suffix: 'gathered' });
  return [fromImage(node, reshape(node, gathered, [batch, rows, columns, channels * block ** 2]), 4)];
};

function imageInput(node: NodeImport): Operand {
  const x = node.input(0);
  if (x.shape.length === 4) return x;
  throw node.refuse({
    found: `an input of shape ${shapeText(x.shape)}`,
    expected: 'batch, channels, height, width',
  });
}

function misfit(node: NodeImport, x: Operand, block: number): Error {
  return node.refuse({
    found: `blocksize ${block} for an input of shape ${shapeText(x.shape)}`,
    expected: 'a positive blocksize that divides it',
  });
}
