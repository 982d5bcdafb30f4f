/** What an import is told besides the bytes of the model. */
export interface TfliteImportOptions {
  /** The model's file, as the user named it: every message begins with it. */
  readonly file: string;
}

/** The most elements of one value: a gigabyte of float32. */
export const maxElements = 2 ** 28;
