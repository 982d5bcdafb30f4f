import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeElements } from '../../../src/formats/elements.js';
import { onnxDataType, type OnnxEntry } from '../../../src/formats/onnx.js';
import { writeOnnxModel } from '../../../src/formats/onnx-writer.js';
import { readExternalBeside } from '../../../src/importers/external-files.js';
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

describe('external data beside the model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bitmac-external-'));
  const path = join(folder, 'a.onnx');
  afterAll(() => rmSync(folder, { recursive: true }));

  const importBeside = (entries: Readonly<Record<string, string>>) =>
    importOnnx(modelWith(entries), { file: 'a.onnx', readExternal: readExternalBeside(path) });

  it('is read where it lies, however large its file is', () => {
    const large = openSync(join(folder, 'large.bin'), 'w');
    ftruncateSync(large, 3 * 2 ** 30); // a hole: takes no room on the disk
    writeSync(large, file, 0, file.length, 2 ** 31);
    closeSync(large);
    const place = { location: 'large.bin', offset: `${2 ** 31 + 4}` };
    expect(Array.from(importBeside({ ...place, length: '8' }).constants.get('w')!.data)).toEqual([1, 2]);
    expect(messageOf(() => importBeside(place))).toBe(
      "a.onnx: tensor 'w': found 1073741820 bytes of external data, expected 8 bytes for shape [2]",
    );
  });

  it('is refused in a line where its path is longer than a page', () => {
    const message = messageOf(() => importBeside({ location: `${'deep/'.repeat(2000)}a.bin` }));
    expect(message).toMatch(/^a\.onnx: external data 'deep.*….*a\.bin': found no such file$/);
    expect(message.length).toBeLessThan(250);
  });

  it('is refused behind a link that leads out of the folder', () => {
    symlinkSync('/', join(folder, 'root'));
    expect(messageOf(() => importBeside({ location: 'root/etc/hosts' }))).toMatch(
      /external data 'root\/etc\/hosts': found (a path that leaves the model's folder, or no file|no such file)/,
    );
  });
});
