import { Random } from '../../src/core/random.js';
import type { Bound, LayerResult, Placement, SimulationResult } from '../../src/engine/result.js';
import type { Accelerator } from '../../src/hw/accelerator.js';
import { CYCLE_NAMES, type ActionCounts, type CycleBreakdown } from '../../src/hw/counts.js';
import { addCounts, zeroCounts } from '../../src/hw/energy/action-counts.js';
import { addEnergy, energyOf, totalEnergy, zeroEnergy } from '../../src/hw/energy/energy-of.js';
import { DRAM_BYTES_PER_CYCLE, machineFixture } from './machine-fixture.js';

/** What a test wants to say about a layer; the rest is drawn or derived. */
export interface LayerSketch {
  readonly name: string;
  readonly op?: string;
  readonly placement?: Placement;
  readonly mapping?: string | null;
  readonly runnerUp?: string | null;
}

/** A result whose parts add up as an engine's do. The same arguments give the same figures. */
export function simulationFixture(
  sketches: readonly LayerSketch[],
  { model = 'fixture-net', accelerator = machineFixture(), seed = 1 } = {},
): SimulationResult {
  const random = new Random(seed);
  const layers = sketches.map((sketch, index) => layerOf(sketch, index, accelerator, random));
  const macs = sum(layers, (layer) => layer.macs);
  const cycles = sum(layers, (layer) => layer.cycles);
  const energyBreakdown = layers.reduce((all, layer) => addEnergy(all, layer.energyBreakdown), zeroEnergy());
  const energyPicojoules = totalEnergy(energyBreakdown);
  const seconds = cycles / accelerator.clockHertz;
  return {
    model,
    shapesOnly: false,
    accelerator,
    layers,
    totals: {
      macs,
      cycles,
      cycleBreakdown: cyclesOf((name) => sum(layers, (layer) => layer.cycleBreakdown[name])),
      utilization: cycles === 0 ? 0 : macs / peak(accelerator) / cycles,
      counts: layers.reduce((all, layer) => addCounts(all, layer.counts), zeroCounts()),
      energyPicojoules,
      energyBreakdown,
      energyDelayJouleSeconds: energyPicojoules * 1e-12 * seconds,
      latencyMilliseconds: seconds * 1e3,
      inferencesPerSecond: 1 / seconds,
      teraOperationsPerSecond: (2 * macs) / seconds / 1e12,
      teraOperationsPerSecondPerWatt: (2 * macs) / energyPicojoules,
    },
  };
}

/** `count` layers named as exporters name them: convolutions, some depthwise, additions, a pooling, a dense layer. */
export function networkSketch(count: number): LayerSketch[] {
  const body = Array.from({ length: count - 3 }, (_, index): LayerSketch => {
    if (index % 4 === 3) return { name: `/stage${index >> 2}/Add`, op: 'add', placement: 'vector' };
    const op = index % 4 === 1 ? 'depthwiseConv2d' : 'conv2d';
    return { name: `/stage${index >> 2}/conv${(index % 4) + 1}/Conv`, op };
  });
  return [
    ...body,
    { name: '/GlobalAveragePool', op: 'averagePool', placement: 'vector' },
    { name: '/Flatten', op: 'reshape', placement: 'free' },
    { name: '/fc/Gemm', op: 'fullyConnected' },
  ];
}

