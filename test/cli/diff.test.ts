import { beforeAll, describe, expect, it } from 'vitest';
import type { PlainArray } from '../../src/formats/elements.js';
import { readNpy, writeNpy } from '../../src/formats/npy.js';
import { writeNpz } from '../../src/formats/npz.js';
import { cli, digits, quantizedDigits } from '../support/cli.js';
import { refusal } from './refusal.js';

const files = new Map<string, Uint8Array>();

beforeAll(async () => {
  const quantizing = ['quantize', digits.model, '--calibration', digits.calibration, '--divide', '255'];
  const doubled = await cli([
    ...quantizing,
    '--calibration-rows',
    '0:20',
    '--requantizer',
    'tflite-double',
    '-o',
    'double.safetensors',
  ]);
  files.set('single.safetensors', await quantizedDigits());
  files.set('double.safetensors', doubled.written.get('double.safetensors') as Uint8Array);
  files.set('outputs.npy', await outputsOf('single.safetensors'));
});

/** The codes of the first output for rows 0 … 9. */
async function outputsOf(model: string): Promise<Uint8Array> {
  const running = ['run', model, '--input', digits.images, '--rows', '0:10', '-o', 'y.npy'];
  return (await cli(running, files)).written.get('y.npy') as Uint8Array;
}

const diffing = (...options: readonly string[]) =>
  cli(['diff', 'single.safetensors', '--input', digits.images, ...options], files);

const parsed = async (...options: readonly string[]) =>
  JSON.parse((await diffing(...options, '--json')).stdout);

const rightAnswers = async (...options: readonly string[]) =>
  (await parsed('--against', 'double.safetensors', '--rows', '0:10', ...options)).top1.right;

const command = (...options: readonly string[]) => [
  'diff',
  'single.safetensors',
  '--input',
  digits.images,
  ...options,
];

const given = () => Object.fromEntries(files);

