import type { Window2d } from '../../../tensor/window.js';
import type { OperatorImport } from '../operator-import.js';
import { fusedRange } from './activation.js';
import type { ImportOperator } from './operator.js';
import { axesOf, axisOf } from './parameters.js';
import { windowOf } from './window.js';

type Pool = 'MAX_POOL_2D' | 'AVERAGE_POOL_2D';

function poolWindow(
  node: OperatorImport,
  { options }: Extract<OperatorImport['source'], { name: Pool }>,
): Window2d {
  const shape = node.shape(node.value(0));
  return windowOf(node, {
    padding: options.padding,
    height: shape[1] ?? 1,
    width: shape[2] ?? 1,
    rows: { kernel: options.filterHeight, stride: options.strideH, dilation: 1 },
    columns: { kernel: options.filterWidth, stride: options.strideW, dilation: 1 },
  });
}

/** MAX_POOL_2D: of codes the largest code. */
export const maxPool: ImportOperator<'MAX_POOL_2D'> = (node) => {
  const window = poolWindow(node, node.source);
  const range = fusedRange(node, node.source.options.fusedActivationFunction);
  if (range === null) return node.result({ op: 'maxPool', ...window }, [node.value(0)]);
  const pooled = node.step({ op: 'maxPool', ...window }, [node.real(0)], 'pooled');
  return node.result({ op: 'unary', function: { kind: 'clip', ...range } }, [pooled]);
};

/** AVERAGE_POOL_2D: padding does not count. */
export const averagePool: ImportOperator<'AVERAGE_POOL_2D'> = (node) => {
  const operator = {
    op: 'averagePool',
    ...poolWindow(node, node.source),
    countIncludePad: false,
  } as const;
  const range = fusedRange(node, node.source.options.fusedActivationFunction);
  if (range === null) return node.result(operator, [node.real(0)]);
  const pooled = node.step(operator, [node.real(0)], 'pooled');
  return node.result({ op: 'unary', function: { kind: 'clip', ...range } }, [pooled]);
};

/** MEAN over constant axes. */
export const mean: ImportOperator<'MEAN'> = (node) => {
  const rank = node.shape(node.value(0)).length;
  const axes = axesOf(node, node.integers(1, 'axes'), rank);
  node.result({ op: 'mean', axes, keepDims: node.source.options.keepDims }, [node.real(0)]);
};

/** ARG_MAX: indices of 32 or 64 bits, held in 32. */
export const argMax: ImportOperator<'ARG_MAX'> = (node) => {
  const rank = node.shape(node.value(0)).length;
  const [axis] = node.integers(1, 'the axis');
  node.result({ op: 'argMax', axis: axisOf(node, axis ?? 0, rank), keepDims: false }, [node.value(0)]);
};
