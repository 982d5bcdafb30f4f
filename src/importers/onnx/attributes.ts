import { UserError } from '../../core/errors.js';
import type {
  OnnxAttribute,
  OnnxAttributeKind,
  OnnxAttributeValue,
  OnnxNode,
  OnnxTensor,
} from '../../formats/onnx.js';

type ValueOf<K extends OnnxAttributeKind> = Extract<OnnxAttributeValue, { kind: K }>['value'];

/**
 * The attributes of one source node, by name and kind. Whoever reads a node says what it understands: an attribute that
 * nobody asked for is refused (`refuseUnread`), so none is ever silently ignored.
 */
export class Attributes {
  readonly #place: string;
  readonly #byName: ReadonlyMap<string, OnnxAttribute>;
  readonly #read = new Set<string>();

  constructor(node: OnnxNode, place: string) {
    this.#place = place;
    this.#byName = new Map(node.attributes.map((attribute) => [attribute.name, attribute]));
  }

  int(name: string, fallback: number): number {
    return this.optionalInt(name) ?? fallback;
  }

  optionalInt(name: string): number | null {
    const value = this.#value(name, 'int');
    return value === null ? null : this.#exact(name, value);
  }

  flag(name: string, fallback: boolean): boolean {
    return this.int(name, fallback ? 1 : 0) !== 0;
  }

  ints(name: string): readonly number[] | null {
    return this.#value(name, 'ints')?.map((value) => this.#exact(name, value)) ?? null;
  }

  /** Integers that may be as large as int64 allows: the ends of a slice. */
  bigInts(name: string): readonly bigint[] | null {
    return this.#value(name, 'ints');
  }

  float(name: string, fallback: number): number {
    return this.optionalFloat(name) ?? fallback;
  }

  optionalFloat(name: string): number | null {
    return this.#value(name, 'float');
  }

  floats(name: string): readonly number[] | null {
    return this.#value(name, 'floats');
  }

  tensor(name: string): OnnxTensor | null {
    return this.#value(name, 'tensor');
  }

  /** A word out of a closed list. */
  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const value = this.#value(name, 'string');
    if (value === null) return fallback;
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw this.#refuse(`${name} '${value}'`, `one of ${choices.join(', ')}`);
    return choice;
  }

  /** Names attributes that change nothing here: those of training, or of outputs that are refused. */
  ignore(...names: string[]): void {
    for (const name of names) this.#read.add(name);
  }

  /** Ends the reading of a node. */
  refuseUnread(): void {
    for (const name of this.#byName.keys()) {
      if (!this.#read.has(name)) {
        throw this.#refuse(`attribute '${name}'`, 'only attributes of this operator in this opset');
      }
    }
  }

  #value<K extends OnnxAttributeKind>(name: string, kind: K): ValueOf<K> | null {
    this.#read.add(name);
    const attribute = this.#byName.get(name);
    if (attribute === undefined) return null;
    if (attribute.kind !== kind) throw this.#refuse(`${name} of kind ${attribute.kind}`, kind);
    return attribute.value as ValueOf<K> | null;
  }

  #exact(name: string, value: bigint): number {
    const number = Number(value);
    if (!Number.isSafeInteger(number))
      throw this.#refuse(`${name} ${value}`, 'an integer of at most 53 bits');
    return number;
  }

  #refuse(found: string, expected: string): UserError {
    return new UserError({ place: this.#place, found, expected });
  }
}