describe('a model against one with another requantizer', () => {
  it('names the first node that differs, counts what differs and which answers flip', async () => {
    const options = ['--against', 'double.safetensors', '--rows', '0:40', '--labels', digits.labels];
    const { exitCode, stdout, stderr } = await diffing(...options);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(`\n${stdout}`).toMatchInlineSnapshot(`
      "
      single.safetensors against double.safetensors: different in 40 rows

      first difference         node 0 (conv2d) 'Relu_2.output', row 0, position 0,1,0,11: -122 against
                               -121
      values compared          13 tensors a row, of which 12 differ
      compared as              codes
      output 'logits'          90 of 400 elements differ, by at most 1, 0.225 on average
      first answers that flip  0 of 40 rows
      right answers            38 (95.0%) against 38 (95.0%)

      Values that differ

       #  value                         operator         differing  of all  largest      mean
      ---------------------------------------------------------------------------------------
       0  Relu_2.output                 conv2d                  93    0.1%        1  0.000741
       1  Relu_5.output                 depthwiseConv2d        603    0.5%        2   0.00488
       2  Relu_8.output                 conv2d               3,301    1.3%        3    0.0134
       3  MaxPool_9.output              maxPool              1,339    2.1%        2    0.0218
       4  Relu_12.output                conv2d               3,190    5.1%        2    0.0509
       5  BatchNormalization_14.output  conv2d               6,858   10.9%        1     0.109
       6  Relu_16.output                add                  4,526    7.2%        3     0.103
       7  Relu_19.output                depthwiseConv2d      1,623    7.9%        5    0.0911
       8  Relu_22.output                conv2d               6,336   15.5%        4     0.164
       9  GlobalAveragePool_23.output   mean                   864   33.8%        3     0.348
      10  Flatten_24.output             reshape                864   33.8%        3     0.348
      11  logits                        fullyConnected          90   22.5%        1     0.225"
    `);
  });

  it('prints the same as JSON and CSV', async () => {
    const options = ['--against', 'double.safetensors', '--rows', '0:2'];
    const { nodes, unmatched, ...rest } = await parsed(...options);
    expect(unmatched).toEqual({ first: [], second: [] });
    expect(nodes).toHaveLength(13);
    expect(rest.firstDifferent).toEqual(nodes.find(({ differing }: { differing: number }) => differing > 0));
    expect(rest).toMatchInlineSnapshot(`
      {
        "against": "double.safetensors",
        "againstSemantics": null,
        "equal": false,
        "firstDifferent": {
          "compared": "codes",
          "differing": 10,
          "elements": 6272,
          "firstElement": {
            "first": -122,
            "position": [
              0,
              1,
              0,
              11,
            ],
            "row": 0,
            "second": -121,
          },
          "index": 0,
          "largest": 1,
          "largestSteps": null,
          "mean": 0.0015943877551020409,
          "node": "Conv_0",
          "operator": "conv2d",
          "sqnrDecibels": null,
          "value": "Relu_2.output",
        },
        "model": "single.safetensors",
        "outputs": [
          {
            "compared": "codes",
            "differing": 2,
            "elements": 20,
            "firstElement": {
              "first": -11,
              "position": [
                0,
                2,
              ],
              "row": 0,
              "second": -12,
            },
            "largest": 1,
            "largestSteps": null,
            "mean": 0.1,
            "other": "logits",
            "output": "logits",
            "sqnrDecibels": null,
          },
        ],
        "rows": 2,
        "schema": "bitmac-diff/1",
        "semantics": null,
        "top1": {
          "firstFlip": null,
          "flips": 0,
          "right": null,
        },
      }
    `);
    const csv = await diffing(...options, '--csv');
    expect(csv.exitCode).toBe(1);
    const [, ...records] = csv.stdout.split('\n').map((line) => line.split(','));
    expect(records.slice(0, 13).map((record) => Number(record[6]))).toEqual(
      nodes.map(({ differing }: { differing: number }) => differing),
    );
  });

  it('shifts labels by an offset', async () => {
    const known = await rightAnswers('--labels', digits.labels);
    expect(known.first).toBeGreaterThan(5);
    expect((await rightAnswers('--labels', digits.labels, '--label-offset', '10')).first).toBe(0);
  });
});

