import { expect, it } from 'vitest';
import { exportFigures, importedCase } from '../support/export-golden.js';
import { describeShared } from '../support/shared.js';

const ROWS = 8;

/** What is to be expected of outputs, in codes and in parts of the values. */
interface Bounds {
  readonly largest: number;
  readonly share: number;
}

const EXACT: Bounds = { largest: 0, share: 0 };

/**
 * With the semantics of ONNX Runtime the graph computes what the runtime's integer operators do, so nothing differs where it fuses
 * every operator; of resnet8 it leaves branches of int8 in float32 (`docs/reference/export.md`, section 4). TensorFlow Lite requantizes
 * in integers, so near-ties differ there, and grow.
 */
const cases: readonly {
  readonly name: string;
  readonly reference: Bounds;
  readonly written: Bounds;
  readonly fused: Bounds;
}[] = [
  {
    name: 'resnet8_int8',
    reference: { largest: 42, share: 0.3 },
    written: { largest: 20, share: 0.1 },
    fused: EXACT,
  },
  { name: 'dscnn_int8', reference: EXACT, written: EXACT, fused: EXACT },
  { name: 'mobilenetv1_int8', reference: { largest: 5, share: 0.5 }, written: EXACT, fused: EXACT },
  { name: 'person_detect', reference: { largest: 4, share: 0.4 }, written: EXACT, fused: EXACT },
  {
    name: 'mobilenet_v1_0.25_128_uint8',
    reference: { largest: 21, share: 0.01 },
    written: { largest: 8, share: 0.01 },
    fused: EXACT,
  },
];

async function expectWithin(
  name: string,
  semantics: string,
  optimization: 'disabled' | 'all',
  { largest, share }: Bounds,
  rows = ROWS,
): Promise<void> {
  const figures = await exportFigures(importedCase(name, semantics, rows), optimization);
  expect(figures.rows).toBe(rows);
  expect(figures.distinct).toBeGreaterThan(1);
  expect(figures.largest).toBeLessThanOrEqual(largest);
  expect(figures.differing / figures.values).toBeLessThanOrEqual(share);
  expect(figures.flips ?? 0).toBeLessThanOrEqual(largest > 10 ? 1 : 0); // softmax of two near-equal scores
}

describeShared('an imported TFLite model, exported, in ONNX Runtime', () => {
  it.each(cases)('$name under the semantics of TensorFlow Lite', async ({ name, reference }) => {
    for (const optimization of ['disabled', 'all'] as const)
      await expect(expectWithin(name, 'tflite-reference', optimization, reference)).resolves.toBe(undefined);
  });

  it.each(cases)('$name under those of ONNX Runtime', async ({ name, written, fused }) => {
    await expect(expectWithin(name, 'onnxruntime', 'disabled', written)).resolves.toBe(undefined);
    await expect(expectWithin(name, 'onnxruntime', 'all', fused)).resolves.toBe(undefined);
  });

  it('deeplabv3, whose outputs are indices', async () => {
    const bounds = { largest: 20, share: 0.02 };
    await expect(
      expectWithin('deeplabv3_mnv2_dm05_uint8', 'tflite-reference', 'all', bounds, 1),
    ).resolves.toBe(undefined);
  });
});
