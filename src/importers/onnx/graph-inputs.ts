import { UserError } from '../../core/errors.js';
import type { IntFormat } from '../../arith/int-format.js';
import { elementCount, sameShape, shapeText, type Shape } from '../../tensor/shape.js';
import type { PlainArray } from '../../formats/elements.js';
import { onnxTypeName, type OnnxDim, type OnnxType, type OnnxValueInfo } from '../../formats/onnx.js';
import { codeFormat } from './codes.js';
import type { OnnxImportOptions } from './options.js';

/** Refuses options that name no input of the model. */
export function refuseUnknownInputs(inputs: readonly OnnxValueInfo[], options: OnnxImportOptions): void {
  const names = inputs.map(({ name }) => name);
  for (const given of [options.inputShapes, options.constantInputs]) {
    for (const name of given?.keys() ?? []) {
      if (names.includes(name)) continue;
      throw new UserError({
        place: 'options',
        found: `an input named '${name}'`,
        expected: `one of the model's inputs: ${names.join(', ')}`,
      });
    }
  }
}

/**
 * The concrete shape of an input that arrives at run time. A dynamic batch (the first axis) is 1 where nothing else is
 * said; every other dimension must be in the file or in `given`.
 */
export function inputShape(input: OnnxValueInfo, given: Shape | undefined): Shape {
  const type = runTimeType(input);
  const shape = given ?? type.dims?.map(declaredExtent) ?? null;
  const place = placeOfInput(input);
  if (shape === null) {
    throw new UserError({ place, found: 'no shape', expected: 'a shape', suggestion: advise(input, [1]) });
  }
  if (type.dims !== null) {
    refuseOpenDimension(input, type.dims, shape);
    refuseMismatch(input, type.dims, shape);
  }
  if (shape.some((extent) => !Number.isSafeInteger(extent) || extent < 1)) {
    throw new UserError({
      place,
      found: `shape ${shapeText(shape)}`,
      expected: 'at least one element along every axis',
    });
  }
  return shape;
}

/** Refuses a constant of another shape than the file declares. */
export function checkConstantInput(input: OnnxValueInfo, array: PlainArray): void {
  if (input.type?.kind === 'tensor' && input.type.dims !== null) {
    refuseMismatch(input, input.type.dims, array.shape);
  }
}

/** The type of an input as people write it: `float32[Nx3x224x224]`. */
export function typeText(type: OnnxType | null): string {
  if (type?.kind !== 'tensor') return type?.kind ?? 'unknown';
  const dims = type.dims?.map((dim) => dim ?? '?').join('x') ?? '…';
  return `${onnxTypeName(type.dataType) ?? type.dataType}[${dims}]`;
}

const floatTypes: readonly (string | null)[] = ['float32', 'float16', 'bfloat16', 'float64'];

function runTimeType(input: OnnxValueInfo): Extract<OnnxType, { kind: 'tensor' }> {
  const { type } = input;
  const name = type?.kind === 'tensor' ? onnxTypeName(type.dataType) : null;
  if (type?.kind === 'tensor' && (floatTypes.includes(name) || codeFormat(name) !== null)) return type;
  throw new UserError({
    place: placeOfInput(input),
    found: `type ${typeText(type)}`,
    expected: 'a tensor of floating-point numbers or of integers of 8, 16 or 32 bits',
    suggestion: 'give indices, shapes and axes as constants',
  });
}

/** The format of codes that a file declares for a value; null where it declares none. */
export function inputFormat({ type }: OnnxValueInfo): IntFormat | null {
  return type?.kind === 'tensor' ? codeFormat(onnxTypeName(type.dataType)) : null;
}

/** The shape that a file declares for a value of any type; null where it leaves a dimension open besides the batch. */
export function declaredShape({ type }: OnnxValueInfo): Shape | null {
  if (type?.kind !== 'tensor' || type.dims === null) return null;
  const shape = type.dims.map(declaredExtent);
  return shape.every((extent) => extent >= 1) ? shape : null;
}

/** Exporters write an unknown extent as a name, as nothing, or as −1. */
function declaredExtent(dim: OnnxDim, axis: number): number {
  if (typeof dim === 'number' && dim >= 0) return dim;
  return axis === 0 ? 1 : NaN;
}

function refuseOpenDimension(input: OnnxValueInfo, dims: readonly OnnxDim[], shape: Shape): void {
  const open = shape.findIndex((extent) => Number.isNaN(extent));
  if (open < 0) return;
  const dim = dims[open];
  throw new UserError({
    place: placeOfInput(input),
    found: `a dynamic dimension ${typeof dim === 'string' ? `'${dim}'` : '?'} (axis ${open})`,
    expected: 'fixed dimensions besides the batch',
    suggestion: advise(
      input,
      shape.map((extent, axis) => (Number.isNaN(extent) ? (axis === 1 ? 3 : 224) : extent)),
    ),
  });
}

function refuseMismatch(input: OnnxValueInfo, dims: readonly OnnxDim[], shape: Shape): void {
  const fixed = dims.map((dim, axis) => (typeof dim === 'number' && dim >= 0 ? dim : shape[axis]!));
  if (dims.length === shape.length && sameShape(fixed, shape)) return;
  throw new UserError({
    place: placeOfInput(input),
    found: `a given shape ${shapeText(shape)} (${elementCount(shape)} elements)`,
    expected: `the model's ${typeText(input.type)}`,
  });
}

function placeOfInput({ name }: OnnxValueInfo): string {
  return `input '${name}'`;
}

function advise({ name }: OnnxValueInfo, shape: Shape): string {
  return `give its shape, for example --input-shape ${name}=${shape.join('x')}`;
}
