import { describe, expect, it } from 'vitest';
import { IntegerRunner } from '../../src/engine/run.js';
import { readNpz } from '../../src/formats/npz.js';
import { parseModel } from '../../src/importers/load-model.js';
import type { IntGraph } from '../../src/ir/graph.js';
import { tensorFrom, type Tensor } from '../../src/tensor/tensor.js';
import { cli } from '../support/cli.js';
import { readShared, readSharedArray } from '../support/models.js';
import { describeShared, sharedPath } from '../support/shared.js';

const FOLDER = 'models/mlperf-tiny-resnet8';
const MODEL = `${FOLDER}/resnet8_int8.tflite`;
const IMAGES = 'data/cifar10/lossless_images_u8.npy.gz';
const LABELS = 'data/cifar10/lossless_labels_u8.npy';
const ROW_ELEMENTS = 32 * 32 * 3;

interface Counted {
  readonly value: string;
  readonly elements: number;
  readonly differing: number;
  readonly largest: number;
  readonly mean: number;
}

interface Printed {
  readonly rows: number;
  readonly equal: boolean;
  readonly nodes: readonly Counted[];
  readonly outputs: readonly Counted[];
  readonly firstDifferent: Counted | null;
  readonly top1: {
    readonly flips: number;
    readonly right: { readonly first: number; readonly second: number };
  };
  readonly unmatched: { readonly first: readonly Counted[]; readonly second: readonly Counted[] };
}

async function diff(
  model: string,
  ...options: readonly string[]
): Promise<{ exitCode: number; printed: Printed }> {
  const args = ['diff', sharedPath(model)!, '--input', sharedPath(IMAGES)!, ...options, '--json'];
  const { exitCode, stdout, stderr } = await cli(args);
  expect(stderr).toBe('');
  return { exitCode, printed: JSON.parse(stdout) as Printed };
}

/** Every value of some rows, and the output, by a runner of the test's own. */
function runRows(semantics: string, rows: readonly number[]): ReadonlyMap<string, number[]> {
  const graph = parseModel(readShared(MODEL), { file: MODEL, semantics }) as IntGraph;
  const runner = new IntegerRunner(graph);
  const images = readSharedArray(IMAGES).data as Uint8Array;
  const seen = new Map<string, number[]>();
  const note = (id: string, { data }: Tensor): void => void seen.set(id, [...(seen.get(id) ?? []), ...data]);
  for (const row of rows) {
    const pixels = images.subarray(row * ROW_ELEMENTS, (row + 1) * ROW_ELEMENTS);
    runner.run([tensorFrom('float32', [1, 32, 32, 3], pixels)], note);
  }
  return seen;
}

/** A second count, the plain way. */
function recount(a: readonly number[], b: ArrayLike<number>): Omit<Counted, 'value'> {
  const distances = a.map((code, index) => Math.abs(code - b[index]!));
  return {
    elements: a.length,
    differing: distances.filter((distance) => distance > 0).length,
    largest: distances.reduce((most, distance) => Math.max(most, distance), 0),
    mean: distances.reduce((sum, distance) => sum + distance, 0) / a.length,
  };
}

const largestAt = (codes: readonly number[]): number => codes.indexOf(Math.max(...codes));

