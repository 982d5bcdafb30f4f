import { expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode } from '../../src/formats/onnx.js';
import { parseOnnxModel } from '../../src/formats/onnx-reader.js';
import { writeOnnxModel } from '../../src/formats/onnx-writer.js';
import { importOnnx } from '../../src/importers/onnx/import.js';
import { inspectOnnx } from '../../src/importers/onnx/inspect.js';
import { supportedOperators } from '../../src/importers/onnx/ops/registry.js';
import { opsetRange } from '../../src/importers/onnx/options.js';
import { floatModel, readShared } from '../support/models.js';
import { onnxNodeTests } from '../support/onnx-node-tests.js';
import { describeShared } from '../support/shared.js';

const operators = [...supportedOperators.runTime, ...supportedOperators.constant];

/** Integers that upset shape rules. */
const awkward = [0, 1, -1, 2, 3, 4, 5, 7, 100, -2, -3, 1000, 2 ** 31, -(2 ** 40)];

/** Damages models as careless exporters and disks do; the seed says how. */
class Vandal {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  any<T>(list: readonly T[]): T {
    return list[this.#random.integer(0, list.length - 1)]!;
  }

  /** A few bytes overwritten, most of them near the beginning, and perhaps the end cut off. */
  damagedBytes(bytes: Uint8Array): Uint8Array {
    const copy = Uint8Array.from(bytes);
    const reach = this.any([Math.min(3000, copy.length), copy.length]);
    for (let count = this.#random.integer(1, 5); count > 0; count -= 1) {
      copy[this.#random.integer(0, reach - 1)] = this.#random.integer(0, 255);
    }
    return this.#random.unit() < 0.1 ? copy.subarray(0, this.#random.integer(0, copy.length)) : copy;
  }

  /** A model that is encoded well and makes little sense. */
  damagedModel(model: OnnxModel): OnnxModel {
    let { graph, opsetImports } = model;
    for (let count = this.#random.integer(1, 4); count > 0; count -= 1) {
      if (this.#random.unit() < 0.7) graph = this.#withDamagedNode(graph);
      else if (this.#random.unit() < 0.5) graph = this.#withDamagedShapes(graph);
      else {
        opsetImports = [{ domain: '', version: this.#random.integer(opsetRange.oldest, opsetRange.newest) }];
      }
    }
    return { ...model, graph, opsetImports };
  }

  #withDamagedNode(graph: OnnxGraph): OnnxGraph {
    const victim = this.#random.integer(0, graph.nodes.length - 1);
    return { ...graph, nodes: graph.nodes.with(victim, this.#damagedNode(graph, graph.nodes[victim]!)) };
  }

  #damagedNode(graph: OnnxGraph, node: OnnxNode): OnnxNode {
    switch (this.#random.integer(0, 3)) {
      case 0:
        return { ...node, opType: this.any(operators) };
      case 1:
        return { ...node, inputs: node.inputs.slice(0, this.#random.integer(0, node.inputs.length)) };
      case 2: {
        const other = this.any(graph.nodes).outputs[0] ?? '';
        const at = this.#random.integer(0, node.inputs.length - 1);
        return { ...node, inputs: node.inputs.map((name, index) => (index === at ? other : name)) };
      }
      default:
        return { ...node, attributes: node.attributes.map((attribute) => this.#damaged(attribute)) };
    }
  }

  #damaged(attribute: OnnxAttribute): OnnxAttribute {
    if (this.#random.unit() < 0.5) return attribute;
    if (attribute.kind === 'int') return { ...attribute, value: BigInt(this.any(awkward)) };
    if (attribute.kind === 'float') return { ...attribute, value: this.any([0, NaN, Infinity, -1, 1e30]) };
    if (attribute.kind !== 'ints') return attribute;
    const at = this.#random.integer(0, attribute.value.length);
    const changed = attribute.value.map((value, index) => (index === at ? BigInt(this.any(awkward)) : value));
    return { ...attribute, value: at < attribute.value.length ? changed : [...changed, 1n] };
  }

  #withDamagedShapes(graph: OnnxGraph): OnnxGraph {
    const initializers = graph.initializers.map((tensor) => ({
      ...tensor,
      dims: tensor.dims.map((extent) => (this.#random.unit() < 0.1 ? Math.abs(this.any(awkward)) : extent)),
    }));
    const inputs = graph.inputs.map((input) =>
      input.type?.kind === 'tensor' && input.type.dims !== null
        ? {
            ...input,
            type: {
              ...input.type,
              dims: input.type.dims.map((extent) => (this.#random.unit() < 0.2 ? this.any(awkward) : extent)),
            },
          }
        : input,
    );
    return { ...graph, initializers, inputs };
  }
}

/** The seeds for which a reader ends in anything but a result or a `UserError`. */
function crashes(count: number, make: (vandal: Vandal) => Uint8Array): string[] {
  const found: string[] = [];
  for (let seed = 0; seed < count; seed += 1) {
    const bytes = make(new Vandal(seed));
    for (const read of [importOnnx, inspectOnnx]) {
      try {
        read(bytes, { file: 'damaged.onnx' });
      } catch (error) {
        if (!(error instanceof UserError)) found.push(`seed ${seed}, ${read.name}: ${String(error)}`);
      }
    }
  }
  return found;
}

describeShared('a damaged ONNX model makes a graph or a UserError, never anything else', () => {
  it('with bytes overwritten or cut off', () => {
    const files = ['mnist-8', 'dscnn_small'].map((name) => readShared(floatModel(name).file));
    expect(crashes(400, (vandal) => vandal.damagedBytes(vandal.any(files)))).toEqual([]);
  });

  it('with nodes, attributes and shapes changed', () => {
    const trained = ['mnist-8', 'vit_ibp_3_3_8', 'espcn'].map((name) =>
      parseOnnxModel(readShared(floatModel(name).file)),
    );
    const small = onnxNodeTests().map(({ model }) => model);
    expect(
      crashes(1500, (vandal) =>
        writeOnnxModel(vandal.damagedModel(vandal.any(vandal.any([trained, small])))),
      ),
    ).toEqual([]);
  });
});
