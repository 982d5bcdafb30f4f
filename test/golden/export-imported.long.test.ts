import { expect, it } from 'vitest';
import { exportFigures, importedCase } from '../support/export-golden.js';
import { describeShared } from '../support/shared.js';

describeShared('an imported TFLite model, exported, in ONNX Runtime', () => {
  it.each([
    { name: 'dscnn_int8', rows: 250 },
    { name: 'mobilenetv1_int8', rows: 240 },
    { name: 'person_detect', rows: 240 },
    { name: 'mobilenet_v1_0.25_128_uint8', rows: 64 },
  ])('$name gives the very codes where every operator is fused', async ({ name, rows }) => {
    const figures = await exportFigures(importedCase(name, 'onnxruntime', rows), 'all');
    expect(figures).toMatchObject({ rows, differing: 0, largest: 0, flips: 0 });
  });

  it.each([
    { name: 'resnet8_int8', rows: 250, share: 0.01 },
    { name: 'mobilenet_v2_1.0_224_ptq_int8', rows: 8, share: 0.01 },
    { name: 'deeplabv3_mnv2_dm05_uint8', rows: 1, share: 0.001 },
  ])('$name nearly does where some stay in float32', async ({ name, rows, share }) => {
    const { differing, values, flips } = await exportFigures(importedCase(name, 'onnxruntime', rows), 'all');
    expect(differing / values).toBeLessThanOrEqual(share);
    expect(flips ?? 0).toBe(0);
  });
});
