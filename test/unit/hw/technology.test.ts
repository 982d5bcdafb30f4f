import { describe, expect, it } from 'vitest';
import { loadAccelerator } from '../../../src/hw/load-accelerator.js';
import { parseAccelerator } from '../../../src/hw/parse-accelerator.js';
import type { Accelerator, Technology } from '../../../src/hw/accelerator.js';
import { presetNames } from '../../../src/hw/config/config-files.js';
import { sramEnergy } from '../../../src/hw/sram-energy.js';
import { technologySchema, type TechnologyTable } from '../../../src/hw/technology-schema.js';

async function machine(changes: string): Promise<Accelerator> {
  const text = changes.startsWith('{')
    ? `{ extends: whitepaper-16x16, ${changes.slice(1)}`
    : `extends: whitepaper-16x16\n${changes}`;
  const result = await parseAccelerator(text, { file: 'changed.yaml' });
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.value;
}

/** a · C^p pJ per 64-bit word, C in KiB. */
function perByteOf256KiB([a, p]: readonly number[]): number {
  return (a! * 256 ** p!) / 8;
}

async function sramOf(table: {
  readonly rule: string;
  readonly reads: readonly number[];
}): Promise<TechnologyTable> {
  const points = table.reads.map((read, index) => ({
    capacity: `${4 ** index} KiB`,
    read: `${read} pJ`,
    write: '1 pJ',
  }));
  const sram = { word: '64 bit', rule: table.rule, points, source: 'a test' };
  return { sram: await technologySchema.shape.sram.parseAsync(sram) } as TechnologyTable;
}

async function cost(changes: string, name: keyof Technology): Promise<unknown> {
  const { technology } = await machine(changes);
  const figure = technology[name];
  return typeof figure === 'object' ? figure.value : figure;
}

describe('the cost of a multiply-accumulate', () => {
  it.each([
    { widths: { activation: 8, weight: 8, sum: 32 }, picojoules: 0.3 },
    { widths: { activation: 8, weight: 4, sum: 32 }, picojoules: 0.2 },
    { widths: { activation: 4, weight: 4, sum: 32 }, picojoules: 0.15 },
    { widths: { activation: 16, weight: 8, sum: 32 }, picojoules: 0.5 },
    { widths: { activation: 16, weight: 16, sum: 64 }, picojoules: 1 },
  ])(
    'is the product of the operand widths plus the width of the sum: $widths',
    async ({ widths, picojoules }) => {
      const { activation, weight, sum } = widths;
      const changes = `{ array: { activationBits: ${activation}, weightBits: ${weight} }, accumulators: { bits: ${sum} } }`;
      const result = await parseAccelerator(`{ extends: whitepaper-16x16, ${changes.slice(2)}`, {
        file: 'w.yaml',
      });
      expect(result.ok && result.value.technology.macPicojoules.value).toBe(picojoules);
    },
  );
});

it('a multiply-accumulate in a packed lane costs what one costs on an array of its width', async () => {
  const lanes = 'array: { packedLanes: [{ activationBits: 8, weightBits: 4, lanes: 2 }] }';
  const { technology } = await machine(lanes);
  const { packedMultiplyPicojoules, packedAddPicojoules } = technology;
  const narrow = (await machine('array: { weightBits: 4 }')).technology.macPicojoules.value;
  expect(8 * 4 * packedMultiplyPicojoules!.value + packedAddPicojoules!.value).toBeCloseTo(narrow, 6);
  expect(packedMultiplyPicojoules!.source).toContain('1 x 1 bit of a multiply');
});

it('registers that hold more bits in lanes than without leak for them', async () => {
  const leakage = async (lanes: number): Promise<number> => {
    const text = `array: { packedLanes: [{ activationBits: 8, weightBits: 4, lanes: ${lanes} }] }`;
    return (await machine(text)).technology.leakageMilliwatts.value;
  };
  // Of 16 rows an activation each, of 256 multipliers two weights: 8 bits of activations more a lane, 4 of weights from 3 lanes on.
  expect((await leakage(3)) - (await leakage(2))).toBeCloseTo((16 * 8 + 256 * 2 * 4) * 70e-6, 4);
});

