import { assertNever } from '../../../core/errors.js';
import { movesOnlyOnes, sameShape } from '../../../tensor/shape.js';
import type { FloatMean } from '../../../ir/ops/pooling.js';
import type { Gather, Reshape } from '../../../ir/ops/movement.js';
import type { FloatNode } from '../../../ir/operators.js';
import { emitAligned } from './aligned.js';
import { reshapeView } from './reshape-view.js';
import type { LayoutSweep } from './sweep.js';
import { identityOrder, orderOf, underneath } from './view.js';

/**
 * Rebuilds one node on values as they lie; every operator says here what order it insists on, if any. What dequantizes a
 * constant waits for whoever reads it.
 */
export function sweepNode(sweep: LayoutSweep, node: FloatNode): void {
  if (sweep.isKnown(node.output)) return;
  switch (node.op) {
    case 'conv2d':
    case 'convTranspose2d':
    case 'maxPool':
    case 'averagePool':
    case 'resize':
    case 'matMul':
      return emitPlain(sweep, node);
    case 'fullyConnected':
    case 'batchNormalization':
    case 'layerNormalization':
    case 'softmax':
    case 'logSoftmax':
      return emitAlongLastAxis(sweep, node);
    case 'unary':
    case 'quantizeLinear':
    case 'dequantizeLinear': {
      const { id, permutation } = sweep.view(node.inputs[0]!);
      return sweep.emit({ ...node, inputs: [id] }, permutation);
    }
    case 'dynamicQuantize': {
      // The range of a tensor does not depend on the order of its elements.
      const { id, permutation } = sweep.view(node.inputs[0]!);
      return sweep.emit({ ...node, inputs: [id] }, node.result === 'codes' ? permutation : []);
    }
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'pow':
    case 'prelu':
      return emitAligned(sweep, node, (_, inputs) => ({ ...node, inputs }));
    case 'concat':
      return emitAligned(sweep, node, (permutation, inputs) => ({
        ...node,
        inputs,
        axis: permutation[node.axis]!,
      }));
    case 'slice': {
      const { id, permutation } = sweep.view(node.inputs[0]!);
      const [starts, sizes, steps] = [node.starts, node.sizes, node.steps].map((entries) =>
        underneath(entries, permutation),
      ) as [number[], number[], number[]];
      return sweep.emit({ ...node, inputs: [id], starts, sizes, steps }, permutation);
    }
    case 'pad': {
      const { id, permutation } = sweep.view(node.inputs[0]!);
      const before = underneath(node.before, permutation);
      const after = underneath(node.after, permutation);
      return sweep.emit({ ...node, inputs: [id], before, after }, permutation);
    }
    case 'argMax':
      return emitPlain(sweep, node);
    case 'mean':
      return emitMean(sweep, node);
    case 'gather':
      return emitGather(sweep, node);
    case 'reshape':
      return emitReshape(sweep, node);
    case 'transpose': {
      const { id, permutation } = sweep.view(node.inputs[0]!);
      return sweep.alias(node.output, {
        id,
        permutation: node.permutation.map((axis) => permutation[axis]!),
      });
    }
    default:
      return assertNever(node);
  }
}

function emitPlain(sweep: LayoutSweep, node: FloatNode): void {
  const inputs = node.inputs.map((id) => sweep.plain(id));
  sweep.emit({ ...node, inputs }, identityOrder(sweep.shape(node.output).length));
}

/** Operators over the last axis do not care about the order of the others. */
function emitAlongLastAxis(sweep: LayoutSweep, node: FloatNode): void {
  const { id, permutation } = sweep.view(node.inputs[0]!);
  if (permutation.at(-1) !== permutation.length - 1) return emitPlain(sweep, node);
  const parameters = node.inputs.slice(1).map((parameter) => sweep.plain(parameter));
  sweep.emit({ ...node, inputs: [id, ...parameters] }, permutation);
}

function emitMean(sweep: LayoutSweep, node: FloatMean): void {
  const { id, permutation } = sweep.view(node.inputs[0]!);
  const axes = node.axes.map((axis) => permutation[axis]!);
  const kept = permutation.filter((axis) => !axes.includes(axis));
  const keptUnderneath = kept.toSorted((a, b) => a - b);
  sweep.emit(
    { ...node, inputs: [id], axes },
    node.keepDims ? permutation : kept.map((axis) => keptUnderneath.indexOf(axis)),
  );
}

/** The axes of the indices stand in the place of the axis they choose from, in the value and underneath. */
function emitGather(sweep: LayoutSweep, node: Gather): void {
  const { id, permutation } = sweep.view(node.inputs[0]!);
  const axis = permutation[node.axis]!;
  const chosen = node.indicesShape.map((_, index) => `index ${index}`);
  const labels = (axes: readonly number[]): string[] =>
    axes.flatMap((candidate) => (candidate === axis ? chosen : [`axis ${candidate}`]));
  const underneathLabels = labels(identityOrder(permutation.length));
  sweep.emit({ ...node, inputs: [id], axis }, orderOf(underneathLabels, labels(permutation)));
}

function emitReshape(sweep: LayoutSweep, node: Reshape): void {
  const source = node.inputs[0]!;
  const before = sweep.shape(source);
  const view = sweep.view(source);
  const { order, shape, permutation } = reshapeView(before, node.shape, view.permutation);
  const lies = order.map((axis) => view.permutation[axis]!);
  const shapeUnderneath = underneath(before, view.permutation);
  const id = movesOnlyOnes(shapeUnderneath, lies) ? view.id : sweep.inOrder(source, order);
  if (sameShape(shapeUnderneath, shape) && id === view.id) sweep.alias(node.output, { id, permutation });
  else sweep.emit({ ...node, inputs: [id], shape }, permutation);
}