describe('a model against itself', () => {
  it('is equal, and the exit code says so', async () => {
    const { exitCode, stdout } = await diffing('--against', 'single.safetensors', '--rows', '0:3');
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "single.safetensors against single.safetensors: equal in 3 rows

      values compared          13 tensors a row, of which 0 differ
      compared as              codes
      output 'logits'          equal in 30 elements
      first answers that flip  0 of 3 rows"
    `);
  });
});

describe('a model against the float model it came from', () => {
  it('measures the noise of every layer, and is not misled by the rounding of the input', async () => {
    const { exitCode, stdout } = await diffing('--against', digits.model, '--rows', '0:10');
    expect(exitCode).toBe(1);
    expect(stdout.replaceAll(digits.model, 'digits.onnx')).toMatchInlineSnapshot(`
      "single.safetensors against digits.onnx: different in 10 rows

      first difference         node 0 (conv2d) 'Relu_2.output', row 0, position 0,0,0,0: 0.4835 against
                               0.4913
      values compared          13 tensors a row, of which 13 differ
      compared as              real numbers
      only there               node 0 (conv2d) 'Conv_0.output', node 1 (batchNormalization)
                               'BatchNormalization_1.output', node 3 (conv2d) 'Conv_3.output', node 4
                               (batchNormalization) 'BatchNormalization_4.output', node 6 (conv2d)
                               'Conv_6.output' and 9 more
      output 'logits'          100 of 100 elements differ, by at most 0.921, 0.0986 on average, SQNR 30.7
                               dB
      first answers that flip  0 of 10 rows

      Values that differ

                                                                                           largest,  SQNR,
       #  value                     operator         differing  of all  largest     mean      steps     dB
      ----------------------------------------------------------------------------------------------------
       –  image                     input                  822   10.5%  5.96e-8  1.99e-9  0.0000152    147
       0  Relu_2.output             conv2d              20,721   66.1%   0.5086  0.00496       16.8   38.8
       1  Relu_5.output             depthwiseConv2d     17,578   56.1%   0.9252  0.00727       32.9   34.6
       2  Relu_8.output             conv2d              29,144   46.5%    1.442  0.00603       74.6   29.7
       3  MaxPool_9.output          maxPool             11,171   71.2%    1.442  0.00967       74.6   29.8
       4  Relu_12.output            conv2d               6,522   41.6%    1.187  0.00631       74.3   28.4
       5  BatchNorm…tion_14.output  conv2d              15,680  100.0%    2.528   0.0280       53.4   28.2
       6  Relu_16.output            add                  9,568   61.0%   0.7177   0.0183       22.3   30.6
       7  Relu_19.output            depthwiseConv2d      2,240   43.8%   0.3076  0.00997       11.7   30.4
       8  Relu_22.output            conv2d               4,852   47.4%   0.4416   0.0198       11.1   29.9
       9  GlobalAve…Pool_23.output  mean                   620   96.9%  0.09063   0.0112       8.62   34.0
      10  Flatten_24.output         reshape                620   96.9%  0.09063   0.0112       8.62   34.0
      11  logits                    fullyConnected         100  100.0%    0.921   0.0986       9.31   30.7"
    `);
  });

  it('agrees with evaluate about answers and outputs', async () => {
    const rows = ['--rows', '0:40', '--labels', digits.labels];
    const diff = await parsed('--against', digits.model, ...rows);
    const evaluating = ['evaluate', 'single.safetensors', '--data', digits.images, '--float', digits.model];
    const evaluation = JSON.parse((await cli([...evaluating, ...rows, '--json'], files)).stdout);
    expect(diff.top1.flips).toBe(40 - evaluation.sameTop1);
    expect(diff.top1.right).toEqual({
      first: evaluation.integer.top1Correct,
      second: evaluation.float.top1Correct,
    });
    expect(diff.outputs[0].largest).toBe(evaluation.maxAbsoluteError);
    expect(diff.outputs[0].mean).toBeCloseTo(evaluation.meanAbsoluteError, 9);
  });
});

describe('a model against what it answered before', () => {
  it('compares the rows that were recorded', async () => {
    const { exitCode, stdout } = await diffing('--against', 'outputs.npy');
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "single.safetensors against outputs.npy: equal in 10 rows

      values compared          none: only outputs were recorded
      compared as              codes
      output 'logits'          equal in 100 elements
      first answers that flip  0 of 10 rows"
    `);
  });

  it('takes the name of an output, a member of an archive, and row numbers of the data', async () => {
    files.set('o.npz', writeNpz(new Map([['y', readNpy(files.get('outputs.npy')!)]])));
    for (const against of ['logits=outputs.npy', 'o.npz#y', 'logits=o.npz#y']) {
      expect(await parsed('--against', against, '--rows', '2:8:2')).toMatchObject({ rows: 3, equal: true });
    }
  });

  it('finds the one code that was changed', async () => {
    const { shape, data, type } = readNpy(files.get('outputs.npy')!);
    const changed = Int8Array.from(data as Int8Array);
    changed[47]! -= 3;
    files.set('changed.npy', writeNpy({ type, shape, data: changed } as PlainArray));
    const { outputs } = await parsed('--against', 'changed.npy');
    const before = Number(data[47]!);
    expect(outputs).toMatchObject([
      {
        differing: 1,
        largest: 3,
        firstElement: { row: 4, position: [0, 7], first: before, second: before - 3 },
      },
    ]);
  });

  it('compares real numbers as their nearest codes', async () => {
    const running = [
      'run',
      'single.safetensors',
      '--input',
      digits.images,
      '--rows',
      '0:10',
      '--real',
      '-o',
      'r',
    ];
    files.set('reals.npy', (await cli(running, files)).written.get('r') as Uint8Array);
    const result = await parsed('--against', 'reals.npy');
    expect(result).toMatchObject({ rows: 10, equal: true, outputs: [{ compared: 'quantized' }] });
  });

  it('compares values by name where a trace was recorded', async () => {
    const zeros: PlainArray = { type: 'int8', shape: [2, 64], data: new Int8Array(128) };
    files.set('trace.npz', writeNpz(new Map([['Flatten_24.output', zeros]])));
    const { rows, firstDifferent, outputs, top1, unmatched } = await parsed('--against', 'trace.npz');
    expect({ rows, outputs, top1 }).toEqual({ rows: 2, outputs: [], top1: null });
    expect(firstDifferent).toMatchObject({ value: 'Flatten_24.output', operator: 'reshape', elements: 128 });
    expect(unmatched.first).toHaveLength(12);
  });
});

