import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { UserError } from '../../src/core/errors.js';
import { IntegerRunner } from '../../src/engine/run.js';
import { writeIntegerGraph } from '../../src/exporters/integer-graph.js';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.js';
import { GRAPH_KEY, readIntegerGraph } from '../../src/importers/integer-graph/read.js';
import type { IntGraph } from '../../src/ir/graph.js';
import { integerGraphProblems } from '../../src/ir/verify-integer.js';
import { graphProblems } from '../../src/ir/verify.js';
import { channelCount, type Requantizer } from '../../src/arith/requantizer.js';
import { ruleOf } from '../../src/arith/requantizers/registry.js';
import { quantize } from '../../src/ptq/quantize.js';
import { anyFloatGraph } from '../arbitraries/float-graphs.js';
import { counterexample } from '../support/counterexample.js';
import { FloatNet } from '../support/float-net.js';
import { windowWith } from '../support/identity.js';
import { tensorFrom } from '../../src/tensor/tensor.js';

/** Rules of stacks whose parameters are integers, float32 numbers, doubles and several a channel. */
const STACK_RULES = [
  'tflite-double',
  'tvm-upward',
  'xnnpack-fp32',
  'tflite-float64',
  'fbgemm-fixed',
  'multiply-shift-jam',
] as const;

/** The same graph under a rule of a stack, in every channel the parameters that it derives from a factor. */
function underRule(graph: IntGraph, name: (typeof STACK_RULES)[number]): IntGraph {
  const stackOf = (requantizer: Requantizer): Requantizer => ({
    kind: 'stack',
    rule: name,
    channels: Array.from({ length: channelCount(requantizer) }, (_, channel) => {
      const parameters = ruleOf(name).derive(2 ** -9 / (channel + 3));
      return parameters!;
    }),
  });
  const nodes = graph.nodes.map((node) =>
    'requantizer' in node ? { ...node, requantizer: stackOf(node.requantizer) } : node,
  );
  return { ...graph, nodes };
}

const anyStyle = fc.constantFrom('single' as const, 'double' as const, 'shift' as const);

/** Integer graphs with inputs. A network with a vanishing range is refused by the quantizer: not our subject. */
const anyQuantized = fc
  .tuple(anyFloatGraph(), anyStyle, fc.option(fc.constantFrom(...STACK_RULES)))
  .map(([{ graph, samples }, requantizer, rule]) => {
    try {
      const quantized = quantize(graph, samples, { recipe: { requantizer } }).graph;
      return { samples, graph: rule === null ? quantized : underRule(quantized, rule) };
    } catch (error) {
      if (error instanceof UserError) return null;
      throw error;
    }
  })
  .filter((quantized) => quantized !== null);

