import { networkOf } from '../src/engine/layer.js';
import { timeMapping, timeProgram } from '../src/engine/mapping-timing.js';
import { timeLists } from '../src/engine/unit-machine.js';
import { parseModel } from '../src/importers/load-model.js';
import { loadAccelerator } from '../src/index.js';
import type { Candidate } from '../src/lower/candidate.js';
import { mappingSpace } from '../src/lower/lower-layer.js';
import { searchMappings } from '../src/lower/mapping-search.js';
import { quantize } from '../src/ptq/quantize.js';
import { mobilenetV2 } from '../examples/networks/mobilenet.js';
import { resnet } from '../examples/networks/resnet.js';
import { interleaved } from './performance/rounds.js';

/**
 * How long it takes to time the mappings of a network, one for each layer that is different, with steady states skipped and
 * instruction by instruction: milliseconds of processor time, medians of interleaved rounds, and their ratio.
 *
 * Run it: `npx tsx benches/steady-states.ts [machine …]`.
 */
const machines = process.argv.length > 2 ? process.argv.slice(2) : ['systolic-16x16-ws', 'whitepaper-16x16'];
const networks = { 'ResNet-50': resnet(50), MobileNetV2: mobilenetV2() };

for (const name of machines) {
  const machine = await loadAccelerator(name);
  for (const [network, bytes] of Object.entries(networks)) {
    const mappings = mappingsOf(bytes, machine);
    const taken = await interleaved(
      {
        skipped: () => mappings.forEach((mapping) => timeMapping(mapping, machine)),
        unskipped: () => mappings.forEach((mapping) => timeProgram(mapping, machine)),
      },
      { warmUp: 0 },
    );
    const timings = mappings.flatMap((mapping) => mapping.lists() ?? []).map(timeLists);
    const instructions = sum(timings.map((each) => each.instructions));
    const stepped = sum(timings.map(({ steppedInstructions }) => steppedInstructions));
    console.log(
      `${name}, ${network}: ${mappings.length} mappings, ${stepped} of ${instructions} instructions run, ` +
        `${taken.medianMs('skipped').toFixed(1)} ms, instruction by instruction ${taken.medianMs('unskipped').toFixed(1)} ms: ` +
        taken.ratio('skipped', 'unskipped').toFixed(3),
    );
  }
}

/** A good mapping of each layer that is different. */
function mappingsOf(bytes: Uint8Array, machine: Awaited<ReturnType<typeof loadAccelerator>>): Candidate[] {
  const model = parseModel(bytes, { file: 'shapes.onnx', shapesOnly: true });
  if (model.dialect !== 'float') throw new TypeError('this is a float model');
  const { layers } = networkOf(quantize(model, [], { shapesOnly: true }).graph);
  const workloads = new Map(layers.map(({ workload }) => [JSON.stringify(workload), workload]));
  const measure = (mapping: Candidate): number => timeMapping(mapping, machine).cycles;
  return [...workloads.values()].flatMap((workload) => {
    if (workload.kind === 'free' || workload.kind === 'host') return [];
    const options = { goal: 'latency', effort: 2, tolerance: 0, measure } as const;
    return searchMappings(mappingSpace(workload, machine), machine, options)!.best.candidate;
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
