import { describe, expect, it } from 'vitest';
import { describeIssues } from '../../../src/core/parsed.js';
import type { Accelerator } from '../../../src/hw/accelerator.js';
import { parseAccelerator } from '../../../src/hw/parse-accelerator.js';

async function problems(text: string): Promise<string> {
  const result = await parseAccelerator(text, { file: 'machine.yaml' });
  return result.ok ? 'none' : describeIssues(result.issues);
}

async function accepted(text: string): Promise<Accelerator> {
  const result = await parseAccelerator(text, { file: 'machine.yaml' });
  if (!result.ok) throw new Error(describeIssues(result.issues));
  return result.value;
}

/** A machine at 700 MHz with nothing left to defaults but what is often left. */
const TINY = `
clock: 700 MHz
array: { kind: systolic, rows: 2, columns: 3, pingPongWeights: false }
accumulators: { entriesPerColumn: 1, pingPong: false }
requantizer: { lanes: 1, latency: 0 cycles }
vector: { lanes: 1, latency: 10 ns }
activationBuffer: { capacity: 2 B, bandwidth: 1 B/cycle, pingPong: false, word: 8 bit }
weightBuffer: { capacity: 12 B, bandwidth: 2.1 GB/s, pingPong: true, word: 1 B }
outputBuffer: { capacity: 3 B, bandwidth: 4 B * 700 MHz, pingPong: false, word: 8 bit }
dram: { bandwidth: 34 GB/s, latency: 100.1 ns, burst: 1 B }
energy: { technology: horowitz-45nm }
`;

describe('a machine file', () => {
  it('fills in defaults and brings quantities into canonical units', async () => {
    const { technology: _technology, ...machine } = await accepted(TINY);
    expect(machine).toEqual({
      name: 'machine',
      description: '',
      source: 'machine.yaml',
      clockHertz: 700_000_000,
      array: {
        kind: 'systolic',
        dataflow: 'ws',
        rows: 2,
        columns: 3,
        pipelineStages: 0,
        pingPongWeights: false,
        activationBits: 8,
        weightBits: 8,
      },
      accumulators: { bits: 32, overflow: 'wrap', entriesPerColumn: 1, pingPong: false },
      requantizer: { lanes: 1, latencyCycles: 0 },
      vector: { lanes: 1, latencyCycles: 7 },
      activationBuffer: { capacityBytes: 2, bandwidthBytesPerCycle: 1, pingPong: false, wordBits: 8 },
      weightBuffer: { capacityBytes: 12, bandwidthBytesPerCycle: 3, pingPong: true, wordBits: 8 },
      outputBuffer: { capacityBytes: 3, bandwidthBytesPerCycle: 4, pingPong: false, wordBits: 8 },
      dram: {
        bandwidthBytesPerCycle: { numerator: 340, denominator: 7 },
        latencyCycles: 71, // 70.07, rounded up
        burstBytes: 1,
      },
    });
  });

  it('may be JSON', async () => {
    const json = JSON.stringify({ extends: 'systolic-16x16-ws', name: 'json', array: { rows: 8 } });
    expect(await accepted(json)).toMatchObject({ name: 'json', array: { rows: 8, columns: 16 } });
  });

  it('that extends another overrides it field by field, and is named after itself', async () => {
    const machine = await accepted('extends: whitepaper-16x16\ndram: { bandwidth: 1 GB/s }');
    expect(machine).toMatchObject({
      name: 'machine',
      description: '',
      source: 'configs/machines/whitepaper-16x16.yaml, changed in machine.yaml',
      array: { rows: 16 },
      dram: { bandwidthBytesPerCycle: { numerator: 1, denominator: 1 }, latencyCycles: 100, burstBytes: 64 },
    });
  });
});

