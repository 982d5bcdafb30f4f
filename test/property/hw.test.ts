import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parsed } from '../../src/core/parsed.js';
import type {
  Accelerator,
  MacArray,
  PackedLanes,
  Sourced,
  SramBuffer,
  Technology,
} from '../../src/hw/accelerator.js';
import { acceleratorProblems } from '../../src/hw/accelerator-checks.js';
import { readConfigText } from '../../src/hw/config/config-source.js';
import { ENERGY_COMPONENTS } from '../../src/hw/counts.js';
import { addCounts, zeroCounts } from '../../src/hw/energy/action-counts.js';
import { addEnergy, energyOf, totalEnergy, zeroEnergy } from '../../src/hw/energy/energy-of.js';
import { instructionCounts } from '../../src/hw/energy/instruction-counts.js';
import type { Instruction, StreamInstruction } from '../../src/hw/isa.js';
import { acceleratorPresets } from '../../src/hw/load-accelerator.js';
import { parseAccelerator } from '../../src/hw/parse-accelerator.js';
import { type ResolvedAccelerator, resolveSource } from '../../src/hw/resolved-accelerator.js';
import { burstBytes } from '../../src/hw/storage.js';
import { instructionCycles } from '../../src/hw/timing/instruction-cycles.js';
import { entryCycles, fillCycles } from '../../src/hw/timing/stream.js';
import { anyAccelerator } from '../arbitraries/accelerator.js';
import { counterexample } from '../support/counterexample.js';

const bytes = fc.integer({ min: 1, max: 2 ** 24 });
const waitsFor = [] as const;
const RUNS = 1000;

/** A block of the machine's array, and what can be done with it. */
function anyStream({ array }: Accelerator): fc.Arbitrary<StreamInstruction> {
  const anywhere = fc.record({
    kind: fc.constant('stream'),
    unit: fc.constant('array'),
    waitsFor: fc.constant(waitsFor),
    vectors: fc.integer({ min: 1, max: 5000 }),
    rows: fc.integer({ min: 1, max: array.rows }),
    columns: fc.integer({ min: 1, max: array.columns }),
    macs: fc.nat(100_000),
    accumulates: fc.boolean(),
    ...anyPacking(array),
  } as const);
  if (array.dataflow !== 'os') return anywhere;
  return anywhere.map((stream) => ({ ...stream, weights: stream.vectors * stream.columns }));
}

/** In some of the machine's packed lanes or, as always where there are none, at full width. */
function anyPacking({ packedLanes }: MacArray): { readonly packed?: fc.Arbitrary<PackedLanes> } {
  return packedLanes === undefined ? {} : { packed: fc.constantFrom(...packedLanes) };
}

function anyInstruction(machine: Accelerator): fc.Arbitrary<Instruction> {
  const load = fc.record({
    kind: fc.constantFrom('loadActivations', 'loadWeights', 'loadBias'),
    unit: fc.constant('load'),
    waitsFor: fc.constant(waitsFor),
    bytes,
  } as const);
  const store = bytes.map((size) => ({ kind: 'store', unit: 'store', waitsFor, bytes: size }) as const);
  const stream = anyStream(machine);
  const preload = stream.map(
    ({ rows, columns, packed }) =>
      ({
        kind: 'preload',
        unit: 'weightLoad',
        waitsFor,
        rows,
        columns,
        operand: 'weights',
        values: rows * columns,
        ...(packed === undefined ? {} : { packed }),
      }) as const,
  );
  const requantize = bytes.map(
    (elements) => ({ kind: 'requantize', unit: 'post', waitsFor, elements, outputBytes: elements }) as const,
  );
  const sums = fc.record({
    kind: fc.constantFrom('spill', 'restore'),
    unit: fc.constant('post'),
    waitsFor: fc.constant(waitsFor),
    elements: bytes,
    outputBytes: bytes,
  } as const);
  const vector = fc.tuple(bytes, bytes, bytes).map(
    ([operations, inputBytes, outputs]) =>
      ({
        kind: 'vector',
        unit: 'post',
        waitsFor,
        operations,
        inputBytes,
        outputs,
        outputBytes: outputs,
      }) as const,
  );
  const drain = stream.map(
    ({ rows, columns, accumulates }) =>
      ({ kind: 'drain', unit: 'array', waitsFor, rows, columns, accumulates }) as const,
  );
  return fc.oneof(load, store, stream, drain, preload, requantize, sums, vector);
}

