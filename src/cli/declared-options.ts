import type { Argv } from 'yargs';

/** The options of a command, long names and aliases. */
export interface DeclaredOptions {
  readonly names: readonly string[];
  /** Those that may be given several values. */
  readonly lists: ReadonlySet<string>;
  /** Those without a value. */
  readonly switches: ReadonlySet<string>;
}

/** A public method of yargs that its type declarations leave out. */
interface WithOptions {
  readonly getOptions: () => {
    readonly key: Readonly<Record<string, unknown>>;
    readonly array: readonly string[];
    readonly boolean: readonly string[];
  };
}

export function declaredOptions(yargs: Argv<unknown>): DeclaredOptions {
  const { key, array, boolean } = (yargs as unknown as WithOptions).getOptions();
  return { names: Object.keys(key), lists: new Set(array), switches: new Set(boolean) };
}
