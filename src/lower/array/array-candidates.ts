import { BoundedMemory } from '../../core/bounded-memory.js';
import type { Accelerator } from '../../hw/accelerator.js';
import type { CandidateGroup } from '../candidate.js';
import { positionCuts } from '../position-cuts.js';
import { singlePositions } from '../space/position-split.js';
import { wholeStrip } from '../space/strips.js';
import type { ArrayWorkload } from '../workload/workload.js';
import type { ArrayMapping } from './array-mapping.js';
import { ArraySpace } from './array-space.js';
import { chipPart } from './on-chip.js';
import { ChoiceGroup } from './choice-group.js';
import { tilingOf } from './tiling.js';

/** Machines that differ in the room of their buffers alone have these groups in common, as far as they were asked for. */
const SPACES = new BoundedMemory<readonly ChoiceGroup[]>(64);

/**
 * Mappings whose tiles fit the machine: tiles of channels x packings in groups that have the same blocks and folds, which fall
 * into groups that have the same tiles of positions as well, which fall into mappings: loop orders x tensors kept whole.
 * Interrupted sums stay in the accumulators or, where those of a tile do not fit, are spilled.
 *
 * @param fine as of `positionCuts`
 */
export function arrayCandidates(
  workload: ArrayWorkload,
  accelerator: Accelerator,
  { fine }: { readonly fine: boolean },
): readonly CandidateGroup[] {
  return SPACES.remembered(JSON.stringify([workload, chipPart(accelerator), accelerator.dram, fine]), () => {
    const space = new ArraySpace(workload, accelerator, positionCuts(workload, { fine }));
    return space.onChip.choices.map((choice) => new ChoiceGroup(space, choice));
  });
}

/** The mapping with the smallest tiles: where this one does not fit, none does. */
export function finestArrayMapping(workload: ArrayWorkload): ArrayMapping {
  const channels = { groups: 1, outputChannels: 1, inputChannels: 1 };
  const tiling = tilingOf(workload, singlePositions(workload), channels);
  return {
    outerLoop: 'weights',
    tiling,
    activations: tiling,
    weights: tiling,
    packing: { groups: 1, rows: 1 },
    strip: wholeStrip(tiling.positions),
    blockOutputs: 1,
    spills: false,
  };
}
