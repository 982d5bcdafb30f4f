import { fits, formatName } from '../../../arith/int-format.js';
import type { Pad } from '../../../ir/ops/movement.js';
import { slice } from '../movement.js';
import type { NodeImport } from '../node-import.js';
import type { ImportOperator } from './operator.js';
import { integersFrom, normalizedAxes, optionalScalar } from './parameters.js';

const modes: readonly Pad['mode'][] = ['constant', 'reflect', 'edge'];

/** Pad-2 (attributes), -11, -13 (inputs), -18, -19 (axes). Negative pads crop. */
export const pad: ImportOperator = (node) => {
  const x = node.input(0);
  const rank = x.shape.length;
  const mode = node.attributes.choice('mode', modes, 'constant');
  const value = node.opset < 11 ? node.attributes.float('value', 0) : optionalScalar(node, 2, 'a fill value');
  if (x.kind === 'runTime' && x.format !== null && !fits(value ?? 0, x.format)) {
    throw node.refuse({ found: `a fill value of ${value}`, expected: `a code of ${formatName(x.format)}` });
  }
  const { before, after } = padsOf(node, rank);
  const cropped = slice(
    node,
    x,
    {
      starts: before.map(crop),
      sizes: x.shape.map((extent, axis) => extent - crop(before[axis]!) - crop(after[axis]!)),
      steps: x.shape.map(() => 1),
    },
    { suffix: 'crop' },
  );
  if ([...before, ...after].every((amount) => amount <= 0)) return [cropped];
  return [
    node.emit({ op: 'pad', before: before.map(grow), after: after.map(grow), mode, value: value ?? 0 }, [
      cropped,
    ]),
  ];
};

const crop = (amount: number): number => Math.max(-amount, 0);
const grow = (amount: number): number => Math.max(amount, 0);

/** Pads per axis of the input, from `pads`: all beginnings, then all ends, of the axes named. */
function padsOf(node: NodeImport, rank: number): { before: number[]; after: number[] } {
  const pads = integersFrom(node, 'pads', 1, 11) ?? [];
  const axes = node.opset < 18 ? null : integersFrom(node, 'axes', 3, 18);
  const padded = axes === null ? Array.from({ length: rank }, (_, axis) => axis) : axes;
  if (pads.length !== 2 * padded.length) {
    throw node.refuse({ found: `${pads.length} pads`, expected: `${2 * padded.length}: two per axis` });
  }
  const before = Array.from({ length: rank }, () => 0);
  const after = Array.from({ length: rank }, () => 0);
  normalizedAxes(node, padded, rank).forEach((axis, which) => {
    before[axis] = pads[which]!;
    after[axis] = pads[padded.length + which]!;
  });
  return { before, after };
}
