import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import { encodingsOf } from '../../src/exporters/encodings.js';
import { writeIntegerGraph } from '../../src/exporters/integer-graph.js';
import {
  ENCODINGS_VERSIONS,
  readEncodings,
  writeEncodings,
  type Encoding,
  type Encodings,
} from '../../src/formats/aimet-encodings.js';
import { gridsOfEncodings } from '../../src/importers/encodings.js';
import { quantize } from '../../src/ptq/quantize.js';
import { anyFloatGraph } from '../arbitraries/float-graphs.js';
import { anyRecipe } from '../arbitraries/recipe.js';
import { counterexample } from '../support/counterexample.js';

const anyBits = fc.integer({ min: 2, max: 32 });
const anyScale = fc.oneof(
  fc.float({ min: 2 ** -149, max: 2 ** 127, noNaN: true }),
  fc.double({ min: 2 ** -40, max: 2 ** 40, noNaN: true }),
);

const anyAffine: fc.Arbitrary<Encoding> = anyBits.chain((bits) =>
  fc
    .record({
      symmetric: fc.boolean(),
      grids: fc.array(fc.tuple(anyScale, fc.integer({ min: 1 - 2 ** bits, max: 0 })), {
        minLength: 1,
        maxLength: 5,
      }),
    })
    .map(({ symmetric, grids }) => ({
      kind: 'affine',
      bits,
      symmetric,
      scales: grids.map(([scale]) => scale),
      offsets: grids.map(([, offset]) => offset),
    })),
);
const anyFloat: fc.Arbitrary<Encoding> = fc.record({
  kind: fc.constant('float' as const),
  bits: fc.constantFrom(8, 16, 32),
});
const anyBlock: fc.Arbitrary<Encoding> = fc.record({
  kind: fc.constant('block' as const),
  type: fc.constantFrom('PER_BLOCK' as const, 'LPBQ' as const, 'VECTOR' as const),
  fields: fc.record({ bw: anyBits, block_size: fc.nat(), scale: fc.array(anyScale) }),
});

function anyEncodings(encoding: fc.Arbitrary<Encoding>): fc.Arbitrary<Encodings> {
  // Names of a model may be anything, those of fields that every object has among them.
  const anyName = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '0', '', 'conv1.weight'));
  const section = fc.array(fc.tuple(anyName, encoding), { maxLength: 6 }).map((entries) => new Map(entries));
  return fc.record({
    activations: section,
    parameters: section,
    quantizerArguments: fc.option(fc.record({ activation_bitwidth: anyBits, dtype: fc.constant('int') })),
    excludedLayers: fc.option(fc.array(fc.string())),
  });
}

it.each([
  { version: '0.6.1' as const, encoding: fc.oneof(anyAffine, anyFloat) },
  { version: '1.0.0' as const, encoding: fc.oneof(anyAffine, anyFloat, anyBlock) },
])('encodings come back from version $version as they were', ({ version, encoding }) => {
  const property = fc.property(anyEncodings(encoding), (encodings) => {
    const text = writeEncodings(encodings, version);
    const read = readEncodings(text);
    expect(read).toEqual({ ok: true, value: encodings });
    expect((JSON.parse(text) as { version: unknown }).version).toBe(version);
  });
  expect(counterexample(property, 500)).toBe('');
});

it('any JSON gives encodings or problems with their places', () => {
  const property = fc.property(
    fc.constantFrom(...ENCODINGS_VERSIONS),
    fc.jsonValue(),
    fc.jsonValue(),
    (version, activations, parameters) => {
      const read = readEncodings(
        JSON.stringify({ version, activation_encodings: activations, param_encodings: parameters }),
      );
      return (
        read.ok ||
        read.issues.every(({ path, expected, got }) => path !== '' && expected !== '' && got !== '')
      );
    },
  );
  expect(counterexample(property, 1000)).toBe('');
});

it.each(ENCODINGS_VERSIONS)(
  'a network quantized on its own encodings, in version %s and without data, is the same bit for bit',
  (version) => {
    const anyCase = fc.tuple(anyFloatGraph(), anyRecipe(fc.constantFrom(8, 8, 4, 2, 7)));
    const property = fc.property(anyCase, ([{ graph, samples }, recipe]) => {
      const calibrated = tryQuantize(() => quantize(graph, samples, { recipe }));
      fc.pre(calibrated !== null); // ranges near zero have no requantizer, and `quantize` says so
      const read = readEncodings(writeEncodings(encodingsOf(calibrated.graph), version));
      if (!read.ok) return false;
      const grids = gridsOfEncodings(read.value, null);
      const given = quantize(graph, [], { recipe, grids });
      const strange = given.warnings.filter((text) => !text.includes(' clips '));
      expect(strange).toEqual([]);
      expect(writeIntegerGraph(given.graph)).toEqual(writeIntegerGraph(calibrated.graph));
      return true;
    });
    expect(counterexample(property, 90)).toBe('');
  },
);

function tryQuantize<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return null;
  }
}
