import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors.js';
import { countOf, type PlainArray } from '../../../src/formats/elements.js';
import { readNpy } from '../../../src/formats/npy.js';
import { readNpz } from '../../../src/formats/npz.js';
import { parseOnnxModel, parseOnnxTensorFile } from '../../../src/formats/onnx-reader.js';
import { decodeOnnxTensor } from '../../../src/formats/onnx-tensor.js';
import { writeOnnxModel } from '../../../src/formats/onnx-writer.js';
import type { OnnxTensor } from '../../../src/formats/onnx.js';
import { describeShared, sharedFiles, sharedName } from '../../support/shared.js';

/** The files that do not pass, each with the reason why. */
function misses(paths: readonly string[], check: (bytes: Uint8Array) => boolean): string[] {
  expect(paths.length).toBeGreaterThan(0);
  return paths.flatMap((path) => {
    try {
      return check(readFileSync(path)) ? [] : [sharedName(path)];
    } catch (error) {
      if (error instanceof UserError) return [`${sharedName(path)}: ${error.message}`];
      throw error;
    }
  });
}

function isFilled({ shape, data }: PlainArray): boolean {
  return data.length > 0 && data.length === countOf(shape);
}

function decodes(tensor: OnnxTensor): boolean {
  return decodeOnnxTensor(tensor).data.length === countOf(tensor.dims);
}

function isUsableModel(bytes: Uint8Array): boolean {
  const { graph, opsetImports } = parseOnnxModel(bytes);
  const lists = [graph.nodes, graph.outputs, opsetImports];
  return lists.every((list) => list.length > 0) && graph.initializers.every(decodes);
}

function survivesWriting(bytes: Uint8Array): boolean {
  const model = parseOnnxModel(bytes);
  return isDeepStrictEqual(parseOnnxModel(writeOnnxModel(model)), model);
}

function isUsableArchive(bytes: Uint8Array): boolean {
  const arrays = [...readNpz(bytes).values()];
  return arrays.length > 0 && arrays.every(isFilled);
}

describeShared('files that others wrote', () => {
  it('every ONNX model has nodes, outputs, an opset, and weights that decode', () => {
    expect(misses(sharedFiles('.onnx', 'models'), isUsableModel)).toEqual([]);
  });

  it('every ONNX model reads back the same after we wrote it', () => {
    expect(misses(sharedFiles('.onnx', 'models'), survivesWriting)).toEqual([]);
  });

  it('every ONNX tensor file decodes', () => {
    expect(misses(sharedFiles('.pb', 'models'), (bytes) => decodes(parseOnnxTensorFile(bytes)))).toEqual([]);
  });

  it('every NumPy array has as many elements as its shape says', () => {
    const paths = [...sharedFiles('.npy'), ...sharedFiles('.npy.gz')];
    expect(misses(paths, (bytes) => isFilled(readNpy(bytes)))).toEqual([]);
  });

  it('every NumPy archive has arrays', () => {
    expect(misses(sharedFiles('.npz'), isUsableArchive)).toEqual([]);
  });
});
