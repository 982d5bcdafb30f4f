import { UserError, type UserErrorDetails } from '../core/errors.js';
import { NO_GIVEN_GRIDS, type GivenGrid, type GivenGrids } from '../ir/given-grids.js';
import type { FloatGraph, ValueId } from '../ir/graph.js';
import { permittedScale, type Grid, type ScaleRule } from './grid.js';
import type { Recipe } from './recipe.js';

/** A grid for one tensor, and the name under which it was given. */
export interface NamedGrid {
  readonly name: string;
  readonly grid: Grid;
}

/** Weight scales, one or one per output channel, and their zero point, as they were given. */
export interface GivenWeight {
  readonly name: string;
  readonly scales: readonly number[];
  readonly zeroPoint: number;
}

/** Below this, float32 numbers lose bits. */
const SMALLEST_SCALE = 2 ** -126;

/** Grids that were given from outside, held against a graph and a recipe; it remembers which of them were asked for. */
export class GridsByName {
  readonly #given: GivenGrids;
  readonly #recipe: Recipe;
  readonly #names: ReadonlyMap<ValueId, readonly string[]>;
  readonly #used = new Set<string>();

  /** @param graph the prepared graph: its values and ports carry the source model's names. */
  constructor(given: GivenGrids | undefined, graph: FloatGraph, recipe: Recipe) {
    this.#given = given ?? NO_GIVEN_GRIDS;
    this.#recipe = recipe;
    this.#names = namesOfValues(graph);
  }

  has(id: ValueId): boolean {
    return this.#namesOf(id).some((name) => this.#given.activations.has(name));
  }

  /**
   * The grid given for an activation, or null.
   *
   * @throws UserError where it is no grid of the recipe: other bits, scales per channel, no power of two with `shift`.
   */
  activation(id: ValueId): NamedGrid | null {
    const names = this.#namesOf(id).filter((name) => this.#given.activations.has(name));
    const [name] = names;
    if (name === undefined) return null;
    for (const each of names) this.#used.add(each);
    return { name, grid: this.#tensorGrid(`encoding of '${name}'`, this.#given.activations.get(name)!) };
  }

  /** The grid given for a constant operand, or null. @throws UserError as `activation` does. */
  operand(names: readonly string[]): Grid | null {
    const found = this.#parameter(names);
    return found === null ? null : this.#tensorGrid(`encoding of '${found.name}'`, found.given);
  }

  /**
   * Scales given for the weights of a layer under the first of `names`, or null.
   *
   * @throws UserError where the bits are not the recipe's, or scales are neither one nor one per output channel.
   */
  weight(names: readonly string[], channels: number): GivenWeight | null {
    const found = this.#parameter(names);
    if (found === null) return null;
    const { name, given } = found;
    const place = `encoding of '${name}'`;
    this.#requireBits(place, given, 'weightBits');
    if (given.scales.length !== 1 && given.scales.length !== channels) {
      throw this.refuse({
        place,
        found: `scales for ${given.scales.length} channels`,
        expected: `one for the tensor, or one for each of its ${channels} output channels`,
      });
    }
    return { name, scales: this.#scales(place, given), zeroPoint: given.zeroPoint };
  }

  /** What is wrong with an encoding, in its file. */
  refuse(details: UserErrorDetails): UserError {
    const { file } = this.#given;
    return new UserError(file === null ? details : { ...details, file });
  }

  /** Names that nobody asked for. */
  unused(): readonly string[] {
    const { activations, parameters } = this.#given;
    return [...activations.keys(), ...parameters.keys()].filter((name) => !this.#used.has(name));
  }

  #namesOf(id: ValueId): readonly string[] {
    return this.#names.get(id) ?? [];
  }

  #parameter(names: readonly string[]): { readonly name: string; readonly given: GivenGrid } | null {
    for (const name of names) {
      const given = this.#given.parameters.get(name) ?? this.#given.activations.get(name);
      if (given === undefined) continue;
      this.#used.add(name);
      return { name, given };
    }
    return null;
  }

  #tensorGrid(place: string, given: GivenGrid): Grid {
    this.#requireBits(place, given, 'activationBits');
    const [scale, ...others] = this.#scales(place, given);
    if (others.length > 0) {
      throw this.refuse({
        place,
        found: `${given.scales.length} scales`,
        expected: 'one scale: only weights have one per channel',
      });
    }
    return { scale: scale!, zeroPoint: given.zeroPoint, format: { bits: given.bits, signed: true } };
  }

  #requireBits(place: string, given: GivenGrid, field: 'weightBits' | 'activationBits'): void {
    const expected = this.#recipe[field];
    if (given.bits === expected) return;
    const option = field === 'weightBits' ? '--weight-bits' : '--activation-bits';
    throw this.refuse({
      place,
      found: `${given.bits} bits`,
      expected: `${expected} bits, as the recipe says`,
      suggestion:
        given.bits <= 8
          ? `say ${option} ${given.bits} if all have so many`
          : 'bitmac quantizes to 2 … 8 bits',
    });
  }

  /** Scales as float32 numbers, as every grid has them. */
  #scales(place: string, { scales }: GivenGrid): readonly number[] {
    const rule: ScaleRule = this.#recipe.requantizer === 'shift' ? 'powerOfTwo' : 'free';
    return scales.map((scale) => {
      const rounded = Math.fround(scale);
      if (rounded < SMALLEST_SCALE || rounded === Infinity)
        throw this.refuse({ place, found: `scale ${scale}`, expected: 'a scale in float32’s range' });
      if (permittedScale(rounded, rule) === rounded) return rounded;
      throw this.refuse({
        place,
        found: `scale ${scale}`,
        expected: 'a power of two, which the requantizer shift needs',
        suggestion: 'choose another requantizer',
      });
    });
  }
}

/** Names of every value: its ports' and its own, unless a port of another value has that one. */
function namesOfValues(graph: FloatGraph): ReadonlyMap<ValueId, readonly string[]> {
  const valueOf = new Map<string, ValueId>([...graph.values.keys()].map((id) => [id, id]));
  for (const { name, value } of [...graph.inputs, ...graph.outputs]) valueOf.set(name, value);
  const names = new Map<ValueId, string[]>();
  for (const [name, id] of valueOf) names.set(id, [...(names.get(id) ?? []), name]);
  return names;
}
