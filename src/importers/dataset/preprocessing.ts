import { UserError } from '../../core/errors.js';

/** How stored values become what a network was trained on: `((x / divide) − mean[channel]) / std[channel]`. */
export interface Preprocessing {
  readonly divide: number;
  /** One value, or one per channel after `reverseChannels`. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Stored RGB, wanted BGR (or the other way round). */
  readonly reverseChannels: boolean;
  /** Order of axes of a stored row; `auto` compares it with the model's input. */
  readonly layout: 'auto' | 'hwc' | 'chw';
}

export const NO_PREPROCESSING: Preprocessing = {
  divide: 1,
  mean: [0],
  std: [1],
  reverseChannels: false,
  layout: 'auto',
};

/** A number, or a quotient of two: `0.225`, `1/255`. */
export function parseRatio(text: string, place: string): number {
  const parts = text.split('/').map((part) => Number(part.trim()));
  const value = parts.length === 1 ? parts[0]! : parts.length === 2 ? parts[0]! / parts[1]! : Number.NaN;
  if (Number.isFinite(value) && text.trim() !== '') return value;
  throw new UserError({ place, found: `'${text}'`, expected: 'a number or a quotient such as 1/255' });
}

/** As text that `preprocessingFromText` reads back: rides along in an integer graph's metadata. */
export function preprocessingText(preprocessing: Preprocessing): string {
  return JSON.stringify(preprocessing);
}

/** Reads the text back; null where it is not ours. */
export function preprocessingFromText(text: string): Preprocessing | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  const candidate = { ...NO_PREPROCESSING, ...json } as Preprocessing;
  const valid =
    typeof candidate.divide === 'number' &&
    Number.isFinite(candidate.divide) &&
    numbers(candidate.mean) &&
    numbers(candidate.std) &&
    typeof candidate.reverseChannels === 'boolean' &&
    ['auto', 'hwc', 'chw'].includes(candidate.layout);
  return valid ? candidate : null;
}

function numbers(list: unknown): boolean {
  return (
    Array.isArray(list) &&
    list.length > 0 &&
    list.every((value) => typeof value === 'number' && Number.isFinite(value))
  );
}
