import type { UnaryFunction } from '../../../ir/ops/elementwise.js';
import { foldUnary, type UnaryName } from '../fold/unary.js';
import type { NodeImport } from '../node-import.js';
import { broadcastShapes, sameShape, shapeText } from '../../../tensor/shape.js';
import type { ImportOperator } from './operator.js';
import { optionalScalar } from './parameters.js';

/** An operator that is a function of one number. */
export function unary(functionOf: (node: NodeImport) => UnaryFunction): ImportOperator {
  return (node) => [node.emit({ op: 'unary', function: functionOf(node) }, [node.input(0)])];
}

/** A function of one number that shape arithmetic also uses; `fn` is null where it works on constants only. */
export function foldableUnary(name: UnaryName, fn: UnaryFunction | null): ImportOperator {
  return (node) => {
    const x = node.input(0);
    if (x.kind === 'constant') return [foldUnary(node, name, x)];
    if (fn !== null) return [node.emit({ op: 'unary', function: fn }, [x])];
    throw node.refuse({ found: `${name} of a value computed at run time`, expected: 'a constant' });
  };
}

export const relu = unary(() => ({ kind: 'clip', min: 0, max: Infinity }));

/** LeakyRelu-6, -16. */
export const leakyRelu = unary(({ attributes }) => ({
  kind: 'leakyRelu',
  slope: attributes.float('alpha', 0.01),
}));

/** HardSigmoid-6: `max(0, min(1, alpha · x + beta))`. */
export const hardSigmoid = unary(({ attributes }) => ({
  kind: 'hardSigmoid',
  slope: attributes.float('alpha', 0.2),
  offset: attributes.float('beta', 0.5),
}));

/** Gelu-20; com.microsoft.Gelu has no attribute and is exact. */
export const gelu = unary(({ attributes }) => ({
  kind: 'gelu',
  approximation: attributes.choice('approximate', ['none', 'tanh'], 'none'),
}));

/** float32's largest number, the default bound of Clip-6, as no bound at all. */
const largestFloat32 = (2 - 2 ** -23) * 2 ** 127;
const unbounded = (bound: number): number => (Math.abs(bound) >= largestFloat32 ? bound * Infinity : bound);

/** Clip-6: bounds as attributes. Clip-11, -12, -13: bounds as inputs; where min exceeds max, everything is max. */
export const clip = unary((node) => {
  const { attributes } = node;
  const [min, max] =
    node.opset < 11
      ? [attributes.float('min', -Infinity), attributes.float('max', Infinity)]
      : [optionalScalar(node, 1, 'min') ?? -Infinity, optionalScalar(node, 2, 'max') ?? Infinity];
  return { kind: 'clip', min: unbounded(Math.min(min, max)), max: unbounded(max) };
});

/** PRelu-7, -9, -16: the slope broadcasts to the input, never the other way round. */
export const prelu: ImportOperator = (node) => {
  const x = node.input(0);
  const slope = node.constant(1, 'slopes');
  if (!sameShape(broadcastShapes(x.shape, slope.shape) ?? [], x.shape)) {
    throw node.refuse({
      found: `slopes of shape ${shapeText(slope.shape)}`,
      expected: `a shape that broadcasts to ${shapeText(x.shape)}`,
    });
  }
  return [node.emit({ op: 'prelu' }, [x, slope])];
};
