import type {
  Accelerator,
  Dram,
  Lanes,
  MacArray,
  Residency,
  SramBuffer,
  Technology,
  ZeroGating,
} from './accelerator.js';
import type { AcceleratorConfig, BufferName, MemoryName } from './accelerator-schema.js';
import type { Quantity } from './config/quantity.js';
import { ceil, divide, multiply, type Rational, rational, toNumber } from './config/rational.js';
import type { FieldIssue } from './config/read-config.js';
import { technologyOf, type Uncosted } from './technology.js';
import type { TechnologyTable } from './technology-schema.js';

/** What a machine is called where its file does not say. */
export interface Naming {
  readonly name: string;
  readonly source: string;
}

const MOST_LATENCY_CYCLES = 1_000_000;
/** Of a bandwidth in bytes per cycle. */
const LARGEST_TERM = 2n ** 40n;

/**
 * A machine in canonical units. Seconds become cycles of its clock, rounded up; bandwidths become bytes per cycle: exact
 * fractions for the DRAM, whole numbers for the buffers. What does not fit is added to `issues`.
 */
export function resolveAccelerator(
  config: AcceleratorConfig,
  table: TechnologyTable,
  naming: Naming,
  issues: FieldIssue[],
): Accelerator {
  const clock = config.clock.amount;
  const machine: Uncosted = {
    name: config.name ?? naming.name,
    description: config.description,
    source: config.source ?? naming.source,
    clockHertz: toNumber(clock),
    array: arrayOf(config.array),
    accumulators: config.accumulators,
    requantizer: lanesOf('requantizer', config, issues),
    vector: lanesOf('vector', config, issues),
    ...buffersOf(config, issues),
    dram: dramOf(config.dram, clock, issues),
  };
  const technology = withOverrides(technologyOf(table, machine), config, machine.name);
  return { ...machine, technology, ...zeroGatingOf(config), ...residencyOf(config) };
}

/** The three buffers, or the scratchpad in the place of each. */
function buffersOf(
  config: AcceleratorConfig,
  issues: FieldIssue[],
): Pick<Accelerator, BufferName | 'unified'> {
  const resolved = (name: MemoryName): SramBuffer => {
    const { capacity, bandwidth, pingPong, word } = config[name]!;
    return {
      capacityBytes: toNumber(capacity.amount),
      bandwidthBytesPerCycle: wholeBytesPerCycle(bandwidth, config.clock.amount, name, issues),
      pingPong,
      wordBits: toNumber(word.amount),
    };
  };
  if (config.scratchpad === undefined) {
    return {
      activationBuffer: resolved('activationBuffer'),
      weightBuffer: resolved('weightBuffer'),
      outputBuffer: resolved('outputBuffer'),
    };
  }
  const scratchpad = resolved('scratchpad');
  return { activationBuffer: scratchpad, weightBuffer: scratchpad, outputBuffer: scratchpad, unified: true };
}

/** Nothing where every MAC costs the same. */
function zeroGatingOf({ energy }: AcceleratorConfig): { readonly zeroGating?: ZeroGating } {
  if (energy.zeroGating === 'none') return {};
  return { zeroGating: { operands: energy.zeroGating, macFraction: energy.gatedMac } };
}

/** Nothing where nothing stays. */
function residencyOf({ residency }: AcceleratorConfig): { readonly residency?: Residency } {
  return residency.activations || residency.weights ? { residency } : {};
}

/** A drain that is stated for an array without one is kept, for the checks between fields to refuse. */
function arrayOf({ dataflow, drain, packedLanes, ...array }: AcceleratorConfig['array']): MacArray {
  const stated = drain ?? (dataflow === 'os' ? 'columnBus' : undefined);
  return {
    ...array,
    dataflow,
    ...(stated === undefined ? {} : { drain: stated }),
    ...(packedLanes === undefined ? {} : { packedLanes }),
  };
}

function lanesOf(field: 'requantizer' | 'vector', config: AcceleratorConfig, issues: FieldIssue[]): Lanes {
  const { lanes, latency } = config[field];
  return { lanes, latencyCycles: latencyCycles(latency, config.clock.amount, field, issues) };
}

function latencyCycles(
  { amount, unit }: Quantity,
  clock: Rational,
  field: string,
  issues: FieldIssue[],
): number {
  const cycles = Number(ceil(unit === 's' ? multiply(amount, clock) : amount));
  if (cycles > MOST_LATENCY_CYCLES) {
    const expected = `at most ${MOST_LATENCY_CYCLES} cycles`;
    issues.push({ field: [field, 'latency'], got: `${cycles} cycles`, expected });
  }
  return cycles;
}

function bytesPerCycle({ amount, unit }: Quantity, clock: Rational): Rational {
  return unit === 'B/s' ? divide(amount, clock) : amount;
}

function wholeBytesPerCycle(
  bandwidth: Quantity,
  clock: Rational,
  field: string,
  issues: FieldIssue[],
): number {
  const bytes = bytesPerCycle(bandwidth, clock);
  if (bytes.denominator !== 1n) {
    const got = `${toNumber(bytes)} bytes per cycle`;
    issues.push({ field: [field, 'bandwidth'], got, expected: 'a whole number of bytes per cycle' });
  }
  return toNumber(bytes);
}

function dramOf(dram: AcceleratorConfig['dram'], clock: Rational, issues: FieldIssue[]): Dram {
  const { numerator, denominator } = bytesPerCycle(dram.bandwidth, clock);
  if (numerator >= LARGEST_TERM || denominator >= LARGEST_TERM) {
    const got = `${numerator}/${denominator} bytes per cycle`;
    issues.push({ field: ['dram', 'bandwidth'], got, expected: 'a fraction of integers below 2^40' });
  }
  return {
    bandwidthBytesPerCycle: { numerator: Number(numerator), denominator: Number(denominator) },
    latencyCycles: latencyCycles(dram.latency, clock, 'dram', issues),
    burstBytes: toNumber(dram.burst.amount),
  };
}

/** Names of the overrides → costs. */
const OVERRIDES = {
  mac: 'macPicojoules',
  packedMultiply: 'packedMultiplyPicojoules',
  packedAdd: 'packedAddPicojoules',
  register: 'registerPicojoulesPerBit',
  accumulator: 'accumulatorPicojoulesPerAccess',
  activationRead: 'activationReadPicojoulesPerByte',
  activationWrite: 'activationWritePicojoulesPerByte',
  weightRead: 'weightReadPicojoulesPerByte',
  weightWrite: 'weightWritePicojoulesPerByte',
  outputRead: 'outputReadPicojoulesPerByte',
  outputWrite: 'outputWritePicojoulesPerByte',
  dram: 'dramPicojoulesPerByte',
  requantize: 'requantizePicojoules',
  vector: 'vectorPicojoules',
  leakage: 'leakageMilliwatts',
} as const satisfies Record<keyof AcceleratorConfig['energy']['overrides'], keyof Technology>;

function withOverrides(technology: Technology, { energy }: AcceleratorConfig, machine: string): Technology {
  const entries = Object.entries(energy.overrides).flatMap(([name, override]) => {
    if (override === undefined) return [];
    const cost = OVERRIDES[name as keyof typeof OVERRIDES];
    const { value, source } =
      'value' in override ? override : { value: override, source: `stated in ${machine}` };
    const amount = name === 'register' ? divide(value.amount, rational(8n)) : value.amount; // pJ/B → pJ/bit
    return [[cost, { value: toNumber(amount), source }]];
  });
  return { ...technology, ...(Object.fromEntries(entries) as Partial<Technology>) };
}
