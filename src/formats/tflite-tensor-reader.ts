import { damagedFile } from './flatbuffer-file.js';
import type { FlatTable } from './flatbuffers.js';
import { readChoice } from './tflite-fields.js';
import { tfliteTypes } from './tflite-types.js';
import type { TfliteQuantization, TfliteTensor } from './tflite.js';

/**
 * The bytes of a `Buffer`, or null where it has none. They are inside the flatbuffer, or from a place in the file
 * after it: `data` counts first, as in tensorflow/tensorflow, tensorflow/lite/core/interpreter_builder.cc,
 * `InterpreterBuilder::ParseTensors`.
 */
export function readBuffer(table: FlatTable): Uint8Array | null {
  const inside = table.bytes(0, 'data');
  if (inside !== null) return inside.length === 0 ? null : inside;
  const offset = table.uint64(1, 'offset');
  const size = table.uint64(2, 'size');
  // Writers put 0 or 1 for an offset that is not in use.
  return offset <= 1n || size === 0n ? null : table.bytesOfFile(offset, size, 'offset');
}

export function readTensor(table: FlatTable, buffers: readonly (Uint8Array | null)[]): TfliteTensor {
  if (table.uint32(10, 'external_buffer') !== 0) {
    throw table.refuse('external_buffer', {
      found: 'elements in another file',
      expected: 'elements in this file',
      suggestion: 'export the model as one file',
    });
  }
  const quantization = table.table(4, 'quantization');
  return {
    name: table.text(3, 'name') ?? '',
    type: readChoice(table, 1, 'type', tfliteTypes),
    shape: table.int32s(0, 'shape') ?? [],
    shapeSignature: table.int32s(7, 'shape_signature'),
    data: bufferOf(table, buffers),
    quantization: quantization === null ? null : readQuantization(quantization),
    isVariable: table.bool(5, 'is_variable'),
    isSparse: table.table(6, 'sparsity') !== null,
  };
}

/** Buffer 0 is that of tensors without elements, whatever it holds. */
function bufferOf(table: FlatTable, buffers: readonly (Uint8Array | null)[]): Uint8Array | null {
  const index = table.uint32(2, 'buffer');
  if (index === 0) return null;
  const buffer = buffers[index];
  if (buffer !== undefined) return buffer;
  throw table.refuse('buffer', {
    found: `buffer ${index}`,
    expected: `one of the ${buffers.length} of the model`,
    suggestion: damagedFile,
  });
}

/** Null where there are no scales: converters write the table for the range of a float tensor too. */
function readQuantization(table: FlatTable): TfliteQuantization | null {
  const details = table.uint8(4, 'details_type');
  if (details !== 0) {
    throw table.refuse('details_type', {
      found: `quantization details of type ${details}`,
      expected: 'scales and zero points in the tensor itself',
      suggestion: 'blockwise and custom quantization is not supported',
    });
  }
  const scales = table.float32s(2, 'scale') ?? [];
  if (scales.length === 0) return null;
  const zeroPoints = table.int64s(3, 'zero_point') ?? [];
  const wide = zeroPoints.find((zeroPoint) => zeroPoint !== BigInt.asIntN(32, zeroPoint));
  if (wide !== undefined) {
    throw table.refuse('zero_point', { found: `${wide}`, expected: 'an integer of 32 bits' });
  }
  return { scales, zeroPoints: zeroPoints.map(Number), axis: table.int32(6, 'quantized_dimension') };
}
