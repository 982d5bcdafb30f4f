import type {
  Accelerator,
  Dataflow,
  Drain,
  Lanes,
  MacArray,
  PackedLanes,
  SramBuffer,
} from '../hw/accelerator.js';
import { capacity, groupThousands, percent, rate, setting } from './numbers.js';
import { plural, type Fact } from './sections.js';

/** A machine as it was simulated, defaults filled in. */
export function machineFacts(machine: Accelerator): readonly Fact[] {
  const { array, accumulators, technology } = machine;
  const facts: Fact[] = [
    { name: 'machine', value: join([machine.name, machine.description], ': ') },
    {
      name: 'array',
      value: join([
        arrayName(machine),
        `int${array.activationBits} activations x int${array.weightBits} weights`,
        ...(array.packedLanes ?? []).map(lanesOfText),
        array.pipelineStages === 0 ? '' : plural(array.pipelineStages, 'pipeline stage'),
        registersText(array),
      ]),
    },
    {
      name: 'accumulators',
      value: join([
        `${accumulators.bits} bit`,
        overflowText(accumulators.overflow),
        `${groupThousands(accumulators.entriesPerColumn)} entries per column`,
        accumulators.pingPong ? 'ping-pong' : '',
      ]),
    },
    { name: 'requantizer', value: lanesText(machine.requantizer) },
    { name: 'vector unit', value: lanesText(machine.vector) },
    { name: 'clock', value: rate(machine.clockHertz, 'Hz') },
    ...memoryFacts(machine),
    { name: 'residency', value: residencyText(machine) },
    { name: 'DRAM', value: dramText(machine) },
    { name: 'technology', value: `${technology.name}, ${technology.nodeNanometres} nm` },
    { name: 'zero gating', value: zeroGatingText(machine) },
    { name: 'source', value: machine.source },
  ];
  return facts.filter(({ value }) => value !== '');
}

function memoryFacts({
  activationBuffer,
  weightBuffer,
  outputBuffer,
  unified,
}: Accelerator): readonly Fact[] {
  if (unified === true) return [{ name: 'scratchpad', value: bufferText(activationBuffer) }];
  return [
    { name: 'activation buffer', value: bufferText(activationBuffer) },
    { name: 'weight buffer', value: bufferText(weightBuffer) },
    { name: 'output buffer', value: bufferText(outputBuffer) },
  ];
}

const DATAFLOW_NAMES: Readonly<Record<Dataflow, string>> = {
  ws: 'weight-stationary',
  os: 'output-stationary',
  is: 'input-stationary',
};

const DRAIN_NAMES: Readonly<Record<Drain, string>> = {
  columnBus: 'drained by column buses',
  shift: 'drained by shifting',
};

/** `16 x 16 systolic, weight-stationary`; where sums stay, also how they leave. */
export function arrayName({ array }: Accelerator): string {
  const { rows, columns, kind, dataflow, drain } = array;
  const leaving = drain === undefined ? '' : DRAIN_NAMES[drain];
  return join([`${rows} x ${columns} ${kind}`, DATAFLOW_NAMES[dataflow], leaving]);
}

/** Registers of the operand that stays; sums have none of an operand. */
function registersText({ dataflow, pingPongWeights }: MacArray): string {
  if (dataflow === 'os') return '';
  const operand = dataflow === 'is' ? 'activation' : 'weight';
  return pingPongWeights ? `ping-pong ${operand} registers` : `one ${operand} register per PE`;
}

function lanesOfText({ activationBits, weightBits, lanes }: PackedLanes): string {
  return `${lanes} lanes of int${activationBits} x int${weightBits}`;
}

function overflowText(overflow: Accelerator['accumulators']['overflow']): string {
  return { wrap: 'wraps', saturate: 'saturates', trap: 'traps on overflow' }[overflow];
}

function lanesText({ lanes, latencyCycles }: Lanes): string {
  return `${plural(lanes, 'lane')}, latency ${plural(latencyCycles, 'cycle')}`;
}

function bufferText({ capacityBytes, bandwidthBytesPerCycle, wordBits, pingPong }: SramBuffer): string {
  return join([
    capacity(capacityBytes),
    `${setting(bandwidthBytesPerCycle)} B/cycle`,
    `${wordBits}-bit words`,
    pingPong ? 'ping-pong' : '',
  ]);
}

function residencyText({ residency }: Accelerator): string {
  if (residency === undefined) return '';
  const { activations, weights } = residency;
  return join([
    activations ? 'results stay for the layers that read them' : '',
    weights ? 'weights stay from one inference to the next' : '',
  ]);
}

function zeroGatingText({ zeroGating }: Accelerator): string {
  if (zeroGating === undefined) return '';
  const { operands, macFraction } = zeroGating;
  const zeros = operands === 'both' ? 'activations or weights' : operands;
  return `MACs with zero ${zeros} cost ${percent(macFraction)}, counted where there is data (--input)`;
}

function dramText({ dram, clockHertz }: Accelerator): string {
  const bytesPerCycle = dramBytesPerCycle(dram);
  return join([
    `${setting(bytesPerCycle)} B/cycle (${rate(bytesPerCycle * clockHertz, 'B/s')})`,
    `latency ${plural(dram.latencyCycles, 'cycle')}`,
    `bursts of ${groupThousands(dram.burstBytes)} B`,
  ]);
}

export function dramBytesPerCycle({ bandwidthBytesPerCycle }: Accelerator['dram']): number {
  return bandwidthBytesPerCycle.numerator / bandwidthBytesPerCycle.denominator;
}

function join(parts: readonly string[], separator = ', '): string {
  return parts.filter((part) => part !== '').join(separator);
}
