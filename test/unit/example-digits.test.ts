import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLASS_COUNT, drawDigit, drawDigits, type Digits } from '../../examples/digits/draw.js';
import { BatchNorm } from '../../examples/digits/layers/batch-norm.js';
import { Conv } from '../../examples/digits/layers/conv.js';
import { Dense } from '../../examples/digits/layers/dense.js';
import { DepthwiseConv } from '../../examples/digits/layers/depthwise-conv.js';
import { GlobalAveragePool } from '../../examples/digits/layers/global-average-pool.js';
import { zeroMap } from '../../examples/digits/layers/layer.js';
import { MaxPool } from '../../examples/digits/layers/max-pool.js';
import { Relu } from '../../examples/digits/layers/relu.js';
import { Residual } from '../../examples/digits/layers/residual.js';
import { Sequence } from '../../examples/digits/layers/sequence.js';
import { train } from '../../examples/digits/learn.js';
import { crossEntropy } from '../../examples/digits/loss.js';
import { addProduct, matrix, transposed, type Matrix } from '../../examples/digits/matrix.js';
import type { NetworkLayer } from '../../examples/digits/network.js';
import { CALIBRATION_SET, TEST_SET } from '../../examples/digits/sets.js';
import { Random } from '../../src/core/random.js';
import { decodeOnnxTensor } from '../../src/formats/onnx-tensor.js';
import { readNpz } from '../../src/formats/npz.js';
import { parseOnnxModel } from '../../src/formats/onnx-reader.js';

describe('drawing', () => {
  it('gives the same digits for the same seed, and others for another', () => {
    const digits = drawDigits({ seed: 5, count: 20 });
    expect(drawDigits({ seed: 5, count: 20 })).toEqual(digits);
    expect(drawDigits({ seed: 6, count: 20 }).images).not.toEqual(digits.images);
  });

  it('draws each class equally often', () => {
    const { labels } = drawDigits({ seed: 5, count: 50 });
    const counts = Array.from(
      { length: CLASS_COUNT },
      (_, digit) => labels.filter((l) => l === digit).length,
    );
    expect(counts).toEqual(Array.from(counts, () => 5));
  });

  it.each(Array.from({ length: CLASS_COUNT }, (_, digit) => digit))(
    'never draws a %i twice alike',
    (digit) => {
      const random = new Random(7);
      const drawings = Array.from({ length: 20 }, () => drawDigit(digit, random));
      expect(new Set(drawings.map(String)).size).toBe(drawings.length);
      expect(Math.min(...drawings.map((image) => Math.max(...image)))).toBeGreaterThan(50);
    },
  );
});

describe('training', () => {
  it.each([
    { rows: 4, inner: 3, columns: 8 },
    { rows: 5, inner: 7, columns: 6 },
    { rows: 1, inner: 2, columns: 3 },
  ])(
    'adds the product of $rows x $inner by $inner x $columns, in either storage order',
    ({ rows, inner, columns }) => {
      const expected = filled(rows, columns, (i, j) => {
        let sum = 0;
        for (let k = 0; k < inner; k += 1) sum += left(i, k) * right(k, j);
        return sum;
      });

      const a = filled(rows, inner, left);
      const b = filled(inner, columns, right);
      const plain = filled(rows, columns, () => 0);
      addProduct(plain, a, b);
      expect(plain).toEqual(expected);

      const columnMajorA = transposed(filled(inner, rows, (k, i) => left(i, k)));
      const columnMajorB = transposed(filled(columns, inner, (j, k) => right(k, j)));
      const flipped = filled(rows, columns, () => 0);
      addProduct(flipped, columnMajorA, columnMajorB);
      addProduct(flipped, columnMajorA, columnMajorB);
      expect(flipped.data).toEqual(expected.data.map((sum) => 2 * sum));
    },
  );

  it('backpropagates the slopes that finite differences show, for every parameter of every layer', () => {
    const random = new Random(11);
    const network = tinyNetwork(random);
    const images = zeroMap({ count: 3, height: 9, width: 9, channels: 1 });
    images.data.forEach((_, index) => {
      images.data[index] = random.unit();
    });
    const lossNow = () => crossEntropy(network.forward(images, 'train'), Uint8Array.of(0, 2, 1));
    network.backward(lossNow().gradient);

    const delta = 1e-5;
    const errors = network.parameters.flatMap(({ value, gradient }) =>
      Array.from(value, (original, index) => {
        value[index] = original + delta;
        const above = lossNow().value;
        value[index] = original - delta;
        const below = lossNow().value;
        value[index] = original;
        return Math.abs((above - below) / (2 * delta) - gradient[index]!);
      }),
    );
    const slopes = network.parameters.flatMap(({ gradient }) => Array.from(gradient, Math.abs));
    expect(Math.max(...errors)).toBeLessThan(1e-7);
    expect(slopes.filter((slope) => slope > 1e-4).length).toBeGreaterThan(0.8 * slopes.length);
  });

  it('is repeatable bit for bit, and learns a few digits by heart', () => {
    const digits = repeated(drawDigits({ seed: 5, count: 10 }), 60);
    const losses = (): number[] => {
      const seen: number[] = [];
      const schedule = { batchSize: 10, peakLearningRate: 0.03 };
      train(tinyNetwork(new Random(11), CLASS_COUNT), digits, schedule, (_, loss) => seen.push(loss));
      return seen;
    };
    const first = losses();
    expect(losses()).toEqual(first);
    expect(first.at(-1)).toBeLessThan(0.5 * first[0]!);
  });

  it('infers each image on its own, whatever else is in the batch', () => {
    const random = new Random(11);
    const network = tinyNetwork(random);
    const pair = zeroMap({ count: 2, height: 9, width: 9, channels: 1 });
    pair.data.forEach((_, index) => {
      pair.data[index] = random.unit();
    });
    const single = { ...pair, count: 1, data: pair.data.slice(0, 81) };
    const logits = network.forward(pair, 'infer').data.slice(0, 3);
    expect(network.forward(single, 'infer').data).toEqual(logits);
  });
});

