import fc from 'fast-check';
import { INT32 } from '../../src/arith/int-format.js';
import { elementCount, type Shape } from '../../src/tensor/shape.js';
import type { IntCase } from './int-nodes.js';
import { anyCodeFormat, anyTensorRecipe, tensorOf } from './quant.js';

const upTo = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });

const anyShape: fc.Arbitrary<Shape> = fc.array(upTo(6), { minLength: 1, maxLength: 4 });

/** A node on one operand of any shape; the format of the result is that of the operand. */
function onOperand(nodes: (shape: Shape) => fc.Arbitrary<IntCase['node']>): fc.Arbitrary<IntCase> {
  return fc
    .record({ format: anyCodeFormat(), shape: anyShape, recipe: anyTensorRecipe() })
    .chain(({ format, shape, recipe }) =>
      nodes(shape).map((node) => ({
        node,
        operands: [{ tensor: tensorOf(recipe, format, shape), format, constant: false }],
        format,
      })),
    );
}

export const anyTransposeNode = onOperand((shape) =>
  fc
    .shuffledSubarray([...shape.keys()], { minLength: shape.length })
    .map((permutation) => ({ op: 'transpose', permutation })),
);

export const anySliceNode = onOperand((shape) =>
  fc.tuple(...shape.map((extent) => fc.tuple(upTo(extent - 1, 0), upTo(extent - 1, 0)))).map((ends) => ({
    op: 'slice',
    starts: ends.map(([from]) => from),
    sizes: ends.map(([from, to]) => Math.abs(to - from) + 1),
    steps: ends.map(([from, to]) => (to < from ? -1 : 1)),
  })),
);

/** Modes that mirror look no further than the tensor reaches. */
export const anyPadNode = onOperand((shape) =>
  fc
    .constantFrom('constant' as const, 'reflect' as const, 'symmetric' as const, 'edge' as const)
    .chain((mode) => {
      const pads = fc.tuple(
        ...shape.map((extent) =>
          upTo(Math.min(3, mode === 'reflect' ? extent - 1 : mode === 'symmetric' ? extent : 3), 0),
        ),
      );
      return fc.record({ before: pads, after: pads }).map((ends) => ({ op: 'pad', mode, value: 0, ...ends }));
    }),
);

export const anyGatherNode = onOperand((shape) =>
  fc
    .record({ axis: upTo(shape.length - 1, 0), count: upTo(5) })
    .chain(({ axis, count }) =>
      fc
        .array(upTo(shape[axis]! - 1, 0), { minLength: count, maxLength: count })
        .map((indices) => ({ op: 'gather', axis, indices, indicesShape: [count] })),
    ),
);

export const anyArgMaxNode: fc.Arbitrary<IntCase> = onOperand((shape) =>
  fc
    .record({ axis: upTo(shape.length - 1, 0), keepDims: fc.boolean() })
    .map((node) => ({ op: 'argMax', ...node })),
).map((drawn) => ({ ...drawn, format: INT32 }));

export const anyConcatNode: fc.Arbitrary<IntCase> = fc
  .record({
    format: anyCodeFormat(),
    shape: anyShape,
    recipes: fc.array(anyTensorRecipe(), { minLength: 1, maxLength: 3 }),
    pick: fc.nat(),
    extents: fc.array(upTo(5), { minLength: 3, maxLength: 3 }),
  })
  .map(({ format, shape, recipes, pick, extents }) => {
    const axis = pick % shape.length;
    const operands = recipes.map((recipe, i) => {
      const part = shape.map((extent, each) => (each === axis ? extents[i]! : extent));
      return { tensor: tensorOf(recipe, format, part), format, constant: false };
    });
    return { node: { op: 'concat' as const, axis }, operands, format };
  })
  .filter(({ operands }) => operands.every(({ tensor }) => elementCount(tensor.shape) > 0));