const anyWork = (): fc.Arbitrary<readonly [Accelerator, Instruction]> =>
  anyAccelerator().chain((machine) => anyInstruction(machine).map((instruction) => [machine, instruction]));

async function resolved(text: string): Promise<Parsed<ResolvedAccelerator>> {
  const source = readConfigText(text, 'any.yaml');
  return source.ok ? resolveSource(source.value) : source;
}

/** Texts, and files that extend a preset with something else in a field or two. */
function anyExtension(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const extending = fc.record({
    preset: fc.constantFrom(...acceleratorPresets()),
    rows: fc.integer({ min: 1, max: 64 }),
    flow: fc.boolean(),
    comment: fc.string({ maxLength: 12 }),
  });
  return fc.oneof(
    texts,
    extending.map(({ preset, rows, flow, comment }) => {
      const said = comment.replaceAll(/[\r\n]/g, '');
      return flow
        ? `{ extends: ${preset}, array: { rows: ${rows} }, energy: { overrides: { dram: { value: 3 pJ/bit, source: s } } } } #${said}`
        : `#${said}\nextends: ${preset}\narray:\n  rows: ${rows} #${said}\n\n#${said}\ndram:\n  burst: 32 B\n#${said}`;
    }),
  );
}

describe('any text', () => {
  const presets = acceleratorPresets().map((name) =>
    readFileSync(new URL(`../../configs/machines/${name}.yaml`, import.meta.url), 'utf8'),
  );

  /** A preset with a piece replaced by something else, or by another piece of it. */
  const anyMutation = fc
    .record({
      preset: fc.constantFrom(...presets),
      cut: fc.tuple(fc.nat(), fc.nat(80)),
      piece: fc.oneof(fc.string({ maxLength: 20 }), fc.tuple(fc.nat(), fc.nat(80))),
    })
    .map(({ preset, cut, piece }) => {
      const start = cut[0] % preset.length;
      const from = typeof piece === 'string' ? 0 : piece[0] % preset.length;
      const inserted = typeof piece === 'string' ? piece : preset.slice(from, from + piece[1]);
      return preset.slice(0, start) + inserted + preset.slice(start + cut[1]);
    });

  it('is a machine that passes its checks, or issues that say where, what and what instead', async () => {
    const property = fc.asyncProperty(fc.oneof(fc.string(), anyMutation), async (text) => {
      const result = await parseAccelerator(text, { file: 'any.yaml' });
      if (result.ok) return acceleratorProblems(result.value).length === 0;
      return (
        result.issues.length > 0 && result.issues.every(({ got, expected }) => got !== '' && expected !== '')
      );
    });
    const outcome = await fc.check(property, { numRuns: 500 });
    expect(outcome.counterexample).toBeNull();
  });

  it('that is a machine is the same machine once it is resolved, which changes no more', async () => {
    let machines = 0;
    const property = fc.asyncProperty(anyExtension(anyMutation), async (text) => {
      const once = await resolved(text);
      if (!once.ok) return;
      machines += 1;
      const twice = await resolved(once.value.text);
      expect(twice).toEqual({ ok: true, value: once.value });
    });
    await fc.assert(property, { numRuns: 500 });
    expect(machines).toBeGreaterThan(50);
  });
});

describe('any machine', () => {
  it('passes the checks of a machine file', () => {
    expect(
      counterexample(
        fc.property(anyAccelerator(), (machine) => acceleratorProblems(machine).length === 0),
        RUNS,
      ),
    ).toBe('');
  });

  it('survives being written as a file and read again', async () => {
    await fc.assert(
      fc.asyncProperty(anyAccelerator(), async (machine) => {
        const result = await parseAccelerator(JSON.stringify(fileOf(machine)), { file: 'any.json' });
        expect(result.ok && result.value).toEqual(machine);
      }),
    );
  });
});

