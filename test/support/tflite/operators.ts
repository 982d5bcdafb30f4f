import { convolutions } from './convolutions.js';
import { elements } from './elements.js';
import { matrices } from './matrices.js';
import { movement } from './movement.js';
import { pairs } from './pairs.js';
import { reductions } from './reductions.js';
import { rows } from './rows.js';
import type { TfliteOperators } from './tensor.js';

/** Every TFLite operator the golden tests can run. */
export const tfliteOperators: TfliteOperators = {
  ...convolutions,
  ...matrices,
  ...pairs,
  ...elements,
  ...rows,
  ...reductions,
  ...movement,
};

/**
 * The operator of a file or case: the one its content states, else the longest known one its name begins with
 * (`tflite_relu6_more` is RELU6). Null where neither names one.
 */
export function operatorNamed(stated: string | undefined, fileName: string): string | null {
  if (stated !== undefined) return Object.hasOwn(tfliteOperators, stated) ? stated : null;
  const name = fileName.replace(/^tflite_/, '').toUpperCase();
  const known = Object.keys(tfliteOperators).filter((op) => name === op || name.startsWith(`${op}_`));
  return known.sort((a, b) => b.length - a.length)[0] ?? null;
}
