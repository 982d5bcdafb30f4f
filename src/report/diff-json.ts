import type { OutputDifference, Top1, UnmatchedValue, ValueDifference } from '../engine/diff/result.js';
import type { Difference } from '../engine/diff/tally.js';
import type { Diff } from './diff.js';
import { inOrder, orderOf, type KeyOrder } from './key-order.js';

/** Changes when a field changes its name or meaning. */
export const DIFF_SCHEMA = 'bitmac-diff/1';

const PLACE = orderOf(['index', 'node', 'operator', 'value']);

const DIFFERENCE = {
  ...orderOf(['compared', 'elements', 'differing', 'largest', 'mean', 'largestSteps', 'sqnrDecibels']),
  firstElement: { row: 'plain', position: 'array', first: 'plain', second: 'plain' },
} as const satisfies KeyOrder<Difference>;

const VALUE_ORDER: KeyOrder<ValueDifference> = { ...PLACE, ...DIFFERENCE };
const UNMATCHED_ORDER: KeyOrder<UnmatchedValue> = { ...PLACE, reason: 'plain' };
const OUTPUT_ORDER: KeyOrder<OutputDifference> = { output: 'plain', other: 'plain', ...DIFFERENCE };
const TOP1_ORDER: KeyOrder<Top1> = {
  flips: 'plain',
  firstFlip: { row: 'plain', first: 'plain', second: 'plain' },
  right: { first: 'plain', second: 'plain' },
};

/** Every value compared, also those that are equal. Figures are raw; those that are not finite are null. */
export function diffJson(diff: Diff): string {
  const { model, semantics, against, againstSemantics, rows, equal, firstDifferent, unmatched } = diff;
  const document = {
    schema: DIFF_SCHEMA,
    model,
    semantics,
    against,
    againstSemantics,
    rows,
    equal,
    firstDifferent: inOrder(firstDifferent, VALUE_ORDER),
    outputs: diff.outputs.map((output) => inOrder(output, OUTPUT_ORDER)),
    top1: inOrder(diff.top1, TOP1_ORDER),
    nodes: diff.nodes.map((node) => inOrder(node, VALUE_ORDER)),
    unmatched: {
      first: unmatched.first.map((value) => inOrder(value, UNMATCHED_ORDER)),
      second: unmatched.second.map((value) => inOrder(value, UNMATCHED_ORDER)),
    },
  };
  return JSON.stringify(document, null, 2);
}
