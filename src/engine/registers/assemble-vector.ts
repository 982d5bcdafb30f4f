import { assert, InvariantError } from '../../core/errors.js';
import { minOf } from '../../arith/int-format.js';
import type { Accelerator } from '../../hw/accelerator.js';
import type { MemoryName, Operation, ReadElement } from '../../hw/components/operations.js';
import { byteOf } from '../../hw/components/sram.js';
import type { IntGraph } from '../../ir/graph.js';
import type { IntNode } from '../../ir/operators.js';
import type { BindKernel } from '../../kernels/kernel.js';
import { referenceKernels } from '../../kernels/reference/index.js';
import type { Part, Place, Step } from '../../lower/program/step.js';
import type { VectorWorkload } from '../../lower/workload/workload.js';
import { elementCount } from '../../tensor/shape.js';
import { storageType, tensorFrom, type Tensor } from '../../tensor/tensor.js';
import type { LayerPlan } from '../layer-plan.js';
import { formatOf } from './array-layer.js';
import type { Assembled } from './assemble-array.js';
import { MemoryLayout, placeIn } from './memory-layout.js';
import type { InitialContent, ResidentOperands } from './initial-contents.js';
import { vectorElements, type OperandElement, type VectorElements } from './vector-elements.js';

type Outputs = Extract<Part, { readonly of: 'outputs' }>;
type VectorPlan = Pick<LayerPlan, 'program' | 'steps'> & { readonly workload: VectorWorkload };

/** Elements in a buffer, one after the other from `address`. */
interface Content {
  readonly memory: Exclude<MemoryName, 'output'>;
  readonly address: number;
  readonly elements: readonly OperandElement[];
}

/**
 * The operations of a layer of the vector unit. Its lanes make what the reference kernel makes of the elements that are in the
 * buffers; what is not there reads as the least code, so that a result that needs it is wrong.
 */
export function assembleVector(
  node: IntNode,
  graph: IntGraph,
  operands: readonly Tensor[],
  { workload, program, steps }: VectorPlan,
  accelerator: Accelerator,
  result: Tensor,
  resident: ResidentOperands,
): Assembled {
  const elements = vectorElements(node, graph, workload);
  const parameters = elements.parameters.flatMap((operand) => wholeOperand(operands, operand));
  const bytes = new Map<Place, number>(
    [...resident].map(([operand, place]) => [`residentInput${place}`, operands[operand]!.data.byteLength]),
  );
  bytes.set('residentWeight0', byteCount(operands, parameters));
  bytes.set('residentOutput0', result.data.byteLength);
  const layout = new MemoryLayout(steps, accelerator, bytes);
  const assembler = new VectorAssembler(node, graph, operands, elements, layout, result, resident);
  const initialContents = [
    ...[...resident].map(([operand, place]) =>
      assembler.hold(`residentInput${place}`, 'activation', wholeOperand(operands, operand)),
    ),
    assembler.hold('residentWeight0', 'weight', parameters),
  ].filter((each) => each !== null);
  const operations = steps.map((step, index) => assembler.operation(step, program[index]!.waitsFor));
  return { operations, layout, initialContents };
}

function wholeOperand(operands: readonly Tensor[], operand: number): OperandElement[] {
  return Array.from(operands[operand]!.data, (_, index) => ({ operand, index }));
}

/** What elements take where they are stored one after the other. */
function byteCount(operands: readonly Tensor[], elements: readonly OperandElement[]): number {
  return elements.reduce((sum, { operand }) => sum + operands[operand]!.data.BYTES_PER_ELEMENT, 0);
}

function elementBytes(operands: readonly Tensor[], elements: readonly OperandElement[]): Uint8Array {
  const stored = new Uint8Array(byteCount(operands, elements));
  let at = 0;
  for (const { operand, index } of elements) {
    const { data } = operands[operand]!;
    for (let byte = 0; byte < data.BYTES_PER_ELEMENT; byte += 1, at += 1) {
      stored[at] = byteOf(data[index]!, byte);
    }
  }
  return stored;
}

class VectorAssembler {
  readonly #node: IntNode;
  readonly #graph: IntGraph;
  readonly #operands: readonly Tensor[];
  readonly #elements: VectorElements;
  readonly #layout: MemoryLayout;
  readonly #result: Tensor;
  readonly #resident: ResidentOperands;
  /** What a place holds; an operand that is there twice is one content for each. */
  readonly #contents = new Map<Place, readonly Content[]>();

  constructor(
    node: IntNode,
    graph: IntGraph,
    operands: readonly Tensor[],
    elements: VectorElements,
    layout: MemoryLayout,
    result: Tensor,
    resident: ResidentOperands,
  ) {
    this.#node = node;
    this.#graph = graph;
    this.#operands = operands;
    this.#elements = elements;
    this.#layout = layout;
    this.#result = result;
    this.#resident = resident;
  }

