import { phasesOf } from '../space/phases.js';
import { positionsText, tileCount } from '../space/position-split.js';
import type { ArrayWorkload } from '../workload/workload.js';
import type { ArrayMapping } from './array-mapping.js';
import { foldsOf } from './packing.js';
import { residencyTexts } from '../workload/residency-text.js';
import { fullTile, interruptsSums } from './tiling.js';

/** A mapping in words: `weights outer, tile 8x24 positions x 64 channels, 3 folds`. */
export function arrayText(workload: ArrayWorkload, mapping: ArrayMapping): string {
  const { tiling, activations, weights, packing, outerLoop, spills } = mapping;
  const { groups, outputChannels, inputChannels } = fullTile(tiling);
  const hasManyTiles = tileCount(tiling.positions) * tiling.groups.length * tiling.outputChannels.length > 1;
  const folds = phasesOf(workload).flatMap((phase) =>
    tiling.inputChannels.flatMap((channels) => foldsOf(phase, channels, packing)),
  ).length;
  const extents = [
    positionsText(tiling.positions),
    ...(workload.groups > 1 ? [`${groups} groups`] : []),
    `${outputChannels} channels`,
    ...(interruptsSums(tiling) ? [`${inputChannels} inputs`] : []),
  ];
  return [
    ...(hasManyTiles ? [`${outerLoop} outer`] : []),
    `tile ${extents.join(' x ')}`,
    ...(packing.packed === undefined ? [] : [`${packing.packed.lanes} lanes`]),
    ...(packing.groups > 1 ? [`${packing.groups} groups packed`] : []),
    folds === 1 ? '1 fold' : `${folds} folds`,
    ...(spills ? ['sums spilled'] : []),
    ...(activations === tiling ? [] : ['activations kept']),
    ...(weights === tiling ? [] : ['weights kept']),
    ...residencyTexts(workload),
  ].join(', ');
}
