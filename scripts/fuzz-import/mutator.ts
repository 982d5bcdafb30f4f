import { Random } from '../../src/core/random.js';
import { byteMutations } from './byte-mutations.js';
import { integerGraphMutations } from './integer-graph-mutations.js';
import { pick, type Mutant, type Mutation } from './mutation.js';
import { onnxMutations } from './onnx-mutations.js';
import { formatOf, type ModelFormat, type Seed } from './seeds.js';
import { tfliteMutations } from './tflite-mutations.js';

const ofFormat: Readonly<Record<ModelFormat, (bytes: Uint8Array) => readonly Mutation[]>> = {
  onnx: onnxMutations,
  tflite: tfliteMutations,
  integerGraph: integerGraphMutations,
};

/**
 * Makes the mutants of a campaign. A mutant depends on the campaign's seed number, its own number and the files, so any one
 * can be made again alone. The files take turns.
 */
export class Mutator {
  readonly #seeds: readonly Seed[];
  readonly #campaign: number;
  readonly #known = new Map<Seed, readonly Mutation[]>();

  constructor(seeds: readonly Seed[], campaign: number) {
    this.#seeds = seeds;
    this.#campaign = campaign;
  }

  /** The file that a mutant is made of. */
  seedOf(number: number): Seed {
    return this.#seeds[number % this.#seeds.length]!;
  }

  mutant(number: number): Mutant {
    const seed = this.seedOf(number);
    const random = new Random(Math.imul(this.#campaign, 0x9e3779b1) + number);
    const mutation = pick(random, random.unit() < 0.4 ? byteMutations(seed.bytes) : this.#ofItsFormat(seed));
    const bytes = mutation.apply(random);
    if (bytes.length === 0 || random.unit() < 0.8) return { what: mutation.name, bytes };
    const second = pick(random, byteMutations(bytes));
    return { what: `${mutation.name}, then ${second.name}`, bytes: second.apply(random) };
  }

  #ofItsFormat(seed: Seed): readonly Mutation[] {
    const known = this.#known.get(seed) ?? mutationsOf(seed);
    this.#known.set(seed, known);
    return known;
  }
}

/** What its format allows; a file that cannot be read itself is damaged byte by byte. */
function mutationsOf({ bytes }: Seed): readonly Mutation[] {
  try {
    return ofFormat[formatOf(bytes)](bytes);
  } catch {
    return byteMutations(bytes);
  }
}
