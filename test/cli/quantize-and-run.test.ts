import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlainArray } from '../../src/formats/elements.js';
import { readNpy, writeNpy } from '../../src/formats/npy.js';
import { readArrayFile } from '../../src/importers/dataset/array-file.js';
import { cli, digits, PEAK_RESIDENT_BYTES, quantizedDigits } from '../support/cli.js';

let files: Map<string, Uint8Array>;

beforeAll(async () => {
  files = new Map([['d.safetensors', await quantizedDigits()]]);
});

const running = (...options: readonly string[]) =>
  cli(['run', 'd.safetensors', '--input', digits.images, ...options], files);

const evaluating = (model: string, ...options: readonly string[]) =>
  cli(['evaluate', model, '--data', digits.images, '--rows', '0:40', ...options], files);

describe('quantize', () => {
  const calibrated = ['--calibration', digits.calibration, '--calibration-rows', '0:5', '--divide', '255'];

  it('says what it wrote', async () => {
    const { exitCode, stdout, stderr, written } = await cli(
      `quantize ${digits.model} --weights per-tensor --range mse --requantizer shift --weight-bits 4`
        .split(' ')
        .concat(calibrated, '-o', 'out dir/d.safetensors'),
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect([...written.keys()]).toEqual(['out dir/d.safetensors']);
    expect(stdout).toMatchInlineSnapshot(`
      "out dir/d.safetensors: 37,984 bytes
        12 nodes, 23,144 bytes of parameters
        W4A8, weights per-tensor (min-max), activations mse, requantizer shift"
    `);
  });

  it('says the same as JSON', async () => {
    const { stdout } = await cli(['quantize', digits.model, ...calibrated, '-o', 'd', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      output: 'd',
      nodes: 12,
      recipe: { weightGranularity: 'perChannel', weightBits: 8, requantizer: 'single' },
    });
  });

  it('takes the requantizer of a stack by its name', async () => {
    const { stdout } = await cli([
      'quantize',
      digits.model,
      ...calibrated,
      '--requantizer',
      'xnnpack-fp32',
      '-o',
      'd',
    ]);
    expect(stdout).toContain('requantizer xnnpack-fp32');
  });

  it.each([
    { name: 'triple', says: 'for example ' },
    {
      name: 'gemmini-shift',
      says: 'gemmini-shift has no such derivation, or no int8 codes with a zero point',
    },
  ])('refuses the requantizer $name', async ({ name, says }) => {
    const { exitCode, stderr, written } = await cli([
      'quantize',
      digits.model,
      ...calibrated,
      '--requantizer',
      name,
      '-o',
      'd',
    ]);
    expect(stderr).toContain(
      `--requantizer: found '${name}', expected single, double, shift or a rule of 'bitmac rounding' that derives parameters`,
    );
    expect(stderr).toContain(says);
    expect({ exitCode, written: written.size }).toEqual({ exitCode: 2, written: 0 });
  });

  it('writes the same bytes twice, wherever the model lies', async () => {
    const elsewhere = new Map([['other/digits.onnx', await readFile(digits.model)]]);
    const options = [...calibrated, '-o', 'd'];
    const here = await cli(['quantize', digits.model, ...options]);
    const there = await cli(['quantize', 'other/digits.onnx', ...options], elsewhere);
    expect(here.written.get('d')).toBeInstanceOf(Uint8Array);
    expect(here.written.get('d')).toEqual(there.written.get('d'));
  });
});

describe('run', () => {
  it('prints the largest codes of every row', async () => {
    const { exitCode, stdout, stderr } = await running('--rows', '0:2');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
      "row 0
        logits: int8 1x10, largest [8] 99, [6] 22, [3] 19, [9] 10, [0] 8
      row 1
        logits: int8 1x10, largest [8] 95, [6] 42, [0] 20, [9] 15, [5] 12"
    `);
  });

  it('gives the same bits with reference kernels', async () => {
    const rows = ['--rows', '3:5', '--json'];
    const [fast, reference] = [await running(...rows), await running(...rows, '--kernels', 'reference')];
    expect(fast.stdout).toContain('"values":[');
    expect(reference.stdout).toBe(fast.stdout);
  });

  it.each([{ rows: [] }, { rows: ['--rows', '3'] }])(
    'prints the same from several threads, $rows',
    async ({ rows }) => {
      const [one, two] = [
        await running(...rows, '--json', '--threads', '1'),
        await running(...rows, '--json', '--threads', '2'),
      ];
      expect({ exitCode: two.exitCode, stderr: two.stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(two.stdout).toBe(one.stdout);
    },
  );

  it('says how much memory the process has needed', async () => {
    const { memory } = JSON.parse((await running('--rows', '0', '--json')).stdout) as { memory: unknown };
    expect(memory).toEqual({ peakResidentBytes: PEAK_RESIDENT_BYTES });
  });

  it.each(['0', '257', '1.5', 'all'])('refuses --threads %s', async (threads) => {
    const { exitCode, stderr } = await running('--threads', threads);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`bitmac: --threads: found '${threads}', expected a whole number from 1 to 256`);
  });

  it('writes a row of codes for every row of data, the ones it prints', async () => {
    const { stdout, stderr, written } = await running('--rows', '10:40:10', '--json', '-o', 'y.npy');
    const { type, shape, data } = readNpy(written.get('y.npy') as Uint8Array);
    const { rows } = JSON.parse(stdout) as { rows: { row: number; outputs: { values: number[] }[] }[] };
    expect({ type, shape, stderr }).toEqual({ type: 'int8', shape: [3, 10], stderr: '' });
    expect(rows.map(({ row }) => row)).toEqual([10, 20, 30]);
    expect(Array.from(data, Number)).toEqual(rows.flatMap(({ outputs }) => outputs[0]!.values));
  });

  it('divides the data as the model remembers, unless told otherwise', async () => {
    const rows = ['--rows', '0', '--json'];
    const remembered = await running(...rows);
    expect((await running(...rows, '--divide', '255')).stdout).toBe(remembered.stdout);
    expect((await running(...rows, '--divide', '1')).stdout).not.toBe(remembered.stdout);
  });
});

describe('evaluate', () => {
  it('counts right answers, float beside integer', async () => {
    const options = ['--labels', digits.labels, '--float', digits.model];
    const { exitCode, stdout } = await evaluating('d.safetensors', ...options);
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "d.safetensors: 40 rows

      right answers         float       integer           change
      ----------------------------------------------------------
      first           95.00% (38)   95.00% (38)  0.00 points (0)
      among five     100.00% (40)  100.00% (40)  0.00 points (0)

      same first answer       100.00% (40)
      mean absolute error     0.1071 (integer outputs as reals)
      largest absolute error  1.44"
    `);
  });

  it('quantizes a float model first, to the same answers', async () => {
    const labels = ['--labels', digits.labels, '--json'];
    const calibration = ['--calibration', digits.calibration, '--calibration-rows', '0:20'];
    const direct = await evaluating(digits.model, ...labels, ...calibration, '--divide', '255');
    const chained = await evaluating('d.safetensors', ...labels, '--float', digits.model);
    expect(JSON.parse(direct.stdout)).toEqual({ ...JSON.parse(chained.stdout), model: digits.model });
  });

  it('needs labels or a float model to hold the answers of an integer model against', async () => {
    const { exitCode, stdout, stderr } = await evaluating('d.safetensors');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('found an integer model and neither --labels nor --float');
  });

  it('compares with the float model where there are no labels', async () => {
    const { exitCode, stdout } = await evaluating('d.safetensors', '--float', digits.model, '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 40, float: null, integer: null, sameTop1: 40 });
  });

  it('prints one CSV record, with the counts of the JSON', async () => {
    const options = ['--labels', digits.labels, '--float', digits.model];
    const csv = await evaluating('d.safetensors', ...options, '--csv');
    const json = JSON.parse((await evaluating('d.safetensors', ...options, '--json')).stdout);
    const [header, record, ...others] = csv.stdout.split('\n').map((line) => line.split(','));
    expect(others).toEqual([]);
    const field = (name: string): string => record![header!.indexOf(name)]!;
    expect(Number(field('integerTop1Correct'))).toBe(json.integer.top1Correct);
    expect(Number(field('maxAbsoluteError'))).toBe(json.maxAbsoluteError);
  });

  it.each([
    { type: 'int64', of: (labels: number[]) => BigInt64Array.from(labels, BigInt) },
    { type: 'float32', of: (labels: number[]) => Float32Array.from(labels) },
    { type: 'uint16', of: (labels: number[]) => Uint16Array.from(labels) },
  ] as const)('takes labels of type $type, and an offset', async ({ type, of }) => {
    const [archive, member] = digits.labels.split('#') as [string, string];
    const { data } = readArrayFile(await readFile(archive), member);
    const fromOne = Array.from(data as Uint8Array, (label) => label + 1);
    const array = { type, shape: [fromOne.length, 1], data: of(fromOne) } as PlainArray;
    files.set('l.npy', writeNpy(array));
    const shifted = await evaluating('d.safetensors', '--labels', 'l.npy', '--label-offset', '-1');
    expect(shifted).toEqual(await evaluating('d.safetensors', '--labels', digits.labels));
  });
});
