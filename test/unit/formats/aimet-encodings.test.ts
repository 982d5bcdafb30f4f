import { describe, expect, it } from 'vitest';
import { readEncodings, writeEncodings, type Encodings } from '../../../src/formats/aimet-encodings.js';

/**
 * Written by hand from the specification (qualcomm/aimet@08eb82bc9, Docs/quantsim/encoding_spec.rst, 2.1); the figures of
 * tensor 20 are those of its example (quic/aimet@525d5dc8a, Docs/api_docs/quantization_encoding_specification.rst, 2.2).
 */
const LEGACY = `{
    "version": "0.6.1",
    "activation_encodings": {
        "20": [
            {
                "bitwidth": 8,
                "dtype": "int",
                "is_symmetric": "False",
                "max": 2.6086959838867188,
                "min": -2.109158515930176,
                "offset": -114.0,
                "scale": 0.018501389771699905
            }
        ],
        "21": [{ "bitwidth": 16, "dtype": "float" }]
    },
    "param_encodings": {
        "conv2.weight": [
            { "bitwidth": 8, "dtype": "int", "is_symmetric": "True", "max": 31.75, "min": -32, "offset": -128, "scale": 0.25 },
            { "bitwidth": 8, "dtype": "int", "is_symmetric": "True", "max": 63.5, "min": -64, "offset": -128, "scale": 0.5 }
        ]
    },
    "quantizer_args": {
        "activation_bitwidth": 8,
        "dtype": "int",
        "is_symmetric": "True",
        "param_bitwidth": 8,
        "per_channel_quantization": "True",
        "quant_scheme": "post_training_tf"
    },
    "excluded_layers": []
}`;

/** The same encodings by section 3.1 of the specification; the exporters write FLOAT where it says FP. */
const NAMED = `{
    "version": "1.0.0",
    "activation_encodings": [
        {
            "name": "20",
            "enc_type": "PER_TENSOR",
            "dtype": "INT",
            "bw": 8,
            "is_sym": false,
            "scale": [0.018501389771699905],
            "offset": [-114]
        },
        { "name": "21", "enc_type": "PER_TENSOR", "dtype": "FLOAT", "bw": 16 }
    ],
    "param_encodings": [
        {
            "name": "conv2.weight",
            "enc_type": "PER_CHANNEL",
            "dtype": "INT",
            "bw": 8,
            "is_sym": true,
            "scale": [0.25, 0.5],
            "offset": [-128.0, -128.0]
        }
    ],
    "quantizer_args": {
        "activation_bitwidth": 8,
        "dtype": "int",
        "is_symmetric": "True",
        "param_bitwidth": 8,
        "per_channel_quantization": "True",
        "quant_scheme": "post_training_tf"
    },
    "excluded_layers": []
}`;

const CONTENT: Encodings = {
  activations: new Map([
    ['20', { kind: 'affine', bits: 8, symmetric: false, scales: [0.018501389771699905], offsets: [-114] }],
    ['21', { kind: 'float', bits: 16 }],
  ]),
  parameters: new Map([
    [
      'conv2.weight',
      { kind: 'affine', bits: 8, symmetric: true, scales: [0.25, 0.5], offsets: [-128, -128] },
    ],
  ]),
  quantizerArguments: {
    activation_bitwidth: 8,
    dtype: 'int',
    is_symmetric: 'True',
    param_bitwidth: 8,
    per_channel_quantization: 'True',
    quant_scheme: 'post_training_tf',
  },
  excludedLayers: [],
};

describe.each([
  { version: '0.6.1' as const, text: LEGACY },
  { version: '1.0.0' as const, text: NAMED },
])('version $version', ({ version, text }) => {
  it('is read', () => {
    expect(readEncodings(text)).toEqual({ ok: true, value: CONTENT });
  });

  it('is written as the specification has it, with the extremes that scale and offset give', () => {
    const example = JSON.parse(
      text.replace('2.6086959838867188', `${0.018501389771699905 * 141}`),
    ) as unknown;
    const written = JSON.parse(
      writeEncodings(CONTENT, version).replace(`${0.018501389771699905 * -114}`, '-2.109158515930176'),
    ) as unknown;
    expect(written).toEqual(example);
  });
});

const grid = {
  bitwidth: 8,
  dtype: 'int',
  is_symmetric: 'False',
  scale: 0.5,
  offset: -4,
  min: -2,
  max: 125.5,
};
const named = {
  name: 'x',
  enc_type: 'PER_TENSOR',
  dtype: 'INT',
  bw: 8,
  is_sym: false,
  scale: [0.5],
  offset: [-4],
};
const legacy = (...entries: readonly object[]): unknown => ({
  version: '0.6.1',
  activation_encodings: { x: entries },
  param_encodings: {},
});
const list = (...entries: readonly unknown[]): unknown => ({
  version: '1.0.0',
  activation_encodings: [],
  param_encodings: entries,
});

