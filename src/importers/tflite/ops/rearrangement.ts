import type { ValueId } from '../../../ir/graph.js';
import { shapeText, type Shape } from '../../../tensor/shape.js';
import type { OperatorImport } from '../operator-import.js';
import type { ImportOperator } from './operator.js';

/** A reshape, a transpose and a reshape: how blocks of pixels become channels and back. */
function rearrange(
  node: OperatorImport,
  x: ValueId,
  split: Shape,
  permutation: readonly number[],
  joined: Shape,
): void {
  const type = node.type(x);
  const blocks = node.step({ op: 'reshape', shape: split }, [x], 'blocks', type);
  const moved = node.step({ op: 'transpose', permutation }, [blocks], 'moved', type);
  node.result({ op: 'reshape', shape: joined }, [moved]);
}

function image(node: OperatorImport, x: ValueId): readonly [number, number, number, number] {
  const shape = node.shape(x);
  if (shape.length === 4) return shape as unknown as readonly [number, number, number, number];
  throw node.refuse({ found: `an input of ${shapeText(shape)}`, expected: 'four axes' });
}

function requireDivisible(
  node: OperatorImport,
  extents: readonly number[],
  divisors: readonly number[],
): void {
  if (divisors.every((divisor, i) => divisor >= 1 && extents[i]! % divisor === 0)) return;
  throw node.refuse({
    found: `extents ${extents.join(', ')} in blocks of ${divisors.join(', ')}`,
    expected: 'whole blocks',
  });
}

/** SPACE_TO_DEPTH: the pixels of a block, in reading order, one after the other in the channels. */
export const spaceToDepth: ImportOperator<'SPACE_TO_DEPTH'> = (node) => {
  const x = node.value(0);
  const { blockSize: block } = node.source.options;
  const [batch, height, width, channels] = image(node, x);
  requireDivisible(node, [height, width], [block, block]);
  const [rows, columns] = [height / block, width / block];
  rearrange(
    node,
    x,
    [batch, rows, block, columns, block, channels],
    [0, 1, 3, 2, 4, 5],
    [batch, rows, columns, block * block * channels],
  );
};

/** DEPTH_TO_SPACE: the inverse. */
export const depthToSpace: ImportOperator<'DEPTH_TO_SPACE'> = (node) => {
  const x = node.value(0);
  const { blockSize: block } = node.source.options;
  const [batch, height, width, channels] = image(node, x);
  requireDivisible(node, [channels], [block * block]);
  const depth = channels / (block * block);
  rearrange(
    node,
    x,
    [batch, height, width, block, block, depth],
    [0, 1, 3, 2, 4, 5],
    [batch, height * block, width * block, depth],
  );
};

/** SPACE_TO_BATCH_ND of images: padded with real 0, then the pixels of a block become images. */
export const spaceToBatch: ImportOperator<'SPACE_TO_BATCH_ND'> = (node) => {
  const source = node.value(0);
  const [blockRows, blockColumns] = blockOf(node);
  const [top, bottom, left, right] = fourOf(node, 2, 'pads');
  const [batch, height, width, channels] = image(node, source);
  const type = node.type(source);
  const zero = type.kind === 'int' ? (type.quantization?.zeroPoint ?? 0) : 0;
  const x = node.step(
    {
      op: 'pad',
      before: [0, top, left, 0],
      after: [0, bottom, right, 0],
      mode: 'constant',
      value: zero,
    },
    [source],
    'padded',
    type,
  );
  const [paddedHeight, paddedWidth] = [height + top + bottom, width + left + right];
  requireDivisible(node, [paddedHeight, paddedWidth], [blockRows, blockColumns]);
  const [rows, columns] = [paddedHeight / blockRows, paddedWidth / blockColumns];
  rearrange(
    node,
    x,
    [batch, rows, blockRows, columns, blockColumns, channels],
    [2, 4, 0, 1, 3, 5],
    [blockRows * blockColumns * batch, rows, columns, channels],
  );
};

/** BATCH_TO_SPACE_ND of images: the inverse, then cropped. */
export const batchToSpace: ImportOperator<'BATCH_TO_SPACE_ND'> = (node) => {
  const x = node.value(0);
  const [blockRows, blockColumns] = blockOf(node);
  const [top, bottom, left, right] = fourOf(node, 2, 'crops');
  const [images, rows, columns, channels] = image(node, x);
  requireDivisible(node, [images], [blockRows * blockColumns]);
  const batch = images / (blockRows * blockColumns);
  const type = node.type(x);
  const blocks = node.step(
    { op: 'reshape', shape: [blockRows, blockColumns, batch, rows, columns, channels] },
    [x],
    'blocks',
    type,
  );
  const moved = node.step({ op: 'transpose', permutation: [2, 3, 0, 4, 1, 5] }, [blocks], 'moved', type);
  const [height, width] = [rows * blockRows, columns * blockColumns];
  const whole = node.step({ op: 'reshape', shape: [batch, height, width, channels] }, [moved], 'whole', type);
  node.result(
    {
      op: 'slice',
      starts: [0, top, left, 0],
      sizes: [batch, height - top - bottom, width - left - right, channels],
      steps: [1, 1, 1, 1],
    },
    [whole],
  );
};

function blockOf(node: OperatorImport): readonly [number, number] {
  const [rows, columns, ...others] = node.integers(1, 'the block');
  if (rows !== undefined && columns !== undefined && others.length === 0) return [rows, columns];
  throw node.refuse({ found: 'a block that is not two-dimensional', expected: 'rows and columns' });
}

function fourOf(
  node: OperatorImport,
  input: number,
  role: string,
): readonly [number, number, number, number] {
  const values = node.integers(input, role);
  if (values.length === 4 && values.every((value) => value >= 0)) {
    return values as unknown as readonly [number, number, number, number];
  }
  throw node.refuse({ found: `${role} ${values.join(', ')}`, expected: 'two for rows and two for columns' });
}
