import { importFloatModel, modelRows, readSharedArray, type FloatModel, type ModelRows } from './models.js';
import { floatRunner } from './run-float.js';

/**
 * Largest difference allowed, as a part of the largest output: float32 sums in another order. 24 bits are 6e-8, and every
 * layer adds to it.
 */
export const floatTolerance = 3e-6;

/** How far a model's outputs are from the recorded ones. */
export interface Comparison {
  readonly largestDifference: number;
  /** Of any recorded output; differences of float32 sums grow with the values. */
  readonly largestOutput: number;
  /** Rows whose largest output is at another place. */
  readonly otherAnswers: number;
}

/** Runs the first `rowCount` rows of a set in float and compares them with what ONNX Runtime gave. */
export function compareWithOrt(model: FloatModel, rows: ModelRows, rowCount: number): Comparison {
  const graph = importFloatModel(model);
  const run = floatRunner(graph);
  const reader = modelRows(model, rows, graph);
  const recorded = readSharedArray(rows.recorded).data as Float32Array;
  const perRow = recorded.length / rows.rowCount;
  const comparison = { largestDifference: 0, largestOutput: 0, otherAnswers: 0 };
  for (let row = 0; row < rowCount; row += 1) {
    const got = run([reader.row(row).data])[0]!;
    const expected = recorded.subarray(row * perRow, (row + 1) * perRow);
    for (let index = 0; index < perRow; index += 1) {
      const difference = Math.abs(got[index]! - expected[index]!);
      comparison.largestDifference = Math.max(comparison.largestDifference, difference);
      comparison.largestOutput = Math.max(comparison.largestOutput, Math.abs(expected[index]!));
    }
    if (indexOfLargest(got) !== indexOfLargest(expected)) comparison.otherAnswers += 1;
  }
  return comparison;
}

function indexOfLargest(values: Float32Array): number {
  return values.reduce((best, value, index) => (value > values[best]! ? index : best), 0);
}