describe('an instruction on any machine', () => {
  it('takes a whole, positive number of cycles', () => {
    expect(
      counterexample(
        fc.property(anyWork(), ([machine, instruction]) => {
          const cycles = instructionCycles(instruction, machine);
          return Number.isSafeInteger(cycles) && cycles > 0;
        }),
        RUNS,
      ),
    ).toBe('');
  });

  it('never takes longer for faster buffers, a faster DRAM and more lanes', () => {
    expect(
      counterexample(
        fc.property(
          anyWork(),
          ([machine, instruction]) =>
            instructionCycles(instruction, faster(machine)) <= instructionCycles(instruction, machine),
        ),
        RUNS,
      ),
    ).toBe('');
  });

  it('counts whole, non-negative actions', () => {
    expect(
      counterexample(
        fc.property(anyWork(), ([machine, instruction]) =>
          Object.values(instructionCounts(instruction, machine)).every(
            (count) => Number.isSafeInteger(count) && count >= 0,
          ),
        ),
        RUNS,
      ),
    ).toBe('');
  });

  it('streams its vectors and fills for the rest', () => {
    expect(
      counterexample(
        fc.property(
          anyAccelerator().chain((machine) => anyStream(machine).map((stream) => [machine, stream] as const)),
          ([machine, stream]) =>
            fillCycles(stream, machine) >= 0 &&
            entryCycles(stream, machine.array) + fillCycles(stream, machine) ===
              instructionCycles(stream, machine),
        ),
        RUNS,
      ),
    ).toBe('');
  });

  it('of the DRAM takes the smallest time in which the bandwidth moves its bursts', () => {
    expect(
      counterexample(
        fc.property(anyAccelerator(), bytes, ({ dram, ...machine }, size) => {
          const load = { kind: 'loadWeights', unit: 'load', waitsFor, bytes: size } as const;
          const cycles = BigInt(instructionCycles(load, { ...machine, dram }) - dram.latencyCycles);
          const { numerator, denominator } = dram.bandwidthBytesPerCycle;
          const needed = BigInt(burstBytes(size, dram)) * BigInt(denominator);
          return cycles * BigInt(numerator) >= needed && (cycles - 1n) * BigInt(numerator) < needed;
        }),
        RUNS,
      ),
    ).toBe('');
  });
});

describe('energy on any machine', () => {
  const layers = anyAccelerator().chain((machine) =>
    fc
      .array(fc.array(anyInstruction(machine), { maxLength: 10 }), { minLength: 1, maxLength: 10 })
      .map((programs) => [machine, programs] as const),
  );

  it('adds up exactly: components to layers, layers to the network, in any order', () => {
    fc.assert(
      fc.property(layers, ([machine, programs]) => {
        const energies = programs.map((program) => {
          const counts = program.map((instruction) => instructionCounts(instruction, machine));
          return energyOf(counts.reduce(addCounts, zeroCounts()), 1000 * program.length, machine);
        });
        const network = energies.reduce(addEnergy, zeroEnergy());
        const backwards = [...energies].reverse().reduce(addEnergy, zeroEnergy());
        const byLayer = energies.map(totalEnergy).reduce((sum, energy) => sum + energy, 0);
        const byComponent = ENERGY_COMPONENTS.toReversed().reduce((sum, name) => sum + network[name], 0);
        expect(backwards).toEqual(network);
        expect(byLayer).toBe(totalEnergy(network));
        expect(byComponent).toBe(totalEnergy(network));
      }),
    );
  });

  it('of summed counts is the summed energy, but for the grid', () => {
    expect(
      counterexample(
        fc.property(layers, ([machine, programs]) => {
          const counts = programs.flat().map((instruction) => instructionCounts(instruction, machine));
          const apart = counts.map((count) => energyOf(count, 0, machine)).reduce(addEnergy, zeroEnergy());
          const together = energyOf(counts.reduce(addCounts, zeroCounts()), 0, machine);
          const difference = Math.abs(totalEnergy(apart) - totalEnergy(together));
          return difference <= (counts.length + 1) * ENERGY_COMPONENTS.length * 2 ** -11;
        }),
        RUNS,
      ),
    ).toBe('');
  });
});

