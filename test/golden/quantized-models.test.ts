import { expect, it } from 'vitest';
import {
  compareWithRecorded,
  compareWithTrace,
  QDQ_MODELS,
  QOPERATOR_MODELS,
  TFLITE_MODELS,
} from '../support/recorded-runs.js';
import { describeShared } from '../support/shared.js';

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
    const { tensors, differingTensors } = compareWithTrace(model);
    expect(tensors).toBeGreaterThan(3);
    expect(differingTensors).toEqual([]);
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