function layerOf(sketch: LayerSketch, index: number, machine: Accelerator, random: Random): LayerResult {
  const placement = sketch.placement ?? 'array';
  const works = placement === 'array' || placement === 'vector';
  const outputs = works ? random.integer(500, 20_000) : 0;
  const macs = placement === 'array' ? outputs * random.integer(9, 900) : 0;
  const idealCycles = macs / peak(machine);
  const counts = works ? countsOf(outputs, macs, random) : zeroCounts();
  const cycleBreakdown = works ? breakdownOf(placement, Math.ceil(idealCycles), counts, random) : NO_CYCLES;
  const cycles = sum(CYCLE_NAMES, (name) => cycleBreakdown[name]);
  const energyBreakdown = energyOf(counts, cycles, machine);
  return {
    index,
    name: sketch.name,
    op: sketch.op ?? 'conv2d',
    placement,
    outputShape: [1, 8, 8, Math.ceil(outputs / 64)],
    macs,
    parameterBytes: placement === 'array' ? counts.weightWriteBytes : 0,
    cycles,
    cycleBreakdown,
    lanes: 1,
    idealCycles,
    utilization: cycles === 0 ? 0 : idealCycles / cycles,
    counts,
    energyPicojoules: totalEnergy(energyBreakdown),
    energyBreakdown,
    bound: boundOf(cycleBreakdown),
    mapping: sketch.mapping ?? null,
    runnerUp: sketch.runnerUp ?? null,
  };
}

function countsOf(outputs: number, macs: number, random: Random): ActionCounts {
  const inputs = Math.ceil(outputs * random.uniform(0.3, 2));
  const weights = macs === 0 ? 0 : random.integer(200, 40_000);
  return {
    macs,
    gatedMacs: 0,
    packedMacs: 0,
    packedBitProducts: 0,
    registerBits: macs * 4 + weights * 8,
    accumulatorAccesses: Math.ceil(macs / 8),
    activationReadBytes: inputs * random.integer(1, 9),
    activationWriteBytes: inputs,
    weightReadBytes: weights * random.integer(1, 4),
    weightWriteBytes: weights,
    outputReadBytes: outputs,
    outputWriteBytes: outputs,
    dramReadBytes: 64 * Math.ceil((inputs + weights) / 64),
    dramWriteBytes: 64 * Math.ceil(outputs / 64),
    requantizations: macs === 0 ? 0 : outputs,
    vectorOperations: macs === 0 ? outputs * 2 : 0,
  };
}

const NO_CYCLES = cyclesOf(() => 0);

function breakdownOf(
  placement: Placement,
  ideal: number,
  counts: ActionCounts,
  random: Random,
): CycleBreakdown {
  const onArray = placement === 'array';
  const stream = onArray ? Math.ceil(ideal * random.uniform(1, 1.6)) : 0;
  const work = {
    stream,
    fill: onArray ? Math.ceil(stream * random.uniform(0.01, 0.08)) : 0,
    drain: 0,
    weightLoad: onArray ? Math.ceil(stream * random.uniform(0, 0.3)) : 0,
    requantize: onArray ? random.integer(10, 200) : 0,
    vector: onArray ? 0 : Math.ceil(counts.vectorOperations / 16),
  };
  const worked = Object.values(work).reduce((total, cycles) => total + cycles, 0);
  const transfers = (counts.dramReadBytes + counts.dramWriteBytes) / DRAM_BYTES_PER_CYCLE;
  const exposed = Math.max(transfers - worked, transfers * random.uniform(0.05, 0.5));
  return {
    ...work,
    stalledOnLoad: Math.ceil(exposed * 0.8),
    stalledOnStore: Math.ceil(exposed * 0.2),
    idle: random.integer(0, 120),
  };
}

function boundOf(cycles: CycleBreakdown): Bound {
  const most = CYCLE_NAMES.reduce((best, name) => (cycles[name] > cycles[best] ? name : best));
  if (cycles[most] === 0) return 'nothing';
  const bounds: Partial<Record<typeof most, Bound>> = {
    weightLoad: 'weight load',
    vector: 'vector',
    stalledOnLoad: 'load',
    stalledOnStore: 'store',
  };
  return bounds[most] ?? 'compute';
}

function cyclesOf(valueOf: (name: (typeof CYCLE_NAMES)[number]) => number): CycleBreakdown {
  return Object.fromEntries(CYCLE_NAMES.map((name) => [name, valueOf(name)])) as CycleBreakdown;
}

function peak({ array }: Accelerator): number {
  return array.rows * array.columns;
}

function sum<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((total, item) => total + valueOf(item), 0);
}
