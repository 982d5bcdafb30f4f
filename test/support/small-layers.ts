import type { LayerKind } from '../oracle/quantized-layers.js';

/** Layers of two output channels, with what their sums of products are by their sentences. */

/** Codes that vary. */
export const varied = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) => ((((i + 1) * (seed * 2 + 37)) % 251) % 200) - 100);

/** A sum of products of the output, and which channel it belongs to. */
export interface Sum {
  readonly acc: number;
  readonly channel: number;
}

/** A layer of two output channels with its sums in the order of the file's output. */
export interface Layer {
  readonly name: string;
  readonly op: string;
  readonly kind: LayerKind;
  readonly x: readonly number[];
  readonly weight: readonly number[];
  /** The axis of the weights that is the output channel. */
  readonly axis: number;
  readonly attributes: Readonly<Record<string, bigint | readonly bigint[]>>;
  readonly takesBias: boolean;
  readonly sums: (x: readonly number[], w: readonly number[]) => readonly Sum[];
}

export const range = (count: number): number[] => [...Array(count).keys()];
export const dot = (terms: readonly (readonly [number, number])[]): number =>
  terms.reduce((sum, [a, b]) => sum + a * b, 0);

const conv: Layer = {
  name: 'Conv',
  op: 'Conv',
  kind: 'convolution',
  x: [1, 1, 3, 3],
  weight: [2, 1, 2, 2],
  axis: 0,
  attributes: {},
  takesBias: true,
  sums: (x, w) =>
    range(8).map((i) => {
      const [channel, row, column] = [Math.floor(i / 4), Math.floor(i / 2) % 2, i % 2];
      const at = (tap: number) => x[(row + Math.floor(tap / 2)) * 3 + column + (tap % 2)]!;
      return { channel, acc: dot(range(4).map((tap) => [at(tap), w[channel * 4 + tap]!])) };
    }),
};

const depthwise: Layer = {
  ...conv,
  name: 'Conv of groups',
  x: [1, 2, 2, 2],
  weight: [2, 1, 2, 2],
  attributes: { group: 2n },
  sums: (x, w) =>
    range(2).map((channel) => ({
      channel,
      acc: dot(range(4).map((tap) => [x[channel * 4 + tap]!, w[channel * 4 + tap]!])),
    })),
};

const convTranspose: Layer = {
  ...conv,
  name: 'ConvTranspose',
  op: 'ConvTranspose',
  x: [1, 1, 2, 2],
  weight: [1, 2, 2, 2],
  axis: 1,
  attributes: { strides: [2n, 2n] },
  sums: (x, w) =>
    range(32).map((i) => {
      const [channel, row, column] = [Math.floor(i / 16), Math.floor(i / 4) % 4, i % 4];
      const tap = (row % 2) * 2 + (column % 2);
      const from = Math.floor(row / 2) * 2 + Math.floor(column / 2);
      return { channel, acc: x[from]! * w[channel * 4 + tap]! };
    }),
};

const gemm: Layer = {
  name: 'Gemm',
  op: 'Gemm',
  kind: 'fullyConnected',
  x: [2, 5],
  weight: [2, 5],
  axis: 0,
  attributes: { transB: 1n },
  takesBias: true,
  sums: (x, w) =>
    range(4).map((i) => {
      const [row, channel] = [Math.floor(i / 2), i % 2];
      return { channel, acc: dot(range(5).map((k) => [x[row * 5 + k]!, w[channel * 5 + k]!])) };
    }),
};

const matMul: Layer = {
  ...gemm,
  name: 'MatMul with a constant',
  op: 'MatMul',
  weight: [5, 2],
  axis: 1,
  attributes: {},
  takesBias: false,
  sums: (x, w) =>
    range(4).map((i) => {
      const [row, channel] = [Math.floor(i / 2), i % 2];
      return { channel, acc: dot(range(5).map((k) => [x[row * 5 + k]!, w[k * 2 + channel]!])) };
    }),
};

export const layers: readonly Layer[] = [conv, depthwise, convTranspose, gemm, matMul];