describe('diff refuses', () => {
  it.each([
    {
      why: 'a misspelled name of semantics',
      options: ['--against', 'tflite-xnpack'],
      says: "--against: found 'tflite-xnpack', no semantics and no file, expected tflite-reference, tflite-xnnpack, tflite-micro, onnxruntime, a requantizer of 'bitmac rounding', a model or recorded outputs; did you mean 'tflite-xnnpack'?",
    },
    {
      why: 'semantics for a graph whose arithmetic is settled',
      options: ['--against', 'tflite-xnnpack'],
      says: '--against: found tflite-xnnpack, and a model that does not leave its arithmetic open, expected such a choice for quantized TFLite and ONNX models only; single.safetensors can be compared with another file',
    },
    {
      why: 'a file that is not there',
      options: ['--against', 'missing.npy'],
      says: 'missing.npy: found no such file or folder, expected a file that can be read; check the path',
    },
    {
      why: 'rows of another shape',
      options: ['--against', digits.labels],
      says: "output 'logits': found an array of 1000, expected rows of 1x10",
    },
    {
      why: 'more files than outputs',
      options: ['--against', 'outputs.npy', 'outputs.npy'],
      says: '--against: found more than 1 files, expected one for each output: logits',
    },
    {
      why: 'an archive of strangers',
      options: ['--against', digits.images.split('#')[0]!],
      says: 'npz archive: found members calibration_images, test_images, test_labels, expected names of values of the model, or tN for tensor N of a TFLite file; outputs: name one array, file.npz#array',
    },
    {
      why: 'rows beyond those recorded',
      options: ['--against', 'outputs.npy', '--rows', '5:12'],
      says: "--rows: found '5:12', expected rows within 0:10, those recorded in outputs.npy",
    },
    {
      why: 'labels of other data',
      options: ['--against', 'outputs.npy', '--labels', 'outputs.npy'],
      says: 'outputs.npy: found labels of shape 10x10, expected one class number per row',
    },
    {
      why: 'nothing to compare with',
      options: [],
      says: "command line: found no --against; see 'bitmac diff --help'",
    },
  ])('$why', async ({ options, says }) => {
    expect(await refusal(command(...options), given())).toContain(says);
  });

  it('data with fewer rows than were recorded', async () => {
    const one: PlainArray = { type: 'uint8', shape: [1, 28, 28], data: new Uint8Array(784) };
    const args = ['diff', 'single.safetensors', '--input', 'one.npy', '--against', 'outputs.npy'];
    const message = await refusal(args, { ...given(), 'one.npy': writeNpy(one) });
    expect(message).toContain('outputs.npy: found 10 rows, expected at most 1, as many as the data has');
  });

  it('a command line without data', async () => {
    const message = await refusal(['diff', 'single.safetensors', '--against', 'tflite-xnnpack'], given());
    expect(message).toContain("command line: found no --input; see 'bitmac diff --help'");
  });
});