describe('the shipped files', () => {
  it('hold a network from [batch, 1, 28, 28] to 10 logits', () => {
    const { graph, opsetImports } = parseOnnxModel(shipped('digits.onnx'));
    expect(opsetImports).toEqual([{ domain: '', version: 13 }]);
    expect(graph.inputs).toEqual([
      { name: 'image', type: { kind: 'tensor', dataType: 1, dims: ['batch', 1, 28, 28] } },
    ]);
    expect(graph.outputs).toEqual([
      { name: 'logits', type: { kind: 'tensor', dataType: 1, dims: ['batch', 10] } },
    ]);
    expect([...new Set(graph.nodes.map(({ opType }) => opType))].sort()).toEqual([
      'Add',
      'BatchNormalization',
      'Conv',
      'Flatten',
      'Gemm',
      'GlobalAveragePool',
      'MaxPool',
      'Relu',
    ]);
  });

  it('name every value once, and read only what is defined before', () => {
    const { graph } = parseOnnxModel(shipped('digits.onnx'));
    const defined = new Set([...graph.inputs, ...graph.initializers].map(({ name }) => name));
    for (const node of graph.nodes) {
      expect(node.inputs.filter((name) => !defined.has(name))).toEqual([]);
      expect(node.outputs.filter((name) => defined.has(name))).toEqual([]);
      node.outputs.forEach((name) => defined.add(name));
    }
    expect(defined.has('logits')).toBe(true);
  });

  it('hold 20 to 60 thousand finite weights', () => {
    const { graph } = parseOnnxModel(shipped('digits.onnx'));
    const weights = graph.initializers.flatMap((tensor) => Array.from(decodeOnnxTensor(tensor).data, Number));
    expect(weights.every(Number.isFinite)).toBe(true);
    expect(weights.length).toBeGreaterThan(20_000);
    expect(weights.length).toBeLessThan(60_000);
  });

  it('hold the digits that the generator draws', () => {
    const arrays = readNpz(shipped('digits.npz'));
    expect(Array.from(arrays, ([name, { type, shape }]) => [name, type, shape])).toEqual([
      ['calibration_images', 'uint8', [200, 1, 28, 28]],
      ['test_images', 'uint8', [1000, 1, 28, 28]],
      ['test_labels', 'uint8', [1000]],
    ]);
    const test = drawDigits(TEST_SET);
    expect(arrays.get('test_labels')!.data).toEqual(test.labels);
    expect(farthest(arrays.get('test_images')!.data, test.images)).toBeLessThanOrEqual(1);
    const calibration = drawDigits(CALIBRATION_SET);
    expect(farthest(arrays.get('calibration_images')!.data, calibration.images)).toBeLessThanOrEqual(1);
  });

  it('take at most 700 KB', () => {
    expect(shipped('digits.onnx').length + shipped('digits.npz').length).toBeLessThanOrEqual(700_000);
  });
});

/** One of every layer, for images of at least 9x9 pixels. */
function tinyNetwork(random: Random, classCount = 3): Sequence<NetworkLayer> {
  return new Sequence<NetworkLayer>([
    new Conv({ kernel: 3, stride: 1, inputChannels: 1, outputChannels: 3 }, random),
    new BatchNorm(3),
    new Relu(),
    new MaxPool(),
    new Residual(
      new Sequence<NetworkLayer>([
        new Conv({ kernel: 3, stride: 1, inputChannels: 3, outputChannels: 3 }, random),
        new BatchNorm(3),
      ]),
    ),
    new Relu(),
    new DepthwiseConv({ kernel: 3, stride: 2, channels: 3 }, random),
    new BatchNorm(3),
    new Relu(),
    new Conv({ kernel: 1, stride: 1, inputChannels: 3, outputChannels: 5 }, random),
    new Relu(),
    new GlobalAveragePool(),
    new Dense({ inputs: 5, outputs: classCount }, random),
  ]);
}

function repeated({ images, labels }: Digits, times: number): Digits {
  const copies = Array.from({ length: times });
  return {
    images: Uint8Array.from(copies.flatMap(() => Array.from(images))),
    labels: Uint8Array.from(copies.flatMap(() => Array.from(labels))),
  };
}

/**
 * The largest difference between two images. Drawing goes through `Math.cos` and `Math.log`, whose last bit may
 * differ between versions of Node.js, and with it a pixel on the edge between two grey levels.
 */
function farthest(a: ArrayLike<number | bigint>, b: Uint8Array): number {
  return b.reduce((largest, pixel, index) => Math.max(largest, Math.abs(Number(a[index]) - pixel)), 0);
}

function shipped(name: string): Uint8Array {
  return readFileSync(new URL(`../../examples/digits/${name}`, import.meta.url));
}

/** The row-major matrix of `at(row, column)`. */
function filled(rows: number, columns: number, at: (row: number, column: number) => number): Matrix {
  const element = (_: unknown, i: number): number => at(Math.floor(i / columns), i % columns);
  return matrix(Float64Array.from({ length: rows * columns }, element), rows, columns);
}

function left(i: number, k: number): number {
  return 3 * i - k + 1;
}

function right(k: number, j: number): number {
  return k * j - 2;
}