describe('a file is refused, with the place, that', () => {
  it.each([
    { why: 'is no object', json: [], says: [': found a list of 0, expected an object'] },
    { why: 'has no version', json: {}, says: ["version: found nothing, expected '0.6.1' or '1.0.0'"] },
    {
      why: 'has a version nobody here knows',
      json: { version: '2.0.0' },
      says: ["version: found '2.0.0', expected '0.6.1' or '1.0.0'"],
    },
    {
      why: 'has the sections of the other version',
      json: { version: '0.6.1', activation_encodings: [named], param_encodings: {} },
      says: ['activation_encodings: found a list of 1, expected an object from tensor name to encodings'],
    },
    {
      why: 'has the sections of the other version, the other way around',
      json: { version: '1.0.0', activation_encodings: {}, param_encodings: null },
      says: [
        'activation_encodings: found an object, expected a list of encodings',
        'param_encodings: found null, expected a list of encodings',
      ],
    },
    {
      why: 'has several wrong fields',
      json: legacy({ ...grid, bitwidth: 1, scale: 0, offset: 0.5 }),
      says: [
        'activation_encodings.x.0.bitwidth: found 1, expected a whole number from 2 to 32',
        'activation_encodings.x.0.scale: found 0, expected a positive float32 number',
        'activation_encodings.x.0.offset: found 0.5, expected a whole number from −2^32 to 2^32',
      ],
    },
    {
      why: 'has a tensor without encodings',
      json: legacy(),
      says: ['activation_encodings.x: found a list of 0, expected at least one encoding'],
    },
    {
      why: 'contradicts itself across channels',
      json: legacy(grid, { ...grid, bitwidth: 4, is_symmetric: 'True', max: 5.5 }),
      says: [
        'activation_encodings.x.1.bitwidth: found 4, expected 8, as in the first channel',
        'activation_encodings.x.1.is_symmetric: found True, expected False, as in the first channel',
      ],
    },
    {
      why: 'has extremes that are not those of its scale and offset',
      json: legacy({ ...grid, min: 0 }),
      says: ['activation_encodings.x.0.min: found 0, expected -2, by scale and offset'],
    },
    {
      why: 'has an unknown dtype',
      json: list({ ...named, dtype: 'int' }),
      says: ["param_encodings.0.dtype: found 'int', expected INT or FLOAT"],
    },
    {
      why: 'has an unknown kind of encoding',
      json: list({ ...named, enc_type: 'PER_ROW' }),
      says: [
        "param_encodings.0.enc_type: found 'PER_ROW', expected PER_TENSOR, PER_CHANNEL, PER_BLOCK, LPBQ or VECTOR",
      ],
    },
    {
      why: 'has more scales than one tensor has, and fewer offsets',
      json: list({ ...named, scale: [1, 2] }),
      says: [
        'param_encodings.0.offset: found 1 offsets, expected as many as scales, 2',
        'param_encodings.0.scale: found 2 scales, expected one, as PER_TENSOR says',
      ],
    },
    {
      why: 'encodes a tensor twice',
      json: list(named, named),
      says: ["param_encodings.1.name: found 'x' again, expected one encoding a tensor"],
    },
  ])('$why', ({ json, says }) => {
    const read = readEncodings(JSON.stringify(json));
    const lines = read.ok
      ? []
      : read.issues.map(({ path, got, expected }) => `${path}: found ${got}, expected ${expected}`);
    expect(lines).toEqual(says);
  });

  it('is no JSON', () => {
    expect(readEncodings('version: 0.6.1')).toMatchObject({
      ok: false,
      issues: [{ got: 'text that is not JSON' }],
    });
  });
});

it('a strict symmetric grid states one code less than its bits have', () => {
  const strict = { ...grid, is_symmetric: 'True', offset: -127, min: -63.5, max: 63.5 };
  expect(readEncodings(JSON.stringify(legacy(strict))).ok).toBe(true);
});

it('grids per block are kept in 1.0.0 and have no place in 0.6.1', () => {
  const read = readEncodings(
    JSON.stringify(list({ ...named, enc_type: 'LPBQ', per_block_int_scale: [1, 3] })),
  );
  expect(read.ok).toBe(true);
  if (!read.ok) return;
  expect(writeEncodings(read.value, '1.0.0')).toContain('per_block_int_scale');
  expect(() => writeEncodings(read.value, '0.6.1')).toThrow(
    "encoding of 'x': found LPBQ, which version 0.6.1 has no place for",
  );
});
