import type { CaseNode } from './onnx-cases.js';

/** The attributes of a node. What an operator has not asked about is listed, so that nothing is ignored in silence. */
export class Attributes {
  readonly #node: CaseNode;
  readonly #read = new Set<string>();

  constructor(node: CaseNode) {
    this.#node = node;
  }

  int(name: string, otherwise: number): number {
    const value = this.#value(name) ?? otherwise;
    if (typeof value !== 'number') throw new Error(`attribute ${name} is no integer`);
    return value;
  }

  ints(name: string, otherwise: readonly number[]): readonly number[] {
    const value = this.#value(name) ?? otherwise;
    if (!Array.isArray(value)) throw new Error(`attribute ${name} is no list`);
    return value as readonly number[];
  }

  float(name: string, otherwise: number): number {
    const value = this.#value(name) ?? { f: otherwise };
    if (typeof value !== 'object' || !('f' in value)) throw new Error(`attribute ${name} is no float`);
    return Math.fround(value.f);
  }

  /** An attribute that is only understood with one value. */
  mustBe(name: string, only: number | string): void {
    const value = this.#value(name) ?? only;
    if (value !== only)
      throw new Error(`attribute ${name} is ${JSON.stringify(value)}, only ${only} is known`);
  }

  unread(): string[] {
    return Object.keys(this.#node.attrs ?? {}).filter((name) => !this.#read.has(name));
  }

  #value(name: string) {
    this.#read.add(name);
    return this.#node.attrs?.[name];
  }
}
