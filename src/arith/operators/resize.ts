import { floatBilinearCode } from '../tflite/resize-float.js';
import type { ResizeRuleName } from './names.js';

/** The code between four others (top left, top right, bottom left, bottom right) from the weights of the bottom and the right. */
export type BlendCode = (
  codes: readonly [number, number, number, number],
  row: number,
  column: number,
) => number;

const rules: Readonly<Record<ResizeRuleName, BlendCode>> = { 'tflite-float-resize': floatBilinearCode };

/** What a rule makes of four codes. */
export function resizeRule(name: ResizeRuleName): BlendCode {
  return rules[name];
}
