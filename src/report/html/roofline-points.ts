import type { Bound, LayerResult, SimulationResult } from '../../engine/result.js';
import { dramBytesPerCycle } from '../machine.js';
import { dramBytes } from '../simulation-tables.js';

/** A place on the roofline, with every layer that falls on it: networks repeat their layers. */
export interface RooflinePoint {
  readonly layers: readonly LayerResult[];
  readonly bound: Bound;
  readonly macsPerByte: number;
  readonly macsPerCycle: number;
  /** Of the cycles of the network, all its layers together. */
  readonly share: number;
}

export interface Roofline {
  /** MACs a cycle with every multiplier used. */
  readonly peak: number;
  readonly dramBytesPerCycle: number;
  /** MACs per DRAM byte from which on the array is the limit, not DRAM. */
  readonly ridge: number;
  /** The one with the largest share first. */
  readonly points: readonly RooflinePoint[];
  /** Array layers that move nothing to or from DRAM: the roofline has no place for them. */
  readonly withoutTraffic: number;
}

export function rooflineOf({ accelerator, layers, totals }: SimulationResult): Roofline {
  const { array, dram } = accelerator;
  const peak = array.rows * array.columns;
  const bandwidth = dramBytesPerCycle(dram);
  const working = layers.filter(({ placement, macs, cycles }) => placement === 'array' && macs * cycles > 0);
  const placed = working.filter(({ counts }) => dramBytes(counts) > 0);
  const points = [...groupEqual(placed).values()].map((group): RooflinePoint => {
    const [{ macs, cycles, counts, bound }] = group;
    return {
      layers: group,
      bound,
      macsPerByte: macs / dramBytes(counts),
      macsPerCycle: macs / cycles,
      share: (group.length * cycles) / totals.cycles,
    };
  });
  return {
    peak,
    dramBytesPerCycle: bandwidth,
    ridge: peak / bandwidth,
    points: points.sort((a, b) => b.share - a.share || a.layers[0]!.index - b.layers[0]!.index),
    withoutTraffic: working.length - placed.length,
  };
}

type Group = [LayerResult, ...LayerResult[]];

/** Layers of the same work, time and traffic. */
function groupEqual(layers: readonly LayerResult[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const layer of layers) {
    const key = [layer.macs, layer.cycles, dramBytes(layer.counts), layer.bound].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [layer]);
    else group.push(layer);
  }
  return groups;
}
