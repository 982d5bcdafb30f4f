import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { IntegerRunner } from '../../src/engine/run.js';
import { readNpz } from '../../src/formats/npz.js';
import { parseTfliteModel } from '../../src/formats/tflite-reader.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import {
  compareWithRecorded,
  importQuantized,
  QDQ_MODELS,
  QOPERATOR_MODELS,
  rowsOf,
  TFLITE_MODELS,
} from '../support/recorded-runs.js';
import { describeShared, sharedPath } from '../support/shared.js';

/** A few rows of each set; all rows are in `quantized-models.long.test.ts`. */
const ROWS = 4;
/** Segmentation of a picture of 513 x 513: one row takes seconds. */
const LARGE = ['deeplabv3_mnv2_dm05_uint8', 'mobilenet_v2_1.0_224_ptq_int8', 'squeezenet_qop_u8s8_pc'];
const isSmall = ({ name }: { readonly name: string }): boolean => !LARGE.includes(name);

const runs = TFLITE_MODELS.filter(isSmall).flatMap((model) =>
  model.sets.flatMap((set) =>
    Object.keys(set.outputs).map((semantics) => ({ name: model.name, model, set, semantics })),
  ),
);

describeShared('TensorFlow Lite models, on their first rows', () => {
  it.each(runs)('$name under $semantics gives the recorded codes', ({ model, set, semantics }) => {
    const { values, differing } = compareWithRecorded(model, set, semantics, ROWS);
    expect(values).toBeGreaterThan(0);
    expect(differing).toBe(0);
  });

  const traced = TFLITE_MODELS.filter(({ trace }) => trace !== null);
  it.each(traced)('every tensor of $name is the recorded one', (model) => {
    const graph = importQuantized(model, 'tflite-reference');
    const seen = new Map<string, Tensor>();
    const row = rowsOf(model, model.sets[0]!, graph).row(0);
    new IntegerRunner(graph).run([row], (id, value) => seen.set(id, value));
    const { tensors } = parseTfliteModel(readFileSync(sharedPath('models', model.file)!)).subgraphs[0]!;
    const trace = readNpz(readFileSync(sharedPath('models', model.trace!)!));
    const differing = [...trace].filter(([member, recorded]) => {
      const value = seen.get(tensors[Number(member.slice(1))]!.name);
      return (
        value === undefined ||
        value.data.length !== recorded.data.length ||
        !value.data.every((code, i) => code === Number(recorded.data[i]))
      );
    });
    expect(trace.size).toBeGreaterThan(3);
    expect(differing.map(([member]) => member)).toEqual([]);
  });
});

describeShared('ONNX models of codes, on their first rows', () => {
  const onnx = [...QOPERATOR_MODELS, ...QDQ_MODELS].filter(isSmall);
  it.each(onnx)('$name gives ONNX Runtime’s first answers', (model) => {
    const { rows, flips } = compareWithRecorded(model, model.sets[0]!, 'optimized', ROWS);
    expect(rows).toBe(ROWS);
    expect(flips).toBe(0);
  });

  it.each(QOPERATOR_MODELS.filter(isSmall))('$name gives the recorded codes', (model) => {
    const { values, differing } = compareWithRecorded(model, model.sets[0]!, 'as written', ROWS);
    expect(values).toBeGreaterThan(0);
    expect(differing).toBe(0);
  });
});
