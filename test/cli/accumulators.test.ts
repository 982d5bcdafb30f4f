import { beforeAll, describe, expect, it } from 'vitest';
import { cli, digits, quantizedDigits } from '../support/cli.js';
import { refusal } from './refusal.js';

let files: Map<string, Uint8Array>;

beforeAll(async () => {
  files = new Map([['d.safetensors', await quantizedDigits()]]);
});

interface Layer {
  readonly name: string;
  readonly bound: number;
  readonly smallest: number;
  readonly largest: number;
  readonly safeBits: number;
  readonly measured: { readonly smallest: number; readonly largest: number; readonly bits: number } | null;
}

const inspecting = (...options: readonly string[]) =>
  cli(['inspect', 'd.safetensors', '--accumulators', ...options], files);

const running = (...options: readonly string[]) =>
  cli(['run', 'd.safetensors', '--input', digits.images, ...options], files);

const evaluating = (...options: readonly string[]) =>
  cli(['evaluate', 'd.safetensors', '--data', digits.images, '--labels', digits.labels, ...options], files);

describe('inspect --accumulators', () => {
  it('prints what every layer may ask of its accumulators', async () => {
    const { exitCode, stdout, stderr } = await inspecting();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
      "d.safetensors: 8 layers with accumulators, all safe in 22 bits

                                                        smallest    largest  safe    worst
       #  node     op               terms      bound         sum        sum  bits  channel
      ------------------------------------------------------------------------------------
       0  Conv_0   conv2d               9    132,528    -121,851    132,012    19        6
       1  Conv_3   depthwiseConv2d      9    138,526    -137,956    113,638    19        0
       2  Conv_6   conv2d              16    211,049    -210,195    150,268    19        7
       4  Conv_10  conv2d             288  1,904,650  -1,897,081  1,403,670    22       25
       5  Conv_13  conv2d             288  1,755,724  -1,748,734  1,479,425    22        9
       7  Conv_17  depthwiseConv2d      9    172,543    -128,612    171,836    19       20
       8  Conv_20  conv2d              32    278,852    -277,742    254,276    20       21
      11  Gemm_25  fullyConnected      64    548,764    -546,619    357,325    21        1"
    `);
  });

  it('prints the same as JSON and as CSV', async () => {
    const { layers, schema } = JSON.parse((await inspecting('--json')).stdout) as {
      readonly schema: string;
      readonly layers: readonly Record<string, string | number | null>[];
    };
    const [header, ...records] = (await inspecting('--csv')).stdout
      .split('\n')
      .map((line) => line.split(','));
    expect(schema).toBe('bitmac-accumulators/1');
    expect(records).toEqual(layers.map((layer) => header!.map((column) => String(layer[column]))));
    expect(records.length).toBeGreaterThan(3);
  });

  it('quantizes a float model first', async () => {
    const calibration = [
      '--calibration',
      digits.calibration,
      '--calibration-rows',
      '0:20',
      '--divide',
      '255',
    ];
    const direct = await cli(['inspect', digits.model, '--accumulators', '--csv', ...calibration]);
    expect(direct.stdout).toBe((await inspecting('--csv')).stdout);
  });

  it('is needed for the options that quantize', async () => {
    expect(await refusal(['inspect', digits.model, '--data-free', '--divide', '255'])).toMatchInlineSnapshot(
      `"bitmac: command line: found --divide, --data-free without --accumulators, expected such options only where a float model is quantized"`,
    );
  });
});

describe('run --accumulators', () => {
  it('reports the partial sums that occurred beside those that are possible', async () => {
    const { exitCode, stdout, stderr } = await running('--rows', '0:2', '--accumulators');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
      "row 0
        logits: int8 1x10, largest [8] 99, [6] 22, [3] 19, [9] 10, [0] 8
      row 1
        logits: int8 1x10, largest [8] 95, [6] 42, [0] 20, [9] 15, [5] 12

      Accumulators

                                    smallest   largest             measured  safe
       #  node     op               measured  measured      bound      bits  bits
      ---------------------------------------------------------------------------
       0  Conv_0   conv2d            -57,629    62,019    132,528        17    19
       1  Conv_3   depthwiseConv2d   -65,566    43,731    138,526        18    19
       2  Conv_6   conv2d            -74,884    49,800    211,049        18    19
       4  Conv_10  conv2d           -413,376   210,403  1,904,650        20    22
       5  Conv_13  conv2d           -395,795   212,401  1,755,724        20    22
       7  Conv_17  depthwiseConv2d   -58,831    82,047    172,543        18    19
       8  Conv_20  conv2d            -56,132    81,313    278,852        18    20
      11  Gemm_25  fullyConnected   -197,717   127,085    548,764        19    21"
    `);
  });

  it('adds to the JSON, and changes no output', async () => {
    const rows = ['--rows', '0:3', '--json'];
    const plain = JSON.parse((await running(...rows)).stdout) as { rows: unknown };
    const { accumulators, ...rest } = JSON.parse((await running(...rows, '--accumulators')).stdout) as {
      rows: unknown;
      accumulators: { readonly layers: readonly Layer[] };
    };
    expect(rest).toEqual(plain);
    const within = ({ measured, smallest, largest, safeBits, bound }: Layer): boolean =>
      measured !== null &&
      measured.smallest >= smallest &&
      measured.largest <= largest &&
      measured.bits <= safeBits &&
      Math.max(-smallest, largest) <= bound;
    expect(accumulators.layers.length).toBeGreaterThan(3);
    expect(accumulators.layers.filter((layer) => !within(layer))).toEqual([]);
  });
});

