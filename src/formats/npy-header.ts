import { UserError } from '../core/errors.js';

/** What the header of a .npy file says. */
export interface NpyHeader {
  /** NumPy type string, such as `<f4`. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/**
 * Parses the header of a .npy file: a Python literal of exactly three entries,
 * `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
 *
 * Strict: strings without escapes, True and False, decimal integers, tuples of integers, and nothing else.
 */
export function parseNpyHeader(text: string): NpyHeader {
  return new HeaderParser(text).header();
}

export function formatNpyHeader({ descr, fortranOrder, shape }: NpyHeader): string {
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const order = fortranOrder ? 'True' : 'False';
  return `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${extents}), }`;
}

const example = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }";

class HeaderParser {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  header(): NpyHeader {
    let descr: string | null = null;
    let fortranOrder: boolean | null = null;
    let shape: readonly number[] | null = null;
    this.#need(/\{/y);
    while (this.#take(/\}/y) === null) {
      const key = this.#string();
      this.#need(/:/y);
      if (key === 'descr' && descr === null) descr = this.#descr();
      else if (key === 'fortran_order' && fortranOrder === null)
        fortranOrder = this.#need(/True|False/y) === 'True';
      else if (key === 'shape' && shape === null) shape = this.#shape();
      else throw this.#refuse(`the key '${key}'`, 'descr, fortran_order and shape, once each');
      if (this.#take(/,/y) === null) {
        this.#need(/\}/y);
        break;
      }
    }
    if (descr === null || fortranOrder === null || shape === null) {
      throw this.#refuse('the end of the header', 'descr, fortran_order and shape, once each');
    }
    this.#need(/$/y);
    return { descr, fortranOrder, shape };
  }

  #descr(): string {
    if (this.#take(/\[/y) === null) return this.#string();
    throw this.#refuse(
      'a structured type',
      'a type with one field',
      'save each field as an array of its own',
    );
  }

  #string(): string {
    return this.#need(/'[^'\\]*'|"[^"\\]*"/y).slice(1, -1);
  }

  #shape(): number[] {
    const shape: number[] = [];
    this.#need(/\(/y);
    while (this.#take(/\)/y) === null) {
      shape.push(Number(this.#need(/\d+/y)));
      if (this.#take(/,/y) === null) {
        this.#need(/\)/y);
        break;
      }
    }
    return shape;
  }

  /** The next token, where it matches a sticky pattern. White space before it is skipped. */
  #take(pattern: RegExp): string | null {
    const space = /\s*/y;
    space.lastIndex = this.#position;
    space.test(this.#text);
    pattern.lastIndex = space.lastIndex;
    const token = pattern.exec(this.#text)?.[0] ?? null;
    if (token !== null) this.#position = space.lastIndex + token.length;
    return token;
  }

  #need(pattern: RegExp): string {
    const token = this.#take(pattern);
    if (token !== null) return token;
    const rest = this.#text.slice(this.#position, this.#position + 20).trim();
    throw this.#refuse(rest === '' ? 'the end of the header' : `"${rest}"`, `a header such as ${example}`);
  }

  #refuse(found: string, expected: string, suggestion?: string): UserError {
    const place = `header, character ${this.#position}`;
    return new UserError({ place, found, expected, ...(suggestion === undefined ? {} : { suggestion }) });
  }
}