/** The fields of an object and of all objects in it the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, reversed(part)]),
  );
}

describe('a file gives the graph back', () => {
  it('equal in every field, and writes the same bytes again', () => {
    const property = fc.property(anyQuantized, ({ graph }) => {
      const bytes = writeIntegerGraph(graph);
      const read = readIntegerGraph(bytes);
      expect(read).toStrictEqual(graph);
      return Buffer.from(writeIntegerGraph(read)).equals(bytes);
    });
    expect(counterexample(property, 50)).toBe('');
  });

  it('with the same outputs', () => {
    const property = fc.property(anyQuantized, ({ graph, samples }) => {
      const outputs = (g: IntGraph): string => JSON.stringify(new IntegerRunner(g).run(samples[0]!));
      return outputs(readIntegerGraph(writeIntegerGraph(graph))) === outputs(graph);
    });
    expect(counterexample(property, 25)).toBe('');
  });

  it('whatever order its constants, and the fields of its nodes, are in', () => {
    const property = fc.property(anyQuantized, ({ graph }) => {
      const shuffled = {
        ...graph,
        constants: new Map([...graph.constants].reverse()),
        nodes: graph.nodes.map((node) => reversed(node)),
      } as unknown as IntGraph;
      return Buffer.from(writeIntegerGraph(shuffled)).equals(writeIntegerGraph(graph));
    });
    expect(counterexample(property, 30)).toBe('');
  });
});

/** A graph with an operator of every kind of field: windows, taps, tables, indices, pads, requantizers. */
function representative(): IntGraph {
  const random = new Random(3);
  const net = new FloatNet();
  const numbers = (count: number): number[] => Array.from({ length: count }, () => random.normal());
  const x = net.input([1, 4, 4, 2], 'x');
  const conv = net.node({ op: 'conv2d', ...windowWith([3, 3], { padTop: 1 }), groups: 1, activation: null }, [
    x,
    net.constant([4, 3, 3, 2], numbers(72)),
    net.constant([4], numbers(4)),
  ]);
  const pool = net.node({ op: 'maxPool', ...windowWith([2, 2]) }, [conv]);
  const taps = { lower: [0, 0, 1], upper: [0, 1, 1], upperWeight: [0, 0.5, 0] };
  const resized = net.node(
    { op: 'resize', rows: taps, columns: { lower: [0], upper: [0], upperWeight: [1] } },
    [net.node({ op: 'pad', before: [0, 0, 1, 0], after: [0, 0, 0, 0], mode: 'constant', value: 1 }, [pool])],
  );
  const gate = net.node({ op: 'unary', function: { kind: 'sigmoid' } }, [resized]);
  const sum = net.node({ op: 'add', activation: null }, [gate, resized]);
  const tokens = net.node({ op: 'reshape', shape: [1, 3, 4] }, [sum]);
  const chosen = net.node({ op: 'gather', axis: 1, indices: [2, 0], indicesShape: [2] }, [tokens]);
  const normalized = net.node({ op: 'layerNormalization', epsilon: 1e-5 }, [
    chosen,
    net.constant([4], numbers(4)),
  ]);
  const y = net.node({ op: 'softmax' }, [normalized]);
  const mean = net.node({ op: 'mean', axes: [1], keepDims: false }, [normalized]);
  const sample = [tensorFrom('float32', [1, 4, 4, 2], numbers(32))];
  return quantize(net.finish([y, mean]), [sample], { metadata: { origin: 'a test' } }).graph;
}

const intact = writeIntegerGraph(representative());
const { tensors, metadata } = readSafetensors(intact);
const json = metadata.get(GRAPH_KEY)!;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Container = Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

/** The file with its JSON edited, tensors as they are. */
function edited(edit: (graph: Json) => void): Uint8Array {
  const graph = JSON.parse(json) as Json;
  edit(graph);
  return writeSafetensors({ tensors, metadata: new Map([[GRAPH_KEY, JSON.stringify(graph)]]) });
}

/** What holds the last step of a path. */
function container(graph: Json, path: Path): Container {
  return path.slice(0, -1).reduce<Json>((at, key) => (at as never)[key], graph) as Container;
}

function withValue(path: Path, value: Json): Uint8Array {
  return edited((graph) => {
    (container(graph, path) as never as Record<string | number, Json>)[path.at(-1)!] = value;
  });
}

