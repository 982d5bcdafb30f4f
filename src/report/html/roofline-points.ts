import type { Bound, SimulationResult } from '../../engine/result.js';
import { dramBytesPerCycle } from '../machine.js';
import { dramBytes } from '../simulation-tables.js';

/** A layer on the roofline. */
export interface RooflinePoint {
  readonly index: number;
  readonly name: string;
  readonly bound: Bound;
  readonly macsPerByte: number;
  readonly macsPerCycle: number;
  /** Of the cycles of the network. */
  readonly share: number;
}

export interface Roofline {
  /** MACs a cycle with every multiplier used. */
  readonly peak: number;
  readonly dramBytesPerCycle: number;
  /** MACs per DRAM byte from which on the array is the limit, not DRAM. */
  readonly ridge: number;
  /** Layers of the array, the longest first. */
  readonly points: readonly RooflinePoint[];
  /** Array layers that move nothing to or from DRAM: the roofline has no place for them. */
  readonly withoutTraffic: number;
}

export function rooflineOf({ accelerator, layers, totals }: SimulationResult): Roofline {
  const { array, dram } = accelerator;
  const peak = array.rows * array.columns;
  const bandwidth = dramBytesPerCycle(dram);
  const working = layers.filter(({ placement, macs, cycles }) => placement === 'array' && macs * cycles > 0);
  const points = working
    .filter(({ counts }) => dramBytes(counts) > 0)
    .map(({ index, name, bound, macs, cycles, counts }) => ({
      index,
      name,
      bound,
      macsPerByte: macs / dramBytes(counts),
      macsPerCycle: macs / cycles,
      share: cycles / totals.cycles,
    }))
    .sort((a, b) => b.share - a.share || a.index - b.index);
  return {
    peak,
    dramBytesPerCycle: bandwidth,
    ridge: peak / bandwidth,
    points,
    withoutTraffic: working.length - points.length,
  };
}
