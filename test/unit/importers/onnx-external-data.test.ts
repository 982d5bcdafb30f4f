import { describe, expect, it } from 'vitest';
import { encodeElements } from '../../../src/formats/elements.js';
import { onnxDataType, type OnnxEntry } from '../../../src/formats/onnx.js';
import { writeOnnxModel } from '../../../src/formats/onnx-writer.js';
import { importOnnx } from '../../../src/importers/onnx/import.js';
import { messageOf, onnxModel, onnxNode } from '../../support/onnx-model.js';

/** A sum with two numbers that another file holds. */
function modelWith(entries: Readonly<Record<string, string>>): Uint8Array {
  const model = onnxModel({
    inputs: { x: [2] },
    nodes: [onnxNode('Add', ['x', 'w'], ['y'], {}, 'plus')],
    outputs: ['y'],
  });
  const values: OnnxEntry[] = Object.entries(entries).map(([key, value]) => ({ key, value }));
  const weights = {
    name: 'w',
    dims: [2],
    dataType: onnxDataType('float32'),
    data: { field: 'external_data', values } as const,
  };
  return writeOnnxModel({ ...model, graph: { ...model.graph, initializers: [weights] } });
}

const file = encodeElements(Float32Array.of(9, 1, 2), 'float32');
const importing = (entries: Readonly<Record<string, string>>) =>
  importOnnx(modelWith(entries), { file: 'a.onnx', readExternal: () => file });

describe('external data', () => {
  it('is read from its place in the file', () => {
    const graph = importing({ location: 'weights/a.bin', offset: '4', length: '8' });
    expect(Array.from(graph.constants.get('w')!.data)).toEqual([1, 2]);
  });

  it('reaches to the end of the file where no length is given', () => {
    const graph = importing({ location: 'a.bin', offset: '4' });
    expect(Array.from(graph.constants.get('w')!.data)).toEqual([1, 2]);
  });

  it.each([
    '../a.bin',
    'weights/../../a.bin',
    '/etc/passwd',
    'C:\\a.bin',
    '..\\a.bin',
    '',
    'weights/',
    'a\0b',
  ])("is refused at '%s'", (location) => {
    expect(messageOf(() => importing({ location }))).toBe(
      `a.onnx: tensor 'w': found external data at '${location.replace('\0', '\\u{0}')}', expected a relative path inside the model's folder`,
    );
  });

  it('is refused where the file is too short', () => {
    expect(messageOf(() => importing({ location: 'a.bin', offset: '8', length: '8' }))).toBe(
      "a.onnx: tensor 'w': found external data up to byte 16 of 'a.bin', expected at most its 12 bytes; the file looks truncated: fetch or export it again",
    );
  });

  it('is refused with an offset that is no count', () => {
    expect(messageOf(() => importing({ location: 'a.bin', offset: '-4' }))).toBe(
      "a.onnx: tensor 'w': found external data with offset '-4', expected a count of bytes",
    );
  });

  it('is refused where nobody reads other files', () => {
    const bytes = modelWith({ location: 'a.bin' });
    expect(messageOf(() => importOnnx(bytes, { file: 'a.onnx' }))).toContain(
      "tensor 'w': found elements in another file ('a.bin')",
    );
  });
});
