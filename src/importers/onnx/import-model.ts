import type { ModelImporter } from '../model-importer.js';
import { settleArithmetic } from '../quantized/settle-arithmetic.js';
import { importOnnx } from './import.js';

export const importOnnxModel: ModelImporter = (bytes, options) =>
  settleArithmetic(importOnnx(bytes, options), 'onnx', options);
