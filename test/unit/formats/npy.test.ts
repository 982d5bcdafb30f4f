import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readNpy, writeNpy } from '../../../src/formats/npy.js';

/** A .npy file with the given header text and data, whatever they are. */
function npyFile(header: string, data: readonly number[], major = 1): Uint8Array {
  const lengthBytes = major === 1 ? [header.length & 0xff, header.length >> 8] : [header.length, 0, 0, 0];
  return Uint8Array.of(
    0x93,
    ...Buffer.from('NUMPY'),
    major,
    0,
    ...lengthBytes,
    ...Buffer.from(header),
    ...data,
  );
}

function headerOf(descr: string, shape: string, fortranOrder = 'False'): string {
  return `{'descr': '${descr}', 'fortran_order': ${fortranOrder}, 'shape': ${shape}, }\n`;
}

describe('readNpy', () => {
  it.each([
    { descr: '<f4', data: [0, 0, 0xc0, 0x3f], want: { type: 'float32', data: Float32Array.of(1.5) } },
    { descr: '>f4', data: [0x3f, 0xc0, 0, 0], want: { type: 'float32', data: Float32Array.of(1.5) } },
    { descr: '<f2', data: [0x00, 0x3e], want: { type: 'float32', data: Float32Array.of(1.5) } },
    { descr: '>f2', data: [0x3e, 0x00], want: { type: 'float32', data: Float32Array.of(1.5) } },
    { descr: '|u1', data: [200], want: { type: 'uint8', data: Uint8Array.of(200) } },
    { descr: '|i1', data: [200], want: { type: 'int8', data: Int8Array.of(-56) } },
    { descr: '|b1', data: [1], want: { type: 'bool', data: Uint8Array.of(1) } },
    { descr: '>u2', data: [1, 2], want: { type: 'uint16', data: Uint16Array.of(258) } },
    {
      descr: '<i8',
      data: [254, 255, 255, 255, 255, 255, 255, 255],
      want: { type: 'int64', data: BigInt64Array.of(-2n) },
    },
    {
      descr: '>f8',
      data: [0x3f, 0xf8, 0, 0, 0, 0, 0, 0],
      want: { type: 'float64', data: Float64Array.of(1.5) },
    },
  ])('reads $descr', ({ descr, data, want }) => {
    expect(readNpy(npyFile(headerOf(descr, '(1,)'), data))).toEqual({ ...want, shape: [1] });
  });

  it('brings a Fortran-ordered array into row-major order', () => {
    // numpy.asfortranarray([[1, 2, 3], [4, 5, 6]])
    const file = npyFile(headerOf('|u1', '(2, 3)', 'True'), [1, 4, 2, 5, 3, 6]);
    expect(readNpy(file)).toEqual({ type: 'uint8', shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  });

  it('brings three Fortran-ordered axes into row-major order', () => {
    const shape = [2, 3, 4];
    const fortran: number[] = [];
    const rowMajor: number[] = [];
    for (let k = 0; k < 4; k += 1)
      for (let j = 0; j < 3; j += 1) for (let i = 0; i < 2; i += 1) fortran.push(12 * i + 4 * j + k);
    for (let element = 0; element < 24; element += 1) rowMajor.push(element);
    const file = npyFile(headerOf('|u1', '(2, 3, 4)', 'True'), fortran);
    expect(readNpy(file)).toEqual({ type: 'uint8', shape, data: Uint8Array.from(rowMajor) });
  });

  it('reads a scalar and an empty array', () => {
    expect(readNpy(npyFile(headerOf('|u1', '()'), [7])).shape).toEqual([]);
    expect(readNpy(npyFile(headerOf('<f4', '(0, 3)'), []))).toEqual({
      type: 'float32',
      shape: [0, 3],
      data: new Float32Array(0),
    });
  });

  it('reads header versions 2 and 3', () => {
    expect(readNpy(npyFile(headerOf('|u1', '(1,)'), [7], 2)).data).toEqual(Uint8Array.of(7));
    expect(readNpy(npyFile(headerOf('|u1', '(1,)'), [7], 3)).data).toEqual(Uint8Array.of(7));
  });

  it('reads double quotes, any order of the keys, and no last comma', () => {
    const header = '{"shape":(2,1),"descr":"|u1","fortran_order":False}';
    expect(readNpy(npyFile(header, [1, 2])).shape).toEqual([2, 1]);
  });

  it('reads a gzip file, and refuses one that grows too large', () => {
    const file = gzipSync(
      npyFile(
        headerOf('|u1', '(1000,)'),
        Array.from({ length: 1000 }, () => 0),
      ),
    );
    expect(readNpy(file).shape).toEqual([1000]);
    expect(() => readNpy(file, 500)).toThrow(/gzip: found more data than fits, expected at most 500 bytes/);
    expect(() => readNpy(file.subarray(0, 20))).toThrow(/gzip: found compressed data that does not decode/);
  });

  it('refuses a gzip file whose checksum is wrong', () => {
    const file = gzipSync(npyFile(headerOf('|u1', '(1,)'), [1]));
    file[file.length - 8]! ^= 1;
    expect(() => readNpy(file)).toThrow(/does not decode/);
  });

  it.each([
    {
      why: 'another kind of file',
      file: Uint8Array.of(1, 2, 3),
      message: /byte 0: found other bytes .*write the file with numpy.save/,
    },
    { why: 'version 4', file: npyFile('', [], 4), message: /byte 6: found format version 4/ },
    {
      why: 'a header that is cut off',
      file: npyFile(headerOf('|u1', '(1,)'), []).subarray(0, 30),
      message: /byte 10: found 20 bytes of header before the end of the file/,
    },
    {
      why: 'a huge header',
      file: Uint8Array.of(0x93, ...Buffer.from('NUMPY'), 2, 0, 255, 255, 255, 255),
      message: /a header of 4294967295 bytes/,
    },
    {
      why: 'fewer elements than the shape says',
      file: npyFile(headerOf('<f4', '(2,)'), [0, 0, 0, 0]),
      message: /data at byte \d+: found 4 bytes of data, expected 8 bytes for float32 of shape \[2\]/,
    },
    {
      why: 'more elements than the shape says',
      file: npyFile(headerOf('|u1', '(1,)'), [0, 0]),
      message: /found 2 bytes of data, expected 1/,
    },
    {
      why: 'a shape too large to count',
      file: npyFile(headerOf('|u1', '(9007199254740991, 9007199254740991)'), []),
      message: /found 0 bytes of data/,
    },
    { why: 'Python objects', file: npyFile(headerOf('|O', '(1,)'), []), message: /type '\|O'.*astype/ },
    { why: 'complex numbers', file: npyFile(headerOf('<c8', '(1,)'), []), message: /type '<c8'/ },
    {
      why: 'several bytes without an order',
      file: npyFile(headerOf('|f4', '(1,)'), []),
      message: /type '\|f4'/,
    },
    {
      why: 'a structured type',
      file: npyFile("{'descr': [('a', '<f4')], ", []),
      message: /character 11: found a structured type/,
    },
    { why: 'an unknown key', file: npyFile("{'descr': '<f4', 'x': 1}", []), message: /the key 'x'/ },
    { why: 'a key twice', file: npyFile("{'descr': '<f4', 'descr': '<f4'}", []), message: /the key 'descr'/ },
    {
      why: 'a missing key',
      file: npyFile("{'descr': '<f4'}", []),
      message: /found the end of the header, expected descr, fortran_order and shape/,
    },
    { why: 'a negative extent', file: npyFile(headerOf('|u1', '(-1,)'), []), message: /found "-1,\), }"/ },
    {
      why: 'code instead of a literal',
      file: npyFile("__import__('os')", []),
      message: /found "__import__\('os'\)", expected a header such as/,
    },
    { why: 'text after the header', file: npyFile(`${headerOf('|u1', '(1,)')}x`, [1]), message: /found "x"/ },
  ])('refuses $why', ({ file, message }) => {
    expect(() => readNpy(file)).toThrow(message);
  });
});

describe('writeNpy', () => {
  it('writes the bytes of numpy.save', () => {
    // python3: numpy.save(f, numpy.array([[1, -2]], dtype=numpy.int16))
    const header = "{'descr': '<i2', 'fortran_order': False, 'shape': (1, 2), }";
    const file = writeNpy({ type: 'int16', shape: [1, 2], data: Int16Array.of(1, -2) });
    expect(file).toEqual(npyFile(`${header.padEnd(117)}\n`, [1, 0, 0xfe, 0xff]));
    expect(file.length).toBe(128 + 4);
  });

  it('writes one extent as a tuple, and begins data at a multiple of 64 bytes', () => {
    const shape = Array.from({ length: 30 }, () => 1);
    const file = writeNpy({ type: 'bool', shape, data: Uint8Array.of(1) });
    expect(file.length % 64).toBe(1);
    const vector = writeNpy({ type: 'uint8', shape: [1], data: Uint8Array.of(9) });
    expect(Buffer.from(vector).toString('latin1')).toContain("'shape': (1,), }");
  });
});