describe('narrow accumulators', () => {
  it('change outputs, by their policy', async () => {
    const outputs = [
      await running('--rows', '0'),
      await running('--rows', '0', '--accumulator-bits', '13', '--overflow', 'wrap'),
      await running('--rows', '0', '--accumulator-bits', '13', '--overflow', 'saturate'),
    ].map(({ stdout }) => stdout);
    expect(new Set(outputs).size).toBe(3);
  });

  it('change nothing where they are wide enough', async () => {
    const wide = await running('--rows', '0:3', '--accumulator-bits', '32');
    expect(wide).toEqual(await running('--rows', '0:3'));
  });

  it('trap unless told otherwise, naming the place', async () => {
    const args = ['run', 'd.safetensors', '--input', digits.images, '--accumulator-bits', '13'];
    expect(await refusal(args, Object.fromEntries(files))).toMatchInlineSnapshot(
      `"bitmac: node 'Conv_0' (conv2d), output [0, 0, 0, 0], the initial value: found a partial sum of -4463, expected -4096 … 4095, which 13-bit accumulators hold; widen the accumulators (bitmac inspect --accumulators lists the safe width of every layer), or let them wrap or saturate"`,
    );
  });

  it('count what overflowed while they are measured', async () => {
    const narrow = ['--accumulator-bits', '13', '--overflow', 'saturate', '--accumulators'];
    const { stdout } = await running('--rows', '0', ...narrow);
    expect(stdout.slice(stdout.indexOf('Accumulators'))).toMatchInlineSnapshot(`
      "Accumulators of 13 bits, saturate

                                    smallest   largest             measured  safe    over-
       #  node     op               measured  measured      bound      bits  bits    flows
      ------------------------------------------------------------------------------------
       0  Conv_0   conv2d            -46,011    59,952    132,528        17    19   23,205
       1  Conv_3   depthwiseConv2d   -58,014    26,474    138,526        17    19   23,726
       2  Conv_6   conv2d            -74,601    37,256    211,049        18    19   67,209
       4  Conv_10  conv2d           -318,885   177,386  1,904,650        20    22  226,649
       5  Conv_13  conv2d           -344,396    49,898  1,755,724        20    22  239,493
       7  Conv_17  depthwiseConv2d   -50,565    82,047    172,543        18    19    3,984
       8  Conv_20  conv2d            -42,228    57,397    278,852        17    20   19,026
      11  Gemm_25  fullyConnected   -109,084    19,839    548,764        18    21      383"
    `);
  });

  it('are evaluated, and said', async () => {
    const narrow = ['--accumulator-bits', '12', '--overflow', 'wrap', '--rows', '0:4'];
    const { exitCode, stdout } = await evaluating(...narrow);
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "d.safetensors: 4 rows

      right answers  float     integer  change
      ----------------------------------------
      first              –  50.00% (2)       –
      among five         –  75.00% (3)       –

      accumulators  12 bits, wrap: 3,174,586 additions overflowed"
    `);
    const json = JSON.parse((await evaluating(...narrow, '--json')).stdout) as Record<string, unknown>;
    expect(json['accumulators']).toMatchObject({ bits: 12, overflow: 'wrap' });
    const csv = await evaluating(...narrow, '--csv');
    expect(csv.stdout).toMatch(/,accumulatorBits,overflow,overflowCount\n.*,12,wrap,\d+$/);
  });

  it.each([
    {
      why: 'a policy without a width',
      options: ['--overflow', 'wrap'],
      says: '--overflow: found no --accumulator-bits',
    },
    {
      why: 'a width out of range',
      options: ['--accumulator-bits', '7'],
      says: 'a whole number from 8 to 64',
    },
    {
      why: 'a policy that is none',
      options: ['--accumulator-bits', '16', '--overflow', 'clip'],
      says: 'clip',
    },
  ])('are refused with $why', async ({ options, says }) => {
    const args = ['run', 'd.safetensors', '--input', digits.images, ...options];
    expect(await refusal(args, Object.fromEntries(files))).toContain(says);
  });
});
