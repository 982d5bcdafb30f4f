import { absentNumbers } from '../../core/absent.js';
import { UserError } from '../../core/errors.js';
import { onnxTypeName, type OnnxModel, type OnnxTensor, type OnnxValueInfo } from '../../formats/onnx.js';
import { rawDataBytes } from '../../formats/onnx-tensor.js';
import { elementCount } from '../../tensor/shape.js';
import { maxElements } from './options.js';

/** The first input of an operator where its weights and parameters stand. */
const FIRST_PARAMETER: ReadonlyMap<string, number> = new Map([
  ['Conv', 1],
  ['ConvTranspose', 1],
  ['Gemm', 1],
  ['MatMul', 1],
  ['BatchNormalization', 1],
  ['InstanceNormalization', 1],
  ['LayerNormalization', 1],
  ['PRelu', 1],
]);

const REAL_TYPES: readonly string[] = ['float32', 'float16', 'bfloat16', 'float64'];

/** Operators of which an operand of at most one axis is a bias or a factor per channel. */
const ELEMENTWISE: ReadonlySet<string> = new Set(['Add', 'Mul']);

/**
 * The model with zeros for the real weights it does not hold, so that whatever follows from shapes can be had without them:
 * weights whose data is in another file, and names that stand only where weights do, be they graph inputs or told by
 * `value_info` alone. Weights that the file holds stay, and so does whatever is no real number: shapes, axes and indices are
 * needed.
 *
 * @throws UserError where the zeros would be more elements than any one value may have
 */
export function withoutValues(model: OnnxModel): OnnxModel {
  const { graph } = model;
  let elements = 0;
  const zeros = (name: string, dims: readonly number[], dataType: number): OnnxTensor => {
    elements += elementCount(dims);
    if (!(elements <= maxElements)) {
      throw new UserError({
        place: `weights '${name}'`,
        found: `${elements} elements of absent weights up to here`,
        expected: `at most ${maxElements}`,
      });
    }
    const tensor = { name, dims, dataType, data: null };
    return {
      ...tensor,
      data: { field: 'raw_data', values: absentNumbers(Uint8Array, rawDataBytes(tensor)) },
    };
  };
  const initializers = graph.initializers.map((tensor) => {
    const isAbsent = tensor.data?.field === 'external_data' && isReal(tensor.dataType);
    return isAbsent && tensor.dims.every(isExtent)
      ? zeros(tensor.name, tensor.dims, tensor.dataType)
      : tensor;
  });
  const known = new Set([
    ...initializers.map(({ name }) => name),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
  ]);
  const declared = new Map([...graph.valueInfos, ...graph.inputs].map((info) => [info.name, info]));
  const absent = absentWeights(model, declared, known);
  return {
    ...model,
    graph: {
      ...graph,
      initializers: [
        ...initializers,
        ...absent.map(({ name, dims, dataType }) => zeros(name, dims, dataType)),
      ],
    },
  };
}

type Declared = Pick<OnnxTensor, 'name' | 'dims' | 'dataType'>;

/** What nothing makes and every reader takes for a weight, where the file tells its shape. */
function absentWeights(
  { graph }: OnnxModel,
  declared: ReadonlyMap<string, OnnxValueInfo>,
  known: ReadonlySet<string>,
): readonly Declared[] {
  const candidates = new Map<string, Declared>();
  for (const [name, info] of declared) {
    const tensor = known.has(name) ? null : declaredTensor(info);
    if (tensor !== null) candidates.set(name, tensor);
  }
  const read = new Set<string>();
  for (const { opType, inputs } of graph.nodes) {
    for (const [position, name] of inputs.entries()) {
      read.add(name);
      const tensor = candidates.get(name);
      if (tensor === undefined) continue;
      const isParameter = position >= (FIRST_PARAMETER.get(opType) ?? Infinity);
      const isPerChannel = ELEMENTWISE.has(opType) && tensor.dims.length <= 1;
      if (!isParameter && !isPerChannel) candidates.delete(name);
    }
  }
  for (const { name } of graph.outputs) candidates.delete(name);
  return [...candidates.values()].filter(({ name }) => read.has(name));
}

function declaredTensor({ name, type }: OnnxValueInfo): Declared | null {
  if (type?.kind !== 'tensor' || type.dims === null || !isReal(type.dataType)) return null;
  const dims = type.dims.filter((dim) => typeof dim === 'number');
  return dims.length === type.dims.length && dims.every(isExtent)
    ? { name, dims, dataType: type.dataType }
    : null;
}

function isExtent(dim: number): boolean {
  return Number.isSafeInteger(dim) && dim >= 1;
}

function isReal(dataType: number): boolean {
  return REAL_TYPES.includes(onnxTypeName(dataType) ?? '');
}
