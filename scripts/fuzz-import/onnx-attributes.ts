import type { Random } from '../../src/core/random.js';
import type { OnnxAttribute, OnnxAttributeValue } from '../../src/formats/onnx.js';
import { AWKWARD_INTEGERS, AWKWARD_TEXTS, damageSome, pick } from './mutation.js';

const AWKWARD_REALS = [0, -0, NaN, Infinity, -Infinity, 1e-45, 3.4e38, -1, 0.5];

const integer = (random: Random): bigint => BigInt(pick(random, AWKWARD_INTEGERS));

/** An attribute with an awkward value, of another type, or of another name. */
export function damagedAttribute(attribute: OnnxAttribute, random: Random): OnnxAttribute {
  const { name } = attribute;
  const choice = random.unit();
  if (choice < 0.1) return { ...attribute, name: pick(random, AWKWARD_TEXTS) };
  return { name, ...(choice < 0.35 ? ofAnotherType(random) : awkward(attribute, random)) };
}

function awkward(value: OnnxAttributeValue, random: Random): OnnxAttributeValue {
  switch (value.kind) {
    case 'int':
      return { kind: 'int', value: integer(random) };
    case 'float':
      return { kind: 'float', value: pick(random, AWKWARD_REALS) };
    case 'string':
      return {
        kind: 'string',
        value: pick(random, ['SAME_UPPER', 'SAME_LOWER', 'VALID', 'linear', ...AWKWARD_TEXTS]),
      };
    case 'ints':
      return random.unit() < 0.2
        ? { kind: 'ints', value: random.unit() < 0.5 ? [] : [...value.value, 1n] }
        : { kind: 'ints', value: damageSome(random, value.value, () => integer(random), 0.3) };
    case 'tensor':
      return { kind: 'tensor', value: { ...value.value, dims: [pick(random, AWKWARD_INTEGERS), 1] } };
    default:
      return ofAnotherType(random);
  }
}

function ofAnotherType(random: Random): OnnxAttributeValue {
  return pick<() => OnnxAttributeValue>(random, [
    () => ({ kind: 'int', value: integer(random) }),
    () => ({ kind: 'float', value: pick(random, AWKWARD_REALS) }),
    () => ({ kind: 'string', value: pick(random, AWKWARD_TEXTS) }),
    () => ({ kind: 'ints', value: Array.from({ length: random.integer(0, 5) }, () => integer(random)) }),
    () => ({ kind: 'floats', value: [pick(random, AWKWARD_REALS)] }),
    () => ({ kind: 'strings', value: [pick(random, AWKWARD_TEXTS)] }),
    () => ({
      kind: 'tensor',
      value: { name: '', dims: [pick(random, AWKWARD_INTEGERS)], dataType: 1, data: null },
    }),
    () => ({ kind: 'sparseTensor', value: new Uint8Array(3) }),
  ])();
}
