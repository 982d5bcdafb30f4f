import type { CycleBreakdown } from '../hw/counts.js';
import type { Bound } from './result.js';

/** The name a person would give to what takes most cycles of a layer; the first of equals, in the order of their names. */
export function boundOf(cycles: CycleBreakdown): Bound {
  const shares: readonly (readonly [Bound, number])[] = [
    ['compute', cycles.stream + cycles.fill + cycles.drain],
    ['weight load', cycles.weightLoad],
    ['load', cycles.stalledOnLoad],
    ['store', cycles.stalledOnStore],
    ['vector', cycles.requantize + cycles.vector],
    ['nothing', cycles.idle],
  ];
  const most = Math.max(...shares.map(([, count]) => count));
  return most === 0 ? 'nothing' : shares.find(([, count]) => count === most)![0];
}