describe('problems with fields', () => {
  it('are reported all at once, in the order of the lines', async () => {
    const text = `extends: whitepaper-16x16
clok: 1 GHz
array:
  rows: 0
  colums: 3
  dataflow: rs
  kind: cube
  pingPongWeights: maybe
requantizer: 16
vector: { lanes: 2.5, latency: 100 }
accumulators: { overflow: clip, bits: 100 }
dram:
  bandwidth: 8 GX/s
  latency:
energy:
  overrides: { dram: 20 pJ/parsec, mac: 3, vector: { value: 3 pJ }, sram: 1 pJ }
`;
    expect(await problems(text)).toMatchInlineSnapshot(`
      "machine.yaml:2:1: clok: found an unknown field, expected a known field (did you mean 'clock'?)
      machine.yaml:4:3: array.rows: found 0, expected a whole number from 1 to 4096
      machine.yaml:5:3: array.colums: found an unknown field, expected a known field (did you mean 'columns'?)
      machine.yaml:6:3: array.dataflow: found "rs", expected one of ws, os, is
      machine.yaml:7:3: array.kind: found "cube", expected one of dot-product, systolic
      machine.yaml:8:3: array.pingPongWeights: found "maybe", expected true or false
      machine.yaml:9:1: requantizer: found 16, expected a mapping with lanes, latency
      machine.yaml:10:11: vector.lanes: found 2.5, expected a whole number from 1 to 65536
      machine.yaml:10:23: vector.latency: found 100, expected a duration such as '40 cycles' or '100 ns'
      machine.yaml:11:17: accumulators.overflow: found "clip", expected one of wrap, saturate, trap
      machine.yaml:11:33: accumulators.bits: found 100, expected a whole number from 8 to 64
      machine.yaml:13:3: dram.bandwidth: found '8 GX/s' (unknown unit 'GX'), expected a bandwidth such as '16 B/cycle', '8 GB/s' or '8 GiB/s'
      machine.yaml:14:3: dram.latency: found nothing, expected a duration such as '40 cycles' or '100 ns'
      machine.yaml:16:16: energy.overrides.dram: found '20 pJ/parsec' (unknown unit 'parsec'), expected an energy per amount of data such as '8 pJ/bit' or '64 pJ/B'
      machine.yaml:16:36: energy.overrides.mac: found 3, expected an energy such as '0.2 pJ' or '35 fJ', or { value, source }
      machine.yaml:16:44: energy.overrides.vector: found {"value":"3 pJ"}, expected an energy such as '0.2 pJ' or '35 fJ', or { value, source }
      machine.yaml:16:69: energy.overrides.sram: found an unknown field, expected a known field (did you mean 'dram'?)"
    `);
  });

  it('include every missing field', async () => {
    expect(await problems('clock: 1 GHz')).toMatchInlineSnapshot(`
      "machine.yaml: array: found nothing, expected a mapping with kind, dataflow, drain, rows, columns, pipelineStages, pingPongWeights, activationBits, weightBits, packedLanes
      machine.yaml: accumulators: found nothing, expected a mapping with bits, overflow, entriesPerColumn, pingPong
      machine.yaml: requantizer: found nothing, expected a mapping with lanes, latency
      machine.yaml: vector: found nothing, expected a mapping with lanes, latency
      machine.yaml: dram: found nothing, expected a mapping with bandwidth, latency, burst
      machine.yaml: energy: found nothing, expected a mapping with technology, zeroGating, gatedMac, overrides
      machine.yaml: activationBuffer: found nothing, expected a mapping with capacity, bandwidth, pingPong, word; or a scratchpad in place of the three buffers
      machine.yaml: weightBuffer: found nothing, expected a mapping with capacity, bandwidth, pingPong, word; or a scratchpad in place of the three buffers
      machine.yaml: outputBuffer: found nothing, expected a mapping with capacity, bandwidth, pingPong, word; or a scratchpad in place of the three buffers"
    `);
  });

  it.each([
    ['an empty file', ''],
    ['a list', '- 1'],
    ['a text', 'machine'],
  ])('are found in %s', async (_name, text) => {
    expect(await problems(text)).toMatch(/^machine\.yaml: found .+, expected a mapping with extends, name, /);
  });
});

/** The tiny machine with more to say of its array. */
function changed(array: string): string {
  return TINY.replace('kind: systolic,', `kind: systolic, ${array},`);
}