  /** What is on chip when the program begins; null where the program does not name the place. */
  hold(place: Place, memory: Content['memory'], elements: readonly OperandElement[]): InitialContent | null {
    if (!this.#layout.has(place)) return null;
    const address = this.#layout.of(place).first;
    this.#contents.set(place, [...(this.#contents.get(place) ?? []), { memory, address, elements }]);
    const stored = elementBytes(this.#operands, elements);
    return { memory, address, content: () => stored };
  }

  operation({ work, part, reads, writes }: Step, waitsFor: readonly number[]): Operation {
    const base = { unit: work.unit, waitsFor };
    switch (work.kind) {
      case 'loadActivations':
      case 'loadWeights':
        return { ...base, ...this.#load(part, writes[0]!, work.bytes) };
      case 'vector': {
        const { operations, inputBytes, outputs } = work;
        const made = this.#elements.made(part as Outputs);
        assert(made.length === outputs, 'a tile makes its results', { made: made.length });
        const format = formatOf(this.#result);
        const place = placeIn(writes, 'output', 'residentOutput')!;
        const { first } = this.#layout.of(place);
        const stays = place === 'residentOutput0';
        return {
          ...base,
          kind: 'vector',
          operations,
          inputBytes,
          outputs,
          format,
          reads: this.#contentsOf(reads).map(({ memory, address, elements }) => ({
            memory,
            first: address,
            end: address + byteCount(this.#operands, elements),
          })),
          addresses: () =>
            Int32Array.from(made, (place, output) => first + (stays ? place : output) * format.bytes),
          codeOf: this.#lanes(made, reads),
        };
      }
      case 'store': {
        const made = this.#elements.made(part as Outputs);
        const { data } = this.#result;
        const put = (element: number, code: number): void => {
          data[made[element]!] = code;
        };
        const address = this.#layout.of(reads[0]!).first;
        return {
          ...base,
          kind: 'store',
          address,
          elements: made.length,
          format: formatOf(this.#result),
          put,
        };
      }
      default:
        throw new InvariantError('a vector layer has no such instruction', { kind: work.kind });
    }
  }

  #load(part: Part, place: Place, bytes: number) {
    const { first, size } = this.#layout.of(place);
    const isParameters = part.of === 'parameters';
    const elements = isParameters
      ? this.#elements.parameters.flatMap((operand) => wholeOperand(this.#operands, operand))
      : this.#elements
          .loaded(part as Extract<Part, { of: 'activations' }>)
          .filter(({ operand }) => !this.#resident.has(operand));
    const memory = isParameters ? 'weight' : 'activation';
    this.#contents.set(place, [{ memory, address: first, elements }]);
    const stored = byteCount(this.#operands, elements);
    assert(stored === bytes && bytes <= size, 'a load moves its region into its slot', {
      place,
      bytes,
      region: stored,
      size,
    });
    return {
      kind: 'load' as const,
      memory,
      address: first,
      bytes,
      content: () => elementBytes(this.#operands, elements),
    } as const;
  }

  #contentsOf(reads: readonly Place[]): readonly Content[] {
    return reads.flatMap((place) => this.#contents.get(place)!);
  }

  /** The results of a tile, computed when the first of them is complete, from what is then in the buffers. */
  #lanes(made: readonly number[], reads: readonly Place[]): (output: number, read: ReadElement) => number {
    const contents = this.#contentsOf(reads);
    let results: Tensor | null = null;
    return (output, read) => {
      results ??= this.#computed(contents, read);
      return results.data[made[output]!]!;
    };
  }

  #computed(contents: readonly Content[], read: ReadElement): Tensor {
    const seen = this.#node.inputs.map((id) => {
      const { shape, type } = this.#graph.values.get(id)!;
      assert(type.kind === 'int', 'operands of a layer are integers', { id });
      const codes = new Float64Array(elementCount(shape)).fill(minOf(type.format));
      return { shape, type, codes };
    });
    for (const { memory, address, elements } of contents) {
      let at = address;
      for (const { operand, index } of elements) {
        const format = formatOf(this.#operands[operand]!);
        seen[operand]!.codes[index] = read(memory, at, format);
        at += format.bytes;
      }
    }
    const { shape, type } = this.#graph.values.get(this.#node.output)!;
    const kernel = referenceKernels[this.#node.op] as unknown as BindKernel<IntNode>;
    const bound = kernel(
      this.#node,
      seen.map((operand) => ({ shape: operand.shape, type: operand.type, constant: null })),
      { shape, type },
    );
    return bound(
      seen.map(({ shape: extents, type: { format }, codes }) =>
        tensorFrom(storageType(format), extents, codes),
      ),
    );
  }
}