function wider(buffer: SramBuffer): SramBuffer {
  return { ...buffer, bandwidthBytesPerCycle: buffer.bandwidthBytesPerCycle + 1 };
}

function faster(machine: Accelerator): Accelerator {
  const { activationBuffer, weightBuffer, outputBuffer, requantizer, vector, dram } = machine;
  const { numerator, denominator } = dram.bandwidthBytesPerCycle;
  return {
    ...machine,
    activationBuffer: wider(activationBuffer),
    weightBuffer: wider(weightBuffer),
    outputBuffer: wider(outputBuffer),
    requantizer: { ...requantizer, lanes: requantizer.lanes + 1 },
    vector: { ...vector, lanes: vector.lanes + 1 },
    dram: { ...dram, bandwidthBytesPerCycle: { numerator: numerator + denominator, denominator } },
  };
}

type PackedCost = 'packedMultiplyPicojoules' | 'packedAddPicojoules';
type CostName = Exclude<keyof Technology, 'name' | 'nodeNanometres' | PackedCost>;

function packedCosts({ packedMultiplyPicojoules, packedAddPicojoules }: Technology): object {
  const multiply = packedMultiplyPicojoules && { packedMultiply: picojoules(packedMultiplyPicojoules) };
  return { ...multiply, ...(packedAddPicojoules && { packedAdd: picojoules(packedAddPicojoules) }) };
}

function picojoules({ value, source }: Sourced): object {
  return { value: `${value} pJ`, source };
}

/** A machine file that says what the machine is. */
function fileOf(machine: Accelerator): object {
  const buffer = (name: 'activationBuffer' | 'weightBuffer' | 'outputBuffer'): object => {
    const { capacityBytes, bandwidthBytesPerCycle, pingPong, wordBits } = machine[name];
    return {
      capacity: `${capacityBytes} B`,
      bandwidth: `${bandwidthBytesPerCycle} B/cycle`,
      pingPong,
      word: `${wordBits} bit`,
    };
  };
  const lanes = (name: 'requantizer' | 'vector'): object => ({
    lanes: machine[name].lanes,
    latency: `${machine[name].latencyCycles} cycles`,
  });
  const { dram, technology } = machine;
  const cost = (name: CostName, unit: string): object => {
    const { value, source } = technology[name];
    return { value: `${value} ${unit}`, source };
  };
  return {
    name: machine.name,
    source: machine.source,
    clock: `${machine.clockHertz} Hz`,
    array: machine.array,
    accumulators: machine.accumulators,
    requantizer: lanes('requantizer'),
    vector: lanes('vector'),
    ...(machine.unified === true
      ? { scratchpad: buffer('activationBuffer') }
      : {
          activationBuffer: buffer('activationBuffer'),
          weightBuffer: buffer('weightBuffer'),
          outputBuffer: buffer('outputBuffer'),
        }),
    dram: {
      bandwidth: `${dram.bandwidthBytesPerCycle.numerator}/${dram.bandwidthBytesPerCycle.denominator} B/cycle`,
      latency: `${dram.latencyCycles} cycles`,
      burst: `${dram.burstBytes} B`,
    },
    energy: {
      technology: technology.name,
      overrides: {
        mac: cost('macPicojoules', 'pJ'),
        ...packedCosts(technology),
        register: cost('registerPicojoulesPerBit', 'pJ/bit'),
        accumulator: cost('accumulatorPicojoulesPerAccess', 'pJ'),
        activationRead: cost('activationReadPicojoulesPerByte', 'pJ/B'),
        activationWrite: cost('activationWritePicojoulesPerByte', 'pJ/B'),
        weightRead: cost('weightReadPicojoulesPerByte', 'pJ/B'),
        weightWrite: cost('weightWritePicojoulesPerByte', 'pJ/B'),
        outputRead: cost('outputReadPicojoulesPerByte', 'pJ/B'),
        outputWrite: cost('outputWritePicojoulesPerByte', 'pJ/B'),
        dram: cost('dramPicojoulesPerByte', 'pJ/B'),
        requantize: cost('requantizePicojoules', 'pJ'),
        vector: cost('vectorPicojoules', 'pJ'),
        leakage: cost('leakageMilliwatts', 'mW'),
      },
    },
  };
}
