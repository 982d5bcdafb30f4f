import { VALUE_TYPES, type ValueType } from './expression.js';
import { FunctionBuilder, type FunctionReference, type Local } from './function-builder.js';
import { unsigned } from './leb128.js';

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Pages of 64 KiB, 2 GiB in all: functions compare addresses as signed numbers. */
export const MOST_PAGES = 2 ** 15;

/** The types of parameters, in order, by name. */
export type Parameters = Readonly<Record<string, ValueType>>;

type ParameterLocals<P extends Parameters> = { readonly [Name in keyof P]: Local<P[Name]> };

interface Defined {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly result: ValueType | null;
  readonly builder: FunctionBuilder;
}

/**
 * A module of functions on one imported memory, `{ host: { memory } }`, which threads may share. All functions are exported by
 * their names; their parameters come in the order in which they are named.
 */
export class ModuleBuilder {
  readonly #functions: Defined[] = [];

  define<P extends Parameters>(
    name: string,
    parameters: P,
    write: (f: FunctionBuilder, parameters: ParameterLocals<P>) => void,
    result: ValueType | null = null,
  ): FunctionReference {
    const types = Object.values(parameters);
    const builder = new FunctionBuilder(types);
    const locals = Object.fromEntries(
      Object.entries(parameters).map(([key, type], index) => [key, builder.parameter(type, index)]),
    ) as ParameterLocals<P>;
    const index = this.#functions.push({ name, parameters: types, result, builder }) - 1;
    write(builder, locals);
    return { index };
  }

  /** The module in the binary format. */
  bytes(): Uint8Array<ArrayBuffer> {
    const functions = this.#functions;
    const types = functions.map(({ parameters, result }) => [
      0x60,
      ...vector(parameters.map((type) => [VALUE_TYPES[type]])),
      ...vector(result === null ? [] : [[VALUE_TYPES[result]]]),
    ]);
    const SHARED_WITH_MAXIMUM = 0x03;
    const memory = [
      ...text('host'),
      ...text('memory'),
      0x02,
      SHARED_WITH_MAXIMUM,
      0,
      ...unsigned(MOST_PAGES),
    ];
    return Uint8Array.from([
      ...MAGIC_AND_VERSION,
      ...section(1, vector(types)),
      ...section(2, vector([memory])),
      ...section(3, vector(functions.map((_, index) => unsigned(index)))),
      ...section(7, vector(functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]))),
      ...section(10, vector(functions.map(({ builder }) => builder.body()))),
    ]);
  }
}

/** Items behind their number. */
function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function text(name: string): number[] {
  const bytes = new TextEncoder().encode(name);
  return [...unsigned(bytes.length), ...bytes];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}