/** The outcome of reading: the graph, or the message of a UserError; anything else is thrown on. */
function outcome(bytes: Uint8Array): IntGraph | string {
  try {
    return readIntegerGraph(bytes);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

const { nodes } = readIntegerGraph(intact);
const nodeOf = (op: string): number => nodes.findIndex((node) => node.op === op);

describe('a file that was edited is refused with a message that names the place', () => {
  it.each<{ name: string; path: Path; value: Json; message: string }>([
    { name: 'another version', path: ['version'], value: 2, message: 'version' },
    { name: 'an unknown field', path: ['extra'], value: 1, message: 'Unrecognized key' },
    {
      name: 'an unknown operator',
      path: ['nodes', 0, 'op'],
      value: 'conv3d',
      message: 'nodes.0.op',
    },
    {
      name: 'an operand that is never made',
      path: ['nodes', 1, 'inputs', 0],
      value: 'nobody',
      message: "reads 'nobody' before it is defined",
    },
    {
      name: 'a cycle',
      path: ['nodes', 0, 'inputs', 0],
      value: nodes[1]!.output,
      message: `reads '${nodes[1]!.output}' before it is defined`,
    },
    {
      name: 'a value made twice',
      path: ['nodes', 1, 'output'],
      value: nodes[0]!.output,
      message: 'is defined twice',
    },
    {
      name: 'an output that is never made',
      path: ['outputs', 0, 'value'],
      value: 'z',
      message: "'z' is never defined",
    },
    { name: 'an input without a value', path: ['inputs', 0, 'value'], value: 'z', message: "no value 'z'" },
    {
      name: 'a shape its operator does not give',
      path: ['values', 0, 'shape', 1],
      value: 5,
      message: 'gives 1x4x2x4, its value says 1x3x2x4',
    },
    { name: 'a negative extent', path: ['values', 0, 'shape', 1], value: -4, message: 'values.0.shape.1' },
    {
      name: 'more elements than an index reaches',
      path: ['values', 0, 'shape'],
      value: [1, 65536, 65536, 2],
      message: 'more than 2147483647 elements',
    },
    {
      name: 'an unsigned format of 32 bits',
      path: ['values', 1, 'type', 'format'],
      value: { bits: 32, signed: false },
      message: 'unsigned formats have at most 16 bits',
    },
    {
      name: 'weights so far from their zero point that sums leave int32',
      path: ['nodes', nodeOf('conv2d'), 'weightZeroPoint'],
      value: 2 ** 30,
      message: 'leave int32',
    },
    {
      name: 'a shift of differences out of int32',
      path: ['nodes', nodeOf('add'), 'leftShift'],
      value: 30,
      message: 'leave int32',
    },
    {
      name: 'a scale of 0',
      path: ['values', 0, 'type', 'quantization', 'scales', 0],
      value: 0,
      message: 'values.0.type.quantization.scales.0',
    },
    {
      name: 'two scales for a whole tensor',
      path: ['values', 0, 'type', 'quantization', 'scales'],
      value: [1, 2],
      message: "value 'x' has 2 scales, expected 1",
    },
    {
      name: 'scales along an axis that is not there',
      path: ['values', 0, 'type', 'quantization', 'axis'],
      value: 4,
      message: "value 'x' has 1 scales, expected an axis of its own",
    },
    {
      name: 'an input with a scale per channel',
      path: ['values', 0, 'type', 'quantization'],
      value: { scales: [1, 2], zeroPoint: 0, axis: 3 },
      message: "port 'x': a value with several scales",
    },
    {
      name: 'a port that does not order its axes',
      path: ['inputs', 0, 'permutation'],
      value: [0, 2, 2, 1],
      message: "port 'x': 0,2,2,1 does not order 4 axes",
    },
    {
      name: 'a multiplier of 2^31',
      path: ['nodes', 0, 'requantizer', 'multipliers', 0],
      value: 2 ** 31,
      message: 'nodes.0.requantizer.multipliers.0',
    },
    {
      name: 'a shift of 63',
      path: ['nodes', 0, 'requantizer', 'shifts', 0],
      value: 63,
      message: 'nodes.0.requantizer.shifts.0',
    },
    {
      name: 'fewer shifts than multipliers',
      path: ['nodes', 0, 'requantizer', 'shifts'],
      value: [31],
      message: 'one shift per multiplier',
    },
    {
      name: 'a requantizer for other channels',
      path: ['nodes', 0, 'requantizer'],
      value: { kind: 'shift', rounding: 'floor', shifts: [1, 2, 3] },
      message: 'a requantizer for 3 channels, expected 1 or 4',
    },
    {
      name: 'an unknown rounding mode',
      path: ['nodes', 0, 'requantizer', 'rounding'],
      value: 'up',
      message: 'nodes.0.requantizer.rounding',
    },
    {
      name: 'a rule that nobody knows',
      path: ['nodes', 0, 'requantizer'],
      value: { kind: 'stack', rule: 'tflite-triple', channels: [{ shift: 1 }] },
      message: 'nodes.0.requantizer.rule: found another name, expected one of the requantizer rules',
    },
    {
      name: 'a rule without channels',
      path: ['nodes', 0, 'requantizer'],
      value: { kind: 'stack', rule: 'shift-floor', channels: [] },
      message: 'nodes.0.requantizer.channels',
    },
    {
      name: 'a parameter that its rule does not have',
      path: ['nodes', 0, 'requantizer'],
      value: { kind: 'stack', rule: 'ruy', channels: [{ multiplier: 1, leftShift: 0, shift: 1 }] },
      message:
        "nodes.0.requantizer.channels.0: found 'shift' beside the parameters of rule 'ruy', expected multiplier, leftShift",
    },
    {
      name: 'a parameter that its rule needs',
      path: ['nodes', 0, 'requantizer'],
      value: { kind: 'stack', rule: 'ruy', channels: [{ multiplier: 1 }] },
      message:
        "nodes.0.requantizer.channels.0: found nothing as 'leftShift' of rule 'ruy', expected an integer from -31 to 7",
    },
    {
      name: 'a parameter out of range',
      path: ['nodes', 0, 'requantizer'],
      value: { kind: 'stack', rule: 'gemmini-shift', channels: [{ shift: 1 }, { shift: 32 }] },
      message:
        "nodes.0.requantizer.channels.1: found 32 as 'shift' of rule 'gemmini-shift', expected an integer from 0 to 31",
    },
    {
      name: 'a scale that is no float32',
      path: ['nodes', 0, 'requantizer'],
      value: { kind: 'stack', rule: 'onnxruntime', channels: [{ scale: 0.1 }] },
      message:
        "nodes.0.requantizer.channels.0: found 0.1 as 'scale' of rule 'onnxruntime', expected a float32 from",
    },
    {
      name: 'a float64 out of range',
      path: ['nodes', 0, 'requantizer'],
      value: { kind: 'stack', rule: 'tflite-float64', channels: [{ scale: 2 ** 32 }] },
      message:
        "nodes.0.requantizer.channels.0: found 4294967296 as 'scale' of rule 'tflite-float64', expected a float64 from",
    },
    {
      name: 'a rule for other channels',
      path: ['nodes', 0, 'requantizer'],
      value: { kind: 'stack', rule: 'shift-floor', channels: [{ shift: 1 }, { shift: 2 }] },
      message: 'a requantizer for 2 channels, expected 1 or 4',
    },
    {
      name: 'a clamp beyond the format',
      path: ['nodes', 0, 'clamp', 'max'],
      value: 128,
      message: "clamp -128 … 128 leaves the output's -128 … 127",
    },
    {
      name: 'a clamp that is upside down',
      path: ['nodes', 0, 'clamp', 'min'],
      value: 127.5,
      message: 'nodes.0.clamp.min',
    },
    {
      name: 'a stride of 0',
      path: ['nodes', 0, 'strideHeight'],
      value: 0,
      message: 'nodes.0.strideHeight',
    },
    {
      name: 'a window that covers padding only',
      path: ['nodes', nodeOf('maxPool')],
      value: {
        ...(nodes[nodeOf('maxPool')] as unknown as { [key: string]: Json }),
        kernelHeight: 1,
        padTop: 1,
        strideHeight: 2,
      },
      message: 'a window covers padding only',
    },
    {
      name: 'a negative gather index',
      path: ['nodes', nodeOf('gather'), 'indices', 0],
      value: -1,
      message: 'indices.0',
    },
    {
      name: 'a gather index out of range',
      path: ['nodes', nodeOf('gather'), 'indices', 0],
      value: 3,
      message: 'index 3 is outside 0 … 2',
    },
    {
      name: 'a resize tap out of range',
      path: ['nodes', nodeOf('resize'), 'rows', 'upper', 2],
      value: 9,
      message: 'a tap reads outside the input',
    },
    {
      name: 'an interpolation weight above 1',
      path: ['nodes', nodeOf('resize'), 'rows', 'upperWeight', 1],
      value: 1025,
      message: 'a weight of more than 1',
    },
    {
      name: 'layer normalization without a beta',
      path: ['nodes', nodeOf('layerNormalization'), 'inputs'],
      value: nodes[nodeOf('layerNormalization')]!.inputs.slice(0, 2),
      message: '2 operands, expected x, gamma and beta',
    },
    {
      name: 'a pad that is wider than any tensor',
      path: ['nodes', nodeOf('pad'), 'before', 1],
      value: 2 ** 31 - 1,
      message: 'its value says',
    },
  ])('$name', ({ path, value, message }) => {
    const before = process.memoryUsage().arrayBuffers;
    expect(outcome(withValue(path, value))).toContain(message);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
  });

  it('a value that is listed twice', () => {
    const bytes = edited((graph) => {
      const { values } = graph as { values: Json[] };
      values.push(values[0]!);
    });
    expect(outcome(bytes)).toContain('a value that is listed twice');
  });

  it.each([
    { name: 'no graph', entries: [], message: `no entry '${GRAPH_KEY}'` },
    { name: 'no JSON', entries: [[GRAPH_KEY, '{']] as const, message: 'text that is not JSON' },
    { name: 'JSON of something else', entries: [[GRAPH_KEY, '[]']] as const, message: 'top level' },
    {
      name: 'JSON too deep to walk',
      entries: [[GRAPH_KEY, '['.repeat(100_000) + ']'.repeat(100_000)]] as const,
      message: GRAPH_KEY,
    },
  ])('$name in the metadata', ({ entries, message }) => {
    expect(outcome(writeSafetensors({ tensors, metadata: new Map(entries) }))).toContain(message);
  });

  it('a tensor of floats', () => {
    const [id, { shape, data }] = [...tensors][0]!;
    const floats = { type: 'float32', shape, data: new Float32Array(data.length) } as const;
    const bytes = writeSafetensors({ tensors: new Map([...tensors, [id, floats]]), metadata });
    expect(outcome(bytes)).toContain(`constant '${id}' is float32, its value`);
  });

  it('a tensor that is missing', () => {
    const bytes = writeSafetensors({ tensors: new Map([...tensors].slice(1)), metadata });
    expect(outcome(bytes)).toContain('before it is defined');
  });
});

/** What a reader accepts is sound: the rules hold and it can be written again. */
function isSound(bytes: Uint8Array): boolean {
  const graph = outcome(bytes);
  if (typeof graph === 'string') return true;
  const problems = [...graphProblems(graph), ...integerGraphProblems(graph)];
  return problems.length === 0 && writeIntegerGraph(graph).length > 0;
}

describe('a damaged file is a sound graph or a UserError', () => {
  it('cut off anywhere', () => {
    const property = fc.property(fc.nat({ max: intact.length - 1 }), (length) => {
      return typeof outcome(intact.subarray(0, length)) === 'string';
    });
    expect(counterexample(property, 300)).toBe('');
  });

  it('with bytes flipped', () => {
    const anyFlip = fc.record({ at: fc.nat({ max: intact.length - 1 }), to: fc.nat({ max: 255 }) });
    const property = fc.property(fc.array(anyFlip, { minLength: 1, maxLength: 4 }), (flips) => {
      const bytes = intact.slice();
      for (const { at, to } of flips) bytes[at] = to;
      return isSound(bytes);
    });
    expect(counterexample(property, 500)).toBe('');
  });

  const everyPath: Path[] = [];
  const walk = (value: Json, path: Path): void => {
    if (path.length > 0) everyPath.push(path);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, part] of Object.entries(value))
      walk(part, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  walk(JSON.parse(json) as Json, []);
  const anyPath = fc.constantFrom(...everyPath);
  const anyValue = fc.oneof(
    fc.integer({ min: -3, max: 9 }),
    fc.constantFrom(255, 65536, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, 1e308, 0.5),
    fc.constantFrom<Json>(null, true, '', 'x', [], {}, [-1], [0, 0], [2 ** 31 - 1, 2 ** 31 - 1]),
  );

  it('with any field set to anything', () => {
    const property = fc.property(anyPath, anyValue, (path, value) => isSound(withValue(path, value)));
    expect(counterexample(property, 1500)).toBe('');
  });

  it('with any field or element removed, or any element doubled', () => {
    const property = fc.property(anyPath, fc.boolean(), (path, doubled) => {
      const bytes = edited((graph) => {
        const at = container(graph, path);
        const key = path.at(-1)!;
        if (!Array.isArray(at)) delete at[key];
        else if (doubled) at.push(at[Number(key)]!);
        else at.splice(Number(key), 1);
      });
      return isSound(bytes);
    });
    expect(counterexample(property, 800)).toBe('');
  });

  it('and the untouched file is read', () => {
    expect(outcome(intact)).toStrictEqual(representative());
  });
});
