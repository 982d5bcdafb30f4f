import { resnet } from '../../examples/networks/resnet.js';
import { networkOf, type Network } from '../../src/engine/layer.js';
import { AcceleratorBase } from '../../src/hw/varied-accelerator.js';
import { parseModel, quantize, simulate, simulateShapes, type Accelerator } from '../../src/index.js';
import { digits, measured, skipped, type Claim, type Effort, type Results, type Row } from './results.js';
import { interleaved, timed, type Rounds } from './rounds.js';
import { integerGraph, NO_SHARED, sharedModel } from './shared-models.js';

const MOBILENET_SIDES = [16, 128];
const RESNET_SIDES = [32, 128];

/** Until V8 compiles little more; what it takes before is told apart. */
const WARM_UP = 30;

const unseenClaim = (side: number): Claim => ({
  what: `simulate minus run, mobilenet_v2 on ${side} × ${side}, a machine not seen before`,
  unit: 'ms',
  mark: { atMost: 60 },
});
const otherMemoryClaim = (side: number): Claim => ({
  what: `the same on ${side} × ${side}, a chip seen before with another memory`,
  unit: 'ms',
  mark: null,
});
const againClaim = (side: number): Claim => ({
  what: `simulate minus run, mobilenet_v2 on ${side} × ${side}, memoized`,
  unit: 'ms',
  mark: { atMost: 10 },
});
const resnetClaim = (side: number): Claim => ({
  what: `timing, traffic and energy of the shapes of ResNet-50 on ${side} × ${side}, a machine not seen before`,
  unit: 's',
  mark: { atMost: 0.5 },
});

interface Costs {
  /** Of the very first simulation in the process on such an array, code cold. */
  readonly firstMs: number;
  readonly taken: Rounds<'unseen' | 'otherMemory' | 'again'>;
}

/**
 * What a simulation takes, values left out: on machines of which this process has seen neither the chip nor the memory, on a chip that
 * it has seen with another memory, and again on the same machine.
 */
async function costsOf(
  side: number,
  run: (machine: Accelerator) => unknown,
  { rounds }: Effort,
): Promise<Costs> {
  const base = await AcceleratorBase.load('systolic-16x16-ws');
  const changes = ['rows', 'columns'].map((field) => ({ field: ['array', field], value: side }));
  const { accelerator } = await base.with(changes, 'bench');
  let machine = accelerator!;
  const first = await timed(() => run(machine));
  const otherMemory = (): void => {
    const { dram } = machine;
    machine = { ...machine, dram: { ...dram, latencyCycles: dram.latencyCycles + 1 } };
    run(machine);
  };
  const unseen = (): void => {
    const { accumulators } = machine;
    const entriesPerColumn = accumulators.entriesPerColumn + 2;
    machine = { ...machine, accumulators: { ...accumulators, entriesPerColumn } };
    otherMemory();
  };
  const contenders = { unseen, otherMemory, again: () => run(machine) };
  const taken = await interleaved(contenders, { rounds, warmUp: WARM_UP });
  return { firstMs: first.cpuMs, taken };
}

const firstOf = ({ firstMs }: Costs): string =>
  `${digits(firstMs)} ms the first time on such an array in the process, while V8 compiles`;

/** Timing and energy of MobileNetV2, lowering included. */
export async function mobilenetPlanning(effort: Effort): Promise<Results> {
  const file = sharedModel('mobilenet_v2');
  if (file === null) {
    return skipped(
      MOBILENET_SIDES.flatMap((side) => [unseenClaim(side), otherMemoryClaim(side), againClaim(side)]),
      NO_SHARED,
    );
  }
  const graph = await integerGraph(file);
  const rows: Row[] = [];
  for (const side of MOBILENET_SIDES) {
    const costs = await costsOf(side, (machine) => simulate(graph, machine), effort);
    rows.push(
      measured(unseenClaim(side), costs.taken.medianMs('unseen'), firstOf(costs)),
      measured(otherMemoryClaim(side), costs.taken.medianMs('otherMemory')),
      measured(againClaim(side), costs.taken.medianMs('again')),
    );
  }
  return { rows, tables: [] };
}

/** The same of ResNet-50, of which only shapes are known. */
export async function resnetPlanning(effort: Effort): Promise<Results> {
  const shapes = shapesOfResnet();
  const rows: Row[] = [];
  for (const side of RESNET_SIDES) {
    const costs = await costsOf(side, (machine) => simulateShapes(shapes, machine), effort);
    rows.push(
      measured(
        resnetClaim(side),
        costs.taken.medianMs('unseen') / 1000,
        `${firstOf(costs)}; ${digits(costs.taken.medianMs('otherMemory'))} ms with another memory, ${digits(costs.taken.medianMs('again'))} ms memoized`,
      ),
    );
  }
  return { rows, tables: [] };
}

function shapesOfResnet(): Network {
  const model = parseModel(resnet(50), { file: 'resnet50.onnx', shapesOnly: true });
  if (model.dialect !== 'float') throw new TypeError('this is a float model');
  return { ...networkOf(quantize(model, [], { shapesOnly: true }).graph), shapesOnly: true };
}