describe('an output-stationary machine', () => {
  it('drains on column buses where the file does not say', async () => {
    expect((await accepted(changed('dataflow: os'))).array).toMatchObject({
      dataflow: 'os',
      drain: 'columnBus',
    });
    expect((await accepted(changed('dataflow: os, drain: shift'))).array.drain).toBe('shift');
  });

  it('is systolic, holds no weights, and is the only one with a drain', async () => {
    const dotProduct = 'extends: whitepaper-16x16\narray: { dataflow: os }';
    const messages = await Promise.all([dotProduct, changed('drain: shift')].map(problems));
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "machine.yaml:2:10: array.dataflow: found os in a dot-product array, expected ws: its weights stay
      configs/machines/whitepaper-16x16.yaml:18:3: array.pingPongWeights: found true in an output-stationary array, expected false: no weights stay
      machine.yaml:3:26: array.drain: found shift in an array of dataflow ws, expected nothing: only sums that stay are drained (os)"
    `);
  });
});

describe('problems between fields', () => {
  it('are reported all at once', async () => {
    const text = `extends: whitepaper-16x16
array: { rows: 64, columns: 1024, kind: systolic, pipelineStages: 3, activationBits: 9 }
accumulators: { bits: 16, entriesPerColumn: 255 }
activationBuffer: { capacity: 192 B }
weightBuffer: { word: 24 bit, bandwidth: 1 GiB/s }
outputBuffer: { capacity: 1001 B, pingPong: false }
dram: { burst: 3 B, bandwidth: 1e-15 B/cycle, latency: 1 s }
`;
    expect(await problems(text)).toMatchInlineSnapshot(`
      "machine.yaml:2:51: array.pipelineStages: found 3 stages in a systolic array, expected 0: the mesh is the pipeline
      machine.yaml:3:17: accumulators.bits: found 16 bits, expected at least 17, to hold one product of 9 x 8 bits
      machine.yaml:3:27: accumulators.entriesPerColumn: found 255 entries in ping-pong, expected an even number, for two halves
      machine.yaml:4:21: activationBuffer.capacity: found 192 bytes, expected at least 128 bytes in each of two halves, to hold one input vector of 64 activations
      machine.yaml:5:17: weightBuffer.word: found 24 bits, expected a power of two from 8 to 4096 bits
      machine.yaml:5:31: weightBuffer.bandwidth: found 1.073741824 bytes per cycle, expected a whole number of bytes per cycle
      machine.yaml:6:17: outputBuffer.capacity: found 1001 bytes, expected a whole number of 128-bit words
      machine.yaml:6:17: outputBuffer.capacity: found 1001 bytes, expected at least 2048 bytes, to hold one output vector of 1024 codes
      machine.yaml:7:9: dram.burst: found 3 bytes, expected a power of two from 1 to 4096 bytes
      machine.yaml:7:21: dram.bandwidth: found 1/1000000000000000 bytes per cycle, expected a fraction of integers below 2^40
      machine.yaml:7:47: dram.latency: found 1000000000 cycles, expected at most 1000000 cycles
      configs/machines/whitepaper-16x16.yaml:43:3: weightBuffer.capacity: found 65536 bytes, expected a whole number of 24-bit words in each of two halves
      configs/machines/whitepaper-16x16.yaml:43:3: weightBuffer.capacity: found 65536 bytes, expected at least 65536 bytes in each of two halves, to hold one block of 64 x 1024 weights"
    `);
  });
});

function withLanes(packedLanes: string, more = ''): string {
  return `extends: whitepaper-16x16\narray: { packedLanes: ${packedLanes} }\n${more}`;
}

describe('packed lanes', () => {
  it('are a list of widths and lanes', async () => {
    const result = await parseAccelerator(
      withLanes(
        '[{ activationBits: 8, weightBits: 4, lanes: 2 }, { activationBits: 4, weightBits: 4, lanes: 4 }]',
      ),
      { file: 'machine.yaml' },
    );
    expect(result.ok && result.value.array.packedLanes).toEqual([
      { activationBits: 8, weightBits: 4, lanes: 2 },
      { activationBits: 4, weightBits: 4, lanes: 4 },
    ]);
  });

  it('are for operands narrower than a multiplier, once for each, and take buffers that hold a block of them', async () => {
    const texts = [
      withLanes('[]'),
      withLanes('[{ activationBits: 8, weightBits: 4, lanes: 1 }, { bits: 4 }]'),
      withLanes(
        '[{ activationBits: 8, weightBits: 8, lanes: 2 }, { activationBits: 9, weightBits: 4, lanes: 2 }]',
      ),
      withLanes(
        '[{ activationBits: 8, weightBits: 4, lanes: 2 }, { activationBits: 8, weightBits: 4, lanes: 4 }]',
      ),
      withLanes(
        '[{ activationBits: 8, weightBits: 6, lanes: 4 }]',
        'activationBuffer: { capacity: 64 B }\nweightBuffer: { capacity: 1 KiB }',
      ),
    ];
    const messages = await Promise.all(texts.map(problems));
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "machine.yaml:2:10: array.packedLanes: found [], expected a list of at least one entry
      machine.yaml:2:60: array.packedLanes.0.lanes: found 1, expected a whole number from 2 to 16
      machine.yaml:2:72: array.packedLanes.1.activationBits: found nothing, expected a whole number from 2 to 16
      machine.yaml:2:72: array.packedLanes.1.weightBits: found nothing, expected a whole number from 2 to 16
      machine.yaml:2:72: array.packedLanes.1.lanes: found nothing, expected a whole number from 2 to 16
      machine.yaml:2:74: array.packedLanes.1.bits: found an unknown field, expected one of activationBits, weightBits, lanes
      machine.yaml:2:24: array.packedLanes.0: found 8 x 8 bits, expected narrower operands than a multiplier's, 8 x 8 bits
      machine.yaml:2:72: array.packedLanes.1: found 9 x 4 bits, expected narrower operands than a multiplier's, 8 x 8 bits
      machine.yaml:2:72: array.packedLanes.1: found 8 x 4 bits, expected other operands than the entries before
      machine.yaml:3:21: activationBuffer.capacity: found 64 bytes, expected at least 64 bytes in each of two halves, to hold one input vector of 16 activations of each lane
      machine.yaml:4:17: weightBuffer.capacity: found 1024 bytes, expected at least 768 bytes in each of two halves, to hold one block of 16 x 16 weights of each lane"
    `);
  });
});

