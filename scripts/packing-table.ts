import { mobilenetV2 } from '../examples/networks/mobilenet.js';
import { networkOf, type Network } from '../src/engine/layer.js';
import { simulateShapes } from '../src/engine/simulate.js';
import type { Accelerator } from '../src/hw/accelerator.js';
import { AcceleratorBase } from '../src/hw/varied-accelerator.js';
import { parseModel } from '../src/importers/load-model.js';
import { quantize } from '../src/ptq/quantize.js';
import { groupThousands, ratio, threeDigits } from '../src/report/numbers.js';
import { markdownTable } from './markdown.js';

const SIDES = [32, 128] as const;

/** MobileNetV2 for 224 x 224 images, exact in every shape and without weights. */
function network(): Network {
  const model = parseModel(mobilenetV2(), { file: 'mobilenetv2.onnx', shapesOnly: true });
  if (model.dialect !== 'float') throw new TypeError('this is a float model');
  return { ...networkOf(quantize(model, [], { shapesOnly: true }).graph), shapesOnly: true };
}

/** The table of docs/reference/lowering.md on packing, by the name of its marker. */
export async function packingTables(): Promise<ReadonlyMap<string, string>> {
  const base = await AcceleratorBase.load('systolic-16x16-ws');
  const mobilenet = network();
  const rows: string[][] = [];
  for (const side of SIDES) {
    const packed = figuresOf(mobilenet, await machineOf(base, side, true));
    const alone = figuresOf(mobilenet, await machineOf(base, side, false));
    rows.push(rowOf(`${side} × ${side}, packed`, packed, packed));
    rows.push(rowOf(`${side} × ${side}, one channel per fold`, alone, packed));
  }
  const header = ['array', 'depthwise cycles', '', 'of them on the array', 'array used', 'all cycles', ''];
  return new Map([['packing', markdownTable(header, rows, 'right')]]);
}

/** The preset with another array, and buffers as wide as its sides. */
async function machineOf(base: AcceleratorBase, side: number, groupPacking: boolean): Promise<Accelerator> {
  const bandwidth = `${side} B/cycle`;
  const changes = [
    { field: ['array', 'rows'], value: side },
    { field: ['array', 'columns'], value: side },
    { field: ['array', 'groupPacking'], value: groupPacking },
    { field: ['activationBuffer', 'bandwidth'], value: bandwidth },
    { field: ['weightBuffer', 'bandwidth'], value: bandwidth },
  ];
  const { accelerator, problem } = await base.with(changes, 'packing table');
  if (accelerator === null) throw new Error(problem ?? 'no machine');
  return accelerator;
}

interface Figures {
  readonly depthwiseCycles: number;
  /** Of these, on which the array streams, fills or waits for weights. */
  readonly arrayCycles: number;
  readonly depthwiseUtilization: number;
  readonly cycles: number;
}

function figuresOf(shapes: Network, machine: Accelerator): Figures {
  const { layers, totals } = simulateShapes(shapes, machine);
  const depthwise = layers.filter(({ op }) => op === 'depthwiseConv2d');
  const sum = (figure: (layer: (typeof layers)[number]) => number): number =>
    depthwise.reduce((total, layer) => total + figure(layer), 0);
  const depthwiseCycles = sum(({ cycles }) => cycles);
  return {
    depthwiseCycles,
    arrayCycles: sum(({ cycleBreakdown: { stream, fill, weightLoad } }) => stream + fill + weightLoad),
    depthwiseUtilization: sum(({ idealCycles }) => idealCycles) / depthwiseCycles,
    cycles: totals.cycles,
  };
}

function rowOf(name: string, figures: Figures, packed: Figures): string[] {
  return [
    name,
    groupThousands(figures.depthwiseCycles),
    ratio(figures.depthwiseCycles, packed.depthwiseCycles),
    groupThousands(figures.arrayCycles),
    `${threeDigits(figures.depthwiseUtilization * 100)}%`,
    groupThousands(figures.cycles),
    ratio(figures.cycles, packed.cycles),
  ];
}