describe('the cost of an SRAM access', () => {
  it.each([
    { capacity: '8 KiB', word: '64 bit', perByte: 10 / 8, why: 'a published point' },
    { capacity: '32 KiB', word: '64 bit', perByte: 20 / 8, why: 'a published point' },
    { capacity: '1 MiB', word: '64 bit', perByte: 100 / 8, why: 'a published point' },
    {
      capacity: '16 KiB',
      word: '64 bit',
      perByte: 1.76777,
      why: 'halfway in log-log: the geometric mean of 10 and 20',
    },
    { capacity: '4 KiB', word: '64 bit', perByte: 0.883883, why: 'the first line continued: 10 / sqrt 2' },
    {
      capacity: '32 MiB',
      word: '64 bit',
      perByte: 62.5,
      why: 'the last line continued: 5 times per factor 32',
    },
    {
      capacity: '8 KiB',
      word: '256 bit',
      perByte: 20 / 32,
      why: 'a word four times as wide costs twice as much',
    },
    { capacity: '8 KiB', word: '16 bit', perByte: 5 / 2, why: 'a word a quarter as wide costs half as much' },
  ])('$capacity, $word: $why', async ({ capacity, word, perByte }) => {
    const changes = `activationBuffer: { capacity: ${capacity}, word: ${word} }`;
    expect(await cost(changes, 'activationReadPicojoulesPerByte')).toBeCloseTo(perByte, 5);
    expect(await cost(changes, 'activationWritePicojoulesPerByte')).toBeCloseTo(perByte, 5);
  });

  it('takes the accumulators of a column for an SRAM of their own', async () => {
    expect(
      await cost('accumulators: { entriesPerColumn: 4096, bits: 16 }', 'accumulatorPicojoulesPerAccess'),
    ).toBe(5);
  });
});

describe('an SRAM by a power law', () => {
  it('is on the line of least squares in log-log, which for points on a law is the law', async () => {
    const onLaw = await sramOf({ rule: 'power-law', reads: [2, 4, 8, 16] }); // 1, 4, 16, 64 KiB: 2 C^0.5
    expect(sramEnergy(onLaw, 9 * 1024, 64, 'read')).toBeCloseTo(6, 10);
    expect(sramEnergy(onLaw, 9 * 1024, 256, 'read')).toBeCloseTo(12, 10);
    expect(sramEnergy(onLaw, 256 * 1024, 64, 'read')).toBeCloseTo(32, 10);
  });

  it('leaves a step in the points aside, which interpolation follows', async () => {
    // In powers of two, y = 1, 2, 4, 5 at x = 0, 2, 4, 6: slope 0.7, mean 3 at 3.
    const reads = [2, 4, 16, 32];
    const fitted = await sramOf({ rule: 'power-law', reads });
    expect(Math.log2(sramEnergy(fitted, 4 * 1024, 64, 'read'))).toBeCloseTo(3 + 0.7 * (2 - 3), 10);
    const followed = await sramOf({ rule: 'interpolate', reads });
    expect(sramEnergy(followed, 4 * 1024, 64, 'read')).toBeCloseTo(4, 10);
  });

  it.each([
    { name: 'cacti-45nm-lop', read: [1.1, 0.5172], write: [1.242, 0.4623] },
    { name: 'cacti-22nm-hp', read: [0.4902, 0.5288], write: [0.6275, 0.4639] },
  ])('over the points of $name is the fit that was made of them elsewhere', async ({ name, read, write }) => {
    const { activationBuffer, technology } = await machine(
      `{ energy: { technology: ${name} }, activationBuffer: { capacity: 256 KiB, word: 64 bit } }`,
    );
    expect(activationBuffer.capacityBytes).toBe(256 * 1024);
    expect(technology.activationReadPicojoulesPerByte.value / perByteOf256KiB(read)).toBeCloseTo(1, 3);
    expect(technology.activationWritePicojoulesPerByte.value / perByteOf256KiB(write)).toBeCloseTo(1, 3);
  });
});

