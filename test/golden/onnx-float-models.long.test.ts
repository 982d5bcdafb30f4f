import { describe, expect, it } from 'vitest';
import { parseOnnxTensorFile } from '../../src/formats/onnx-reader.js';
import { decodeOnnxTensor } from '../../src/formats/onnx-tensor.js';
import { importOnnx } from '../../src/importers/onnx/import.js';
import { elementCount } from '../../src/tensor/shape.js';
import { compareWithOrt } from '../support/compare-with-ort.js';
import { floatModels, readShared } from '../support/models.js';
import { floatRunner, outsideShapes } from '../support/run-float.js';
import { itShared } from '../support/shared.js';

/** As in the fast test, over all rows. */
const tolerance = 5e-6;

describe.each(floatModels)('$name in float', (model) => {
  for (const rows of model.rows) {
    itShared(`gives ONNX Runtime's outputs on all rows of '${rows.name}'`, () => {
      const { largestDifference, largestOutput, otherAnswers } = compareWithOrt(model, rows, rows.rowCount);
      expect(largestDifference / largestOutput).toBeLessThan(tolerance);
      expect(otherAnswers).toBe(0);
    });
  }
});

describe("networks of ONNX's own tests, weights made by ConstantOfShape", () => {
  // All weights of a layer are equal, so that the answer is the same for every input: the graph's shape is what is tested.
  for (const name of ['squeezenet', 'shufflenet', 'resnet50', 'vgg19']) {
    itShared(`${name} gives the stored output`, () => {
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
  }

  it.todo('inception_v1: LRN is not among the operators');
});
