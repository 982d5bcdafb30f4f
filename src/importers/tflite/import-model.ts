import type { ModelImporter } from '../model-importer.js';
import { settleArithmetic } from '../quantized/settle-arithmetic.js';
import { importTflite } from './import.js';

export const importTfliteModel: ModelImporter = (bytes, options) =>
  settleArithmetic(importTflite(bytes, options), 'tflite', options);