describe('leakage', () => {
  it('adds up SRAM, multipliers, adders and registers', async () => {
    const milliwatts = await cost('', 'leakageMilliwatts');
    const sram = (128 + 64 + 32 + 16) * 7.1e-3;
    const logic = 256 * (5e-3 + 2.3e-3);
    const registers = (2 * 256 * 8 + 16 * 8 + 2 * 16 * 32) * 70e-6;
    expect(milliwatts).toBeCloseTo(sram + logic + registers, 5);
  });

  it('counts a register per PE for activations and partial sums of a systolic array', async () => {
    const { technology } = await loadAccelerator('systolic-16x16-ws');
    const sram = (128 + 64 + 64 + 64) * 7.1e-3;
    const logic = 256 * (5e-3 + 2.3e-3);
    const registers = 256 * (2 * 8 + 8 + 32) * 70e-6;
    expect(technology.leakageMilliwatts.value).toBeCloseTo(sram + logic + registers, 5);
  });
});

/** Leakage of a systolic array with operands of different widths. Milliwatts. */
async function milliwatts(dataflow: string, pingPongWeights: boolean): Promise<number> {
  const array = {
    kind: 'systolic',
    dataflow,
    pipelineStages: 0,
    activationBits: 12,
    weightBits: 4,
    pingPongWeights,
  };
  return (await machine(`array: ${JSON.stringify(array)}`)).technology.leakageMilliwatts.value;
}

it('a second register per PE is as wide as the operand that stays', async () => {
  const single = await milliwatts('ws', false);
  expect(await milliwatts('is', false)).toBe(single);
  expect(await milliwatts('os', false)).toBe(single);
  expect((await milliwatts('ws', true)) - single).toBeCloseTo(256 * 4 * 70e-6, 4);
  expect((await milliwatts('is', true)) - single).toBeCloseTo(256 * 12 * 70e-6, 4);
});

describe('technologies', () => {
  it('can be exchanged', async () => {
    const { technology } = await machine('energy: { technology: derived-22nm }');
    expect(technology).toMatchObject({
      name: 'derived-22nm',
      nodeNanometres: 22,
      macPicojoules: { value: 0.197 },
      requantizePicojoules: { value: 2.6 },
    });
  });

  it.each(presetNames('technology'))('%s loads with every cost above zero and a source', async (name) => {
    const { technology } = await machine(`energy: { technology: ${name}, overrides: { dram: 1 pJ/bit } }`);
    expect(technology.name).toBe(name);
    const { name: _name, nodeNanometres: _node, dramPicojoulesPerByte: _dram, ...costs } = technology;
    const figures = Object.values(costs);
    expect(figures.filter(({ value, source }) => !(value > 0) || source === '')).toEqual([]);
    expect(figures.filter(({ verified }) => verified === undefined)).toEqual([]);
  });

  it('say whether a cost is verified: where every figure in it is', async () => {
    const { technology } = await machine('energy: { technology: cacti-22nm-lop }');
    expect(technology.macPicojoules.verified).toBe(false);
    expect(technology.activationReadPicojoulesPerByte.verified).toBe(true);
    const { technology: published } = await machine('energy: { technology: horowitz-45nm }');
    expect(published.macPicojoules.verified).toBe(true);
    expect(published.requantizePicojoules.verified).toBe(false);
    expect(published.dramPicojoulesPerByte).not.toHaveProperty('verified'); // the preset overrides it, and does not say
  });

  it('can be overridden cost by cost, with or without a source', async () => {
    const { technology } = await machine(`
energy:
  overrides:
    dram: 20 pJ/bit
    register: 10 fJ/bit
    leakage: { value: 12 mW, source: measured }`);
    expect(technology.dramPicojoulesPerByte).toEqual({ value: 160, source: 'stated in changed' });
    expect(technology.registerPicojoulesPerBit.value).toBe(0.01);
    expect(technology.leakageMilliwatts).toEqual({ value: 12, source: 'measured' });
  });

  it('never lend their source to a value that another file states', async () => {
    const text = 'extends: whitepaper-16x16\nenergy: { overrides: { dram: { value: 4 pJ/bit } } }';
    const result = await parseAccelerator(text, { file: 'changed.yaml' });
    expect(result).toMatchObject({ ok: false, issues: [{ got: '{"value":"4 pJ/bit"}' }] });
  });
});
