import { expect, it } from 'vitest';
import { parseOnnxTensorFile } from '../../src/formats/onnx-reader.js';
import { decodeOnnxTensor } from '../../src/formats/onnx-tensor.js';
import { importOnnx } from '../../src/importers/onnx/import.js';
import { elementCount } from '../../src/tensor/shape.js';
import { compareWithOrt, floatTolerance } from '../support/compare-with-ort.js';
import { readShared, setsOfRows } from '../support/models.js';
import { floatRunner, outsideShapes } from '../support/run-float.js';
import { describeShared } from '../support/shared.js';

describeShared('float models', () => {
  it.each(setsOfRows)(
    "$model.name gives ONNX Runtime's outputs on all of '$rows.name'",
    ({ model, rows }) => {
      const { largestDifference, largestOutput, otherAnswers } = compareWithOrt(model, rows, rows.rowCount);
      expect(largestDifference / largestOutput).toBeLessThan(floatTolerance);
      expect(otherAnswers).toBe(0);
    },
  );
});

/**
 * All weights of a layer are equal, made by ConstantOfShape, so that the answer is the same for every input: it is the
 * structure that is tested. inception_v1 has LRN, which is not among our operators.
 */
describeShared("networks of ONNX's own tests", () => {
  it.each(['squeezenet', 'shufflenet', 'resnet50', 'vgg19'])('%s gives the stored output', (name) => {
    const graph = importOnnx(readShared(`models/onnx-light/light_${name}.onnx`), { file: name });
    const count = elementCount(outsideShapes(graph)[0]!);
    const output = floatRunner(graph)([
      Float32Array.from({ length: count }, (_, index) => index / count),
    ])[0]!;
    const stored = decodeOnnxTensor(
      parseOnnxTensorFile(readShared(`models/onnx-light/light_${name}_output_0.pb`)),
    );
    const expected = stored.data as Float32Array;
    const difference = Math.max(...output.map((value, index) => Math.abs(value - expected[index]!)));
    expect(output).toHaveLength(expected.length);
    expect(difference).toBeLessThan(1e-7);
  });
});
