import { UserError } from '../core/errors.js';
import { FlatTable } from './flatbuffers.js';
import { readIndices } from './tflite-fields.js';
import { identifierOffset, isTflite } from './tflite-identifier.js';
import { readOperator, readOperatorCode, type OperatorCode } from './tflite-operator-reader.js';
import { readBuffer, readTensor } from './tflite-tensor-reader.js';
import type { TfliteModel, TfliteSubgraph } from './tflite.js';

const schemaVersion = 3;

/**
 * The model in the bytes of a `.tflite` file. The elements of tensors share the memory of `bytes`.
 *
 * Checked are the encoding and every index of a tensor, a buffer or an operator code. Whether shapes,
 * types, quantization and the order of operators make sense is for the importer.
 */
export function parseTfliteModel(bytes: Uint8Array): TfliteModel {
  if (!isTflite(bytes)) {
    throw new UserError({
      place: `byte ${identifierOffset}`,
      found: 'no identifier TFL3',
      expected: 'a TensorFlow Lite model',
      suggestion: 'check that the file is a complete .tflite file',
    });
  }
  const model = FlatTable.root(bytes, 'model');
  const version = model.uint32(0, 'version');
  if (version !== schemaVersion) {
    throw model.refuse('version', {
      found: `schema version ${version}`,
      expected: `version ${schemaVersion}`,
      suggestion: 'convert the model again with a current converter',
    });
  }
  const codes = model.tables(1, 'operator_codes').map(readOperatorCode);
  const buffers = model.tables(4, 'buffers').map(readBuffer);
  const subgraphs = model.tables(2, 'subgraphs').map((table) => readSubgraph(table, codes, buffers));
  if (subgraphs.length === 0) {
    throw model.refuse('subgraphs', { found: 'no subgraph', expected: 'a TensorFlow Lite model' });
  }
  return { version, description: model.text(3, 'description') ?? '', subgraphs };
}

function readSubgraph(
  table: FlatTable,
  codes: readonly OperatorCode[],
  buffers: readonly (Uint8Array | null)[],
): TfliteSubgraph {
  const tensors = table.tables(0, 'tensors').map((tensor) => readTensor(tensor, buffers));
  const operators = table.tables(3, 'operators');
  return {
    name: table.text(4, 'name') ?? '',
    tensors,
    operators: operators.map((operator) => readOperator(operator, codes, tensors.length)),
    inputs: readIndices(table, 1, 'inputs', tensors.length),
    outputs: readIndices(table, 2, 'outputs', tensors.length),
  };
}
