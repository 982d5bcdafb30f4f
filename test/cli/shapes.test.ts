import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeOnnxTensor } from '../../src/formats/onnx-tensor.js';
import { parseOnnxModel } from '../../src/formats/onnx-reader.js';
import { writeOnnxModel } from '../../src/formats/onnx-writer.js';
import type { OnnxModel, OnnxTensor } from '../../src/formats/onnx.js';
import { cli, digits, repositoryPath } from '../support/cli.js';
import { refusal } from './refusal.js';

const machine = ['--hw', 'systolic-16x16-ws'];
const machines = ['--hw', 'systolic-16x16-ws', 'whitepaper-16x16'];
const TABLES = {
  'conv.csv':
    'Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n' +
    'Conv1, 34, 34, 3, 3, 3, 32, 1,\nDP2, 34, 34, 3, 3, 32, 1, 1,\nFC, 1, 1, 1, 1, 512, 10, 1,\n',
  'gemm.csv': 'Layer,M,N,K,\nqkv,128,48,64,\nqkv,128,48,64,\n',
};
const files = new Map(Object.entries(TABLES));
const NO_VALUES =
  'shapes only: no values, so no outputs and no accuracy, and nothing says whether sums fit the\naccumulators.';

it('simulates a table of convolutions, and says that there are no values', async () => {
  const { exitCode, stdout, stderr, written } = await cli(
    ['simulate', '--shapes', 'conv.csv', ...machine, '--html', 'r.html', '--listing', 'l.txt'],
    files,
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  expect(stdout).toContain(NO_VALUES);
  expect(stdout.slice(stdout.indexOf('\nLayers\n'), stdout.indexOf('\nCycles by name'))).toMatchSnapshot();
  expect(written.get('r.html')).toContain('shapes only: no values');
  expect(written.get('l.txt')).toMatch(/^layer 0 'Conv1' \(conv2d\): /);
});

it('the bundled table of MobileNetV1 has its multiply-accumulates exactly, with a DP row a depthwise layer', async () => {
  const table = repositoryPath('examples/networks/mobilenetv1.csv');
  const { stdout } = await cli(['simulate', '--shapes', table, ...machine, '--json']);
  const { totals, layers } = JSON.parse(stdout) as { totals: { macs: number }; layers: { op: string }[] };
  expect(totals.macs).toBe(568_740_352);
  expect(layers.filter(({ op }) => op === 'depthwiseConv2d')).toHaveLength(13);
});

it('compares tables, and a model beside them', async () => {
  const args = ['compare', digits.model, '--shape-only', '--shapes', 'conv.csv', 'gemm.csv', ...machines];
  const { stdout, stderr } = await cli([...args, '--json'], files);
  expect(stderr).toBe('');
  const { models } = JSON.parse(stdout) as {
    models: { shapesOnly: boolean; layers: { name: string }[]; machines: { totals: { macs: number } }[] }[];
  };
  expect(models.map(({ machines: [first] }) => first!.totals.macs)).toEqual([
    1_097_984,
    32 * 32 * 9 * (3 * 32 + 32) + 5120,
    2 * 128 * 48 * 64,
  ]);
  expect(models.every(({ shapesOnly }) => shapesOnly)).toBe(true);
  expect(models[2]!.layers.map(({ name }) => name)).toEqual(['qkv', 'qkv (line 3)']);
});

/** Everything a simulation of a model says as JSON, but for whether there are values. */
async function figures(model: Uint8Array, ...options: readonly string[]): Promise<object> {
  const { stdout, stderr } = await cli(
    ['simulate', 'm.onnx', ...machine, '--json', ...options],
    new Map([['m.onnx', model]]),
  );
  expect(stderr.replace(/^bitmac: --data-free.*/, '')).toBe('');
  return { ...(JSON.parse(stdout) as object), shapesOnly: null };
}

describe('a float ONNX model for its shapes', () => {
  const bytes = new Uint8Array(readFileSync(digits.model));

  it.each([
    { how: 'with its weights', absent: (model: OnnxModel) => model },
    { how: 'with its weights in a file that is not there', absent: externalWeights },
    { how: 'with its weights as inputs', absent: weightsAsInputs },
    { how: 'with its weights in value_info only', absent: weightsAsValueInfo },
  ])('costs what the calibrated model costs, $how', async ({ absent }) => {
    const model = writeOnnxModel(absent(parseOnnxModel(bytes)));
    expect(await figures(model, '--shape-only')).toEqual(await figures(bytes, '--data-free'));
  });

  it('without weights is refused as before where values are asked for', async () => {
    const model = writeOnnxModel(externalWeights(parseOnnxModel(bytes)));
    expect(await refusal(['simulate', 'm.onnx', '--data-free', ...machine], { 'm.onnx': model })).toMatch(
      /found no such file$/,
    );
  });
});

describe('refused is', () => {
  it.each([
    {
      why: 'neither a model nor a table',
      args: [],
      says: /found no file, expected one before the options, or --shapes/,
    },
    {
      why: 'both',
      args: [digits.model, '--data-free', '--shapes', 'conv.csv'],
      says: /found several networks/,
    },
    { why: 'two tables', args: ['--shapes', 'conv.csv', 'gemm.csv'], says: /found several networks/ },
    {
      why: 'data for a table',
      args: ['--shapes', 'conv.csv', '--input', 'x.npy'],
      says: /^bitmac: --input: found a network of which only the shapes are known, expected a model with values/,
    },
    {
      why: 'calibration of a table',
      args: ['--shapes', 'conv.csv', '--data-free', '--weight-bits', '4'],
      says: /^bitmac: --data-free, --weight-bits: found a table of shapes/,
    },
    {
      why: '--shape-only without a model',
      args: ['--shapes', 'conv.csv', '--shape-only'],
      says: /--shape-only: found no model/,
    },
    {
      why: 'both ways to do without data',
      args: [digits.model, '--shape-only', '--data-free'],
      says: /--data-free: found --shape-only/,
    },
    {
      why: 'a layer whose program no memory holds',
      args: ['--shapes', 'huge.csv'],
      says: /layer 'huge' \(matMul\): found a program of at least [\d,]+ instructions, expected at most 1,048,576;/,
    },
    {
      why: 'a damaged table',
      args: ['--shapes', 'bad.csv'],
      says: /^bitmac: bad.csv: line 2, column 3 \(N\): found 'x', expected a whole number/,
    },
  ])('$why', async ({ args, says }) => {
    const huge = 'Layer,M,N,K,\nhuge,16384,16384,16384,\n';
    const bad = { ...TABLES, 'huge.csv': huge, 'bad.csv': 'Layer,M,N,K,\na,1,x,2,\n' };
    expect(await refusal(['simulate', ...args, ...machine], bad)).toMatch(says);
  });
});

/** Real weights of a model without its shape constants. */
const isWeight = ({ dataType }: OnnxTensor) => dataType === 1;

function externalWeights(model: OnnxModel): OnnxModel {
  const values = [{ key: 'location', value: 'gone.bin' }];
  const initializers = model.graph.initializers.map((tensor): OnnxTensor => {
    return isWeight(tensor) ? { ...tensor, data: { field: 'external_data', values } } : tensor;
  });
  return { ...model, graph: { ...model.graph, initializers } };
}

function weightsAsInputs(model: OnnxModel): OnnxModel {
  const { graph } = model;
  return { ...model, graph: { ...graph, ...kept(graph), inputs: [...graph.inputs, ...declared(graph)] } };
}

function weightsAsValueInfo(model: OnnxModel): OnnxModel {
  return { ...model, graph: { ...model.graph, ...kept(model.graph), valueInfos: declared(model.graph) } };
}

function kept({ initializers }: OnnxModel['graph']) {
  return { initializers: initializers.filter((tensor) => !isWeight(tensor)) };
}

function declared({ initializers }: OnnxModel['graph']): OnnxModel['graph']['inputs'] {
  return initializers.filter(isWeight).map((tensor) => {
    const { name, dataType } = tensor;
    return { name, type: { kind: 'tensor', dataType, dims: decodeOnnxTensor(tensor).shape } };
  });
}
