import type { Accelerator } from '../../src/hw/accelerator.js';
import { lanesFor } from '../../src/hw/operand-mode.js';
import { mostBlockOutputs, roundEntries, stripPositions } from '../../src/lower/array/accumulator-use.js';
import { arrayNeeds } from '../../src/lower/array/array-fit.js';
import {
  largestRound,
  roundCount,
  type ArrayBlocking,
  type ArrayMapping,
} from '../../src/lower/array/array-mapping.js';
import { packings } from '../../src/lower/array/packing.js';
import { interruptsSums, tilingOf, wholeTiling, type ChannelExtents } from '../../src/lower/array/tiling.js';
import { accumulatorNeed, fits } from '../../src/lower/program/need.js';
import { split, whole } from '../../src/lower/space/interval.js';
import { phasesOf } from '../../src/lower/space/phases.js';
import {
  splitAxis,
  splitImages,
  type PositionSpace,
  type PositionSplit,
} from '../../src/lower/space/position-split.js';
import { stripSize, wholeStrip } from '../../src/lower/space/strips.js';
import { vectorNeeds } from '../../src/lower/vector/vector-candidates.js';
import type { VectorMapping } from '../../src/lower/vector/vector-mapping.js';
import type { ArrayWorkload, VectorWorkload } from '../../src/lower/workload/workload.js';

/**
 * Every mapping of docs/reference/lowering.md, section 5, of a workload of less than a thousand positions along an axis: plain
 * loops over sizes, orders and what is kept. Nothing is left out because something else is better.
 */
export function* allArrayMappings(workload: ArrayWorkload, machine: Accelerator): Generator<ArrayMapping> {
  const everything = wholeTiling(workload);
  for (const positions of positionCuts(workload)) {
    for (const channels of channelCuts(workload, machine)) {
      const tiling = tilingOf(workload, positions, channels);
      const blockOutputs = Math.min(channels.outputChannels, mostBlockOutputs(machine));
      for (const packing of packings(workload, channels, machine.array, lanesFor(workload, machine.array))) {
        for (const spills of [false, true]) {
          const strip =
            interruptsSums(tiling) && !spills
              ? wholeStrip(positions)
              : stripSize(positions, stripPositions(workload, blockOutputs, machine));
          const blocking = { tiling, packing, strip, blockOutputs, spills };
          if (spills && !maySpill(workload, blocking, machine)) continue;
          for (const outerLoop of ['weights', 'activations'] as const) {
            for (const activations of [tiling, everything]) {
              for (const weights of [tiling, everything]) {
                const mapping = { ...blocking, outerLoop, activations, weights };
                if (fits(arrayNeeds(workload, mapping, machine))) yield mapping;
              }
            }
          }
        }
      }
    }
  }
}

/** Interrupted sums of a tile that the accumulators do not hold, one for every output; their results leave the chip. */
function maySpill(workload: ArrayWorkload, blocking: ArrayBlocking, machine: Accelerator): boolean {
  if (!interruptsSums(blocking.tiling) || workload.residency?.output === true) return false;
  if (phasesOf(workload).some(({ taps }) => taps === 0)) return false;
  const kept = { ...blocking, strip: wholeStrip(blocking.tiling.positions), spills: false };
  const entries = roundEntries(workload, largestRound(kept), machine.array);
  return !fits([accumulatorNeed(entries, machine.accumulators, roundCount(kept))]);
}

export function* allVectorMappings(workload: VectorWorkload, machine: Accelerator): Generator<VectorMapping> {
  for (const positions of positionCuts(workload)) {
    for (const size of workload.wholeChannels ? [workload.channels] : sizes(workload.channels)) {
      const mapping = { positions, channels: split(whole(workload.channels), size) };
      if (fits(vectorNeeds(workload, mapping, machine))) yield mapping;
    }
  }
}

/** Several images whole, or a box of one image: of a pointwise operator, whole rows or a part of one. */
function* positionCuts({ images, rows, columns }: PositionSpace): Generator<PositionSplit> {
  for (const count of sizes(images)) {
    for (const height of sizes(rows.outputExtent)) {
      for (const width of sizes(columns.outputExtent)) {
        if (count > 1 && (height < rows.outputExtent || width < columns.outputExtent)) continue;
        if (isPointwise({ rows, columns }) && height > 1 && width < columns.outputExtent) continue;
        yield {
          images: splitImages(images, count),
          rows: splitAxis(rows, height),
          columns: splitAxis(columns, width),
        };
      }
    }
  }
}

/** Several groups whole, or outputs of one group; with tiles of inputs. */
function* channelCuts(workload: ArrayWorkload, { array }: Accelerator): Generator<ChannelExtents> {
  const activationsStay = array.dataflow === 'is';
  const isPacked = !activationsStay && array.groupPacking;
  const packed = isPacked ? Math.max(1, Math.floor(array.columns / workload.outputChannels)) : 1;
  const taps = workload.rows.kernel * workload.columns.kernel;
  let fill = 1; // input channels whose taps fill whole folds
  const terms = array.rows * (lanesFor(workload, array)?.lanes ?? 1);
  while (array.dataflow !== 'os' && (fill * taps) % terms !== 0) fill += 1;
  for (const groups of sizes(workload.groups, packed)) {
    for (const outputs of sizes(workload.outputChannels, activationsStay ? 1 : array.columns)) {
      if (outputs < workload.outputChannels && groups > 1) continue;
      for (const inputChannels of sizes(workload.inputChannels, Math.min(fill, workload.inputChannels))) {
        yield { groups, outputChannels: outputs, inputChannels };
      }
    }
  }
}

/** An extent in 1, 2, 3, 4, 6, 8, 12, … nearly equal parts, in multiples of a quantum as long as they are longer than half of it. */
function sizes(extent: number, quantum = 1): Set<number> {
  const found = new Set<number>();
  for (const pieces of [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024]) {
    const even = Math.ceil(extent / pieces);
    const multiple = even * 2 > quantum ? even + ((quantum - (even % quantum)) % quantum) : even;
    found.add(Math.min(multiple, extent));
  }
  return found;
}

function isPointwise({ rows, columns }: Pick<PositionSpace, 'rows' | 'columns'>): boolean {
  return [rows, columns].every(
    (axis) =>
      axis.kind === 'window' && axis.kernel * axis.stride === 1 && axis.inputExtent === axis.outputExtent,
  );
}
