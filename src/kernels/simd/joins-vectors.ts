/** Asks for 256-bit instructions: any value but an empty one. */
export const VARIABLE = 'BITMAC_REVECTORIZE';

/** Whether this process has V8 join pairs of vectors (`revectorize.ts`). */
export function joinsVectors(): boolean {
  return (process.env[VARIABLE] ?? '') !== '';
}