it('problems with the text are reported where they are', async () => {
  const texts = [
    'array: [',
    'clock: 1 GHz\nclock: 2 GHz',
    'clock: &c 1 GHz\nname: *c',
    'array:\n\trows: 3',
    `# ${'x'.repeat(100_000)}`,
    '['.repeat(1000),
  ];
  const messages = await Promise.all(texts.map(problems));
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "machine.yaml:1:9: found a syntax error (Flow sequence in block collection must be sufficiently indented and end with a ]), expected YAML or JSON
    machine.yaml:2:1: found a syntax error (Map keys must be unique), expected YAML or JSON
    machine.yaml:2:7: found the alias *c, expected values spelled out, or 'extends'
    machine.yaml:2:1: found a syntax error (Tabs are not allowed as indentation), expected YAML or JSON
    machine.yaml: found 100002 characters, expected a configuration of at most 65536
    machine.yaml: found 1000 brackets, expected at most 256"
  `);
});

it('problems with names are reported where they are written', async () => {
  const texts = [
    'extends: whitepaper-16x15',
    'extends: tpu',
    'extends: ./nowhere.yaml',
    'extends: src/',
    'extends: 3',
    'extends: whitepaper-16x16\nenergy: { technology: horowitz }',
    'extends: whitepaper-16x16\nenergy: { technology: nowhere.yaml }',
  ];
  const messages = await Promise.all(texts.map(problems));
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "machine.yaml:1:1: extends: found the name 'whitepaper-16x15', expected one of edge-tpu-like, ethos-u55-128, ethos-u55-256, eyeriss-like, nvdla-large, nvdla-small, systolic-16x16-scratchpad, systolic-16x16-ws, tpu-v1, whitepaper-16x16, or the path of a .yaml or .json file (did you mean 'whitepaper-16x16'?)
    machine.yaml:1:1: extends: found the name 'tpu', expected one of edge-tpu-like, ethos-u55-128, ethos-u55-256, eyeriss-like, nvdla-large, nvdla-small, systolic-16x16-scratchpad, systolic-16x16-ws, tpu-v1, whitepaper-16x16, or the path of a .yaml or .json file (did you mean 'tpu-v1'?)
    machine.yaml:1:1: extends: found no file 'nowhere.yaml', expected a YAML or JSON file
    machine.yaml:1:1: extends: found 'src/', which cannot be read (EISDIR), expected a YAML or JSON file
    machine.yaml:1:1: extends: found 3, expected the name of a preset or the path of a file
    machine.yaml:2:11: energy.technology: found the name 'horowitz', expected one of aladdin-40nm, cacti-22nm-hp, cacti-22nm-lop, cacti-22nm-lstp, cacti-32nm-lop, cacti-45nm-hp, cacti-45nm-lop, cacti-45nm-lstp, cacti-65nm-lop, derived-22nm, horowitz-45nm, tpuv4i-7nm, or the path of a .yaml or .json file (did you mean 'horowitz-45nm'?)
    machine.yaml:2:11: energy.technology: found no file 'nowhere.yaml', expected a YAML or JSON file"
  `);
});
