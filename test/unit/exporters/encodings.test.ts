import { describe, expect, it } from 'vitest';
import { codeToReal } from '../../../src/arith/affine.js';
import { UINT8, INT8, minOf, type IntFormat } from '../../../src/arith/int-format.js';
import { encodingsOf } from '../../../src/exporters/encodings.js';
import type { AffineEncoding, Encoding, Encodings } from '../../../src/formats/aimet-encodings.js';
import { gridsOfEncodings } from '../../../src/importers/encodings.js';
import { GraphBuilder } from '../../../src/ir/builder.js';
import type { IntGraph } from '../../../src/ir/graph.js';
import type { IntNode } from '../../../src/ir/operators.js';

/** A reshape of one input; the output leaves under another name than its value has. */
function reshapeOf(format: IntFormat, scale: number, zeroPoint: number): IntGraph {
  const builder = new GraphBuilder<IntNode>();
  const type = { kind: 'int', format, quantization: { scales: [scale], zeroPoint, axis: null } } as const;
  builder.addInput('x.1', [1, 4], type);
  builder.addNode({ op: 'reshape', name: 'r', inputs: ['x.1'], output: 'r.out', shape: [4] }, type);
  const inputs = [{ name: 'x', value: 'x.1', permutation: null }];
  return builder.finish('integer', 'test', inputs, [{ name: 'y', value: 'r.out', permutation: null }], {});
}

const only = (encodings: Encodings): AffineEncoding => encodings.activations.get('x') as AffineEncoding;

describe('AIMET counts codes from 0', () => {
  it.each([
    { format: INT8, zeroPoint: -128, offset: 0 },
    { format: INT8, zeroPoint: -14, offset: -114 },
    { format: INT8, zeroPoint: 0, offset: -128 },
    { format: INT8, zeroPoint: 127, offset: -255 },
    { format: UINT8, zeroPoint: 0, offset: 0 },
    { format: UINT8, zeroPoint: 114, offset: -114 },
    { format: { bits: 4, signed: true }, zeroPoint: 3, offset: -11 },
  ])('$format.bits bits, zero point $zeroPoint: offset $offset', ({ format, zeroPoint, offset }) => {
    const encoding = only(encodingsOf(reshapeOf(format, 0.25, zeroPoint)));
    expect(encoding).toEqual({
      kind: 'affine',
      bits: format.bits,
      symmetric: false,
      scales: [0.25],
      offsets: [offset],
    });
    const [lowest, code] = [minOf(format), 7];
    expect(0.25 * (code - lowest + offset)).toBe(codeToReal(code, 0.25, zeroPoint));
  });

  it('and comes back to signed codes, the zero point with it', () => {
    for (let zeroPoint = -128; zeroPoint <= 127; zeroPoint += 1) {
      const grids = gridsOfEncodings(encodingsOf(reshapeOf(INT8, 0.25, zeroPoint)), null);
      expect(grids.activations.get('x')).toEqual({ bits: 8, scales: [0.25], zeroPoint });
    }
  });
});

it('inputs and outputs go by the names of their ports, and what a node makes by its own as well', () => {
  expect([...encodingsOf(reshapeOf(INT8, 1, 0)).activations.keys()]).toEqual(['x', 'r.out', 'y']);
});

const affine = (offsets: readonly number[]): AffineEncoding => ({
  kind: 'affine',
  bits: 8,
  symmetric: false,
  scales: offsets.map(() => 1),
  offsets,
});

describe('encodings without a grid of ours are refused together', () => {
  const encodings: Encodings = {
    activations: new Map<string, Encoding>([
      ['a', affine([1])],
      ['b', affine([-256])],
      ['c', affine([-255])],
    ]),
    parameters: new Map<string, Encoding>([
      ['w', affine([-128, -127])],
      ['v', { kind: 'block', type: 'LPBQ', fields: {} }],
    ]),
    quantizerArguments: null,
    excludedLayers: null,
  };

  it('naming each', () => {
    expect(() => gridsOfEncodings(encodings, 'e.json')).toThrow(
      [
        'e.json: found 4 problems:',
        "  activation 'a': found offset 1, expected -255 … 0, so that zero has a code of its 8 bits",
        "  activation 'b': found offset -256, expected -255 … 0, so that zero has a code of its 8 bits",
        "  parameter 'w': found offsets -128 and -127, expected one zero point for all channels",
        "  parameter 'v': found LPBQ, expected PER_TENSOR or PER_CHANNEL: layers have a scale per output channel at most",
      ].join('\n'),
    );
  });
});

it('a strict symmetric encoding has zero point 0, an asymmetric one with the same offset has not', () => {
  const strict: AffineEncoding = { kind: 'affine', bits: 8, symmetric: true, scales: [1], offsets: [-127] };
  const encodings = {
    activations: new Map(),
    parameters: new Map([
      ['w', strict],
      ['v', { ...strict, symmetric: false }],
    ]),
    quantizerArguments: null,
    excludedLayers: null,
  };
  const { parameters } = gridsOfEncodings(encodings, null);
  expect([...parameters.values()].map(({ zeroPoint }) => zeroPoint)).toEqual([0, -1]);
});
