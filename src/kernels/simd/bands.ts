import type { Result } from '../kernel.js';
import type { Made } from './kernel-memory.js';

/** A kernel of one operand that makes its result in bands of lines: in any order, each of the operand alone. */
export interface BandedKernel {
  readonly result: Result;
  readonly images: number;
  /** Of an image. */
  readonly lines: number;
  /** Of a band. */
  readonly mostLines: number;
  /** Work of all bands: how many MACs of a product take as long. */
  readonly macs: number;
  /** What a band needs beside the operand and the result. */
  readonly scratchBytes: readonly number[];
  readonly run: (operand: number, made: Made, scratch: readonly number[], band: Band) => void;
}

export interface Band {
  readonly image: number;
  readonly firstLine: number;
  readonly lines: number;
}

/** Of the lengths that `bandRows` takes, which are doubles. */
export const BYTES_PER_LENGTH = 8;

/** Work from which on a kernel is shared. */
export const LEAST_SHARED_MACS = 1e6;

/** Bands for each thread: where one is late or disturbed the others take more. */
const BANDS_PER_THREAD = 2;

/** How many bands an image has where so many threads take them. */
export function bandsPerImage({ images, lines, mostLines }: BandedKernel, threads: number): number {
  const wanted = threads === 1 ? 1 : Math.ceil((threads * BANDS_PER_THREAD) / images);
  return Math.max(Math.ceil(lines / mostLines), Math.min(lines, wanted));
}

/** One of the bands of all images, which differ by a line at most. */
export function bandOf({ lines }: BandedKernel, bands: number, index: number): Band {
  const within = index % bands;
  const firstLine = Math.floor((within * lines) / bands);
  return {
    image: (index - within) / bands,
    firstLine,
    lines: Math.floor(((within + 1) * lines) / bands) - firstLine,
  };
}