describeShared('resnet8 int8', () => {
  it('against its trace: every member is a value of the graph, and the counts are those of a recount', async () => {
    const trace = `${FOLDER}/resnet8_int8.trace_row0_tflite_ref.npz`;
    const { printed, exitCode } = await diff(MODEL, '--against', sharedPath(trace)!);
    const members = [...readNpz(readShared(trace)).values()];
    expect(printed.rows).toBe(1);
    expect(printed.unmatched).toEqual({ first: [], second: [] });
    expect(printed.nodes).toHaveLength(members.length);
    // Members are in the order of the tensors, which in this file is that of execution.
    const own = runRows('tflite-reference', [0]);
    expect(printed.nodes).toMatchObject(
      printed.nodes.map(({ value }, index) => recount(own.get(value)!, members[index]!.data as Int8Array)),
    );
    // Convolutions and additions are exact; they come before the average.
    expect(printed.nodes.slice(0, 13).map(({ differing }) => differing)).toEqual(Array(13).fill(0));
    expect(exitCode).toBe(printed.nodes.some(({ differing }) => differing > 0) ? 1 : 0);
  });

  it('against the arithmetic of XNNPACK: counts of every value are those of a recount', async () => {
    const rows = [0, 3, 6];
    const options = ['--against', 'tflite-xnnpack', '--rows', '0:9:3', '--labels', sharedPath(LABELS)!];
    const { printed, exitCode } = await diff(MODEL, ...options);
    const [ours, theirs] = [runRows('tflite-reference', rows), runRows('tflite-xnnpack', rows)];
    expect(exitCode).toBe(1);
    for (const { value, elements, differing, largest, mean } of printed.nodes) {
      const again = recount(ours.get(value)!, theirs.get(value)!);
      expect({ value, elements, differing, largest }).toEqual({ value, ...again, mean: undefined });
      expect(mean).toBeCloseTo(again.mean, 12);
    }
    expect(printed.nodes).toHaveLength(17);
    expect(printed.firstDifferent?.value).toBe(printed.nodes[1]!.value);
    const labels = readSharedArray(LABELS).data as Uint8Array;
    const answers = [ours, theirs].map((side) => {
      const codes = side.get('Identity_int8')!;
      return rows.map((_, index) => largestAt(codes.slice(10 * index, 10 * index + 10)));
    });
    const right = answers.map((each) => each.filter((answer, i) => answer === labels[rows[i]!]).length);
    expect(printed.top1.right).toEqual({ first: right[0], second: right[1] });
    expect(printed.top1.flips).toBe(answers[0]!.filter((answer, i) => answer !== answers[1]![i]).length);
  });

  it('against recorded outputs: the count is that of a recount, and accuracy that of the recording', async () => {
    const recorded = `${FOLDER}/resnet8_int8.out_tflite_ref.npy`;
    const options = ['--against', sharedPath(recorded)!, '--rows', '0:20', '--labels', sharedPath(LABELS)!];
    const { printed } = await diff(MODEL, ...options);
    const rows = Array.from({ length: 20 }, (_, row) => row);
    const codes = Array.from(readSharedArray(recorded).data as Int8Array).slice(0, 200);
    const own = runRows('tflite-reference', rows).get('Identity_int8')!;
    expect(printed.nodes).toEqual([]);
    expect(printed.outputs).toMatchObject([{ ...recount(own, codes), mean: expect.any(Number) }]);
    const labels = readSharedArray(LABELS).data as Uint8Array;
    const right = rows.filter((row) => largestAt(codes.slice(10 * row, 10 * row + 10)) === labels[row]);
    expect(printed.top1.right.second).toBe(right.length);
  });

  it('against the float model of the same names: noise is measured wherever names agree, and stays 20 dB below the signal', async () => {
    const { printed } = await diff(
      MODEL,
      '--against',
      sharedPath(`${FOLDER}/resnet8_float.tflite`)!,
      '--rows',
      '0:4',
    );
    expect(printed.nodes).toHaveLength(15);
    const decibels = printed.nodes.map((node) => (node as unknown as { sqnrDecibels: number }).sqnrDecibels);
    expect(Math.min(...decibels)).toBeGreaterThan(20);
    expect(printed.unmatched.second.map(({ value }) => value)).toEqual(['input_1', 'Identity']);
    expect(printed.outputs[0]!.largest).toBeLessThan(0.1);
  });
});

describeShared('models in other axes', () => {
  it('are fed the same pixels', async () => {
    const folder = 'models/mlperf-tiny-mobilenetv1-vww';
    const args = [
      'diff',
      sharedPath(`${folder}/mobilenetv1_float.tflite`)!,
      '--json',
      '--rows',
      '0:2',
      '--divide',
      '255',
    ];
    const data = ['--input', sharedPath('data/visual-wake-words/images_rgb_u8.npy.gz')!];
    const { stdout } = await cli([
      ...args,
      ...data,
      '--against',
      sharedPath(`${folder}/mobilenetv1_float.onnx`)!,
    ]);
    const { outputs, top1 } = JSON.parse(stdout) as Printed;
    expect(outputs[0]!.largest).toBeLessThan(1e-5);
    expect(top1.flips).toBe(0);
  });
});

describe('a second count', () => {
  it('counts', () => {
    expect(recount([1, 2, 3, 4], [1, 4, 3, 3])).toEqual({
      elements: 4,
      differing: 2,
      largest: 2,
      mean: 0.75,
    });
  });
});
