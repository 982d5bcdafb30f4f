import { UserError } from '../../core/errors.js';
import { didYouMean } from '../../core/did-you-mean.js';
import { isForAnyFactor, rulesForAnyFactor } from '../../arith/requantizer-for.js';
import type { RuleName } from '../../arith/requantizers/names.js';
import { findRule } from '../../arith/requantizers/registry.js';

/** Whose arithmetic an already quantized model is given. */
export const STACKS = ['tflite-reference', 'tflite-xnnpack', 'tflite-micro', 'onnxruntime'] as const;
export type StackName = (typeof STACKS)[number];

/** A stack's operators; where a requantizer is named, sums of products end in it instead of the stack's own. */
export interface Semantics {
  readonly stack: StackName;
  readonly requantizer: RuleName | null;
}

/** `tflite-xnnpack`, or the name of a requantizer. */
export function semanticsText({ stack, requantizer }: Semantics): string {
  return requantizer ?? stack;
}

/** What the kernels of a format's own runtime do, as they are written. */
export function defaultStack(format: 'tflite' | 'onnx'): StackName {
  return format === 'tflite' ? 'tflite-reference' : 'onnxruntime';
}

/** Whether `semanticsFrom` takes the text, of whatever format the model is. */
export function namesSemantics(text: string): boolean {
  const rule = findRule(text);
  return STACKS.some((name) => name === text) || (rule !== null && isForAnyFactor(rule.name));
}

/** Everything that names semantics. */
export function semanticsNames(): readonly string[] {
  return [...STACKS, ...rulesForAnyFactor()];
}

/**
 * The semantics a user named: a stack, or a requantizer for the sums of products of the format's own stack.
 *
 * @throws UserError for other names.
 */
export function semanticsFrom(text: string, format: 'tflite' | 'onnx'): Semantics {
  const stack = STACKS.find((name) => name === text);
  if (stack !== undefined) return { stack, requantizer: null };
  const rule = findRule(text);
  if (rule !== null && isForAnyFactor(rule.name))
    return { stack: defaultStack(format), requantizer: rule.name };
  throw new UserError({
    place: '--semantics',
    found: rule === null ? `'${text}'` : `'${text}', a rule that is not made for any factor and zero point`,
    expected: `${STACKS.join(', ')}, or a requantizer of 'bitmac rounding' that derives parameters from any factor`,
    suggestion: `did you mean '${didYouMean(text, semanticsNames()) ?? defaultStack(format)}'?`,
  });
}
