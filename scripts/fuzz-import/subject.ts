import { inspectOnnx } from '../../src/importers/onnx/inspect.js';
import { parseModel } from '../../src/importers/load-model.js';
import type { Read } from './judge.js';
import type { ModelFormat } from './seeds.js';

/** What the campaign tries on the mutants of a format: reading, and looking inside where that is another way. */
export function readersOf(format: ModelFormat): readonly Read[] {
  return format === 'onnx' ? [parseModel, inspect] : [parseModel];
}

const inspect: Read = (bytes, options) => {
  inspectOnnx(bytes, options);
  return null;
};
