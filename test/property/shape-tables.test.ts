import fc from 'fast-check';
import { expect, it } from 'vitest';
import { simulateShapes } from '../../src/engine/simulate.js';
import { UserError } from '../../src/core/errors.js';
import { loadAccelerator } from '../../src/hw/load-accelerator.js';
import { parseShapes } from '../../src/load-shapes.js';

const extent = fc.integer({ min: 1, max: 12 });
const convolution = fc
  .record({
    filter: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    beyond: fc.tuple(extent, extent),
    channels: extent,
    filters: extent,
    strides: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
    depthwise: fc.boolean(),
  })
  .map((row) => ({ ...row, input: row.filter.map((taps, axis) => taps + row.beyond[axis]! - 1) }));

const HEADER =
  'Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,';
const parse = (...lines: readonly string[]) =>
  parseShapes(new TextEncoder().encode(lines.join('\n')), 't.csv');

/** Windows that begin on the axis and have not passed its end, counted one by one. */
function windows(input: number, filter: number, stride: number): number {
  let count = 1;
  while ((count - 1) * stride + filter < input) count += 1;
  return count;
}

it('every convolution of a table makes the MACs that its windows count, and they are simulated', async () => {
  const machine = await loadAccelerator('systolic-16x16-ws');
  const property = fc.property(convolution, ({ input, filter, channels, filters, strides, depthwise }) => {
    const name = depthwise ? 'DP' : 'a';
    const network = parse(HEADER, [name, ...input, ...filter, channels, filters, ...strides, ''].join());
    const [layer] = simulateShapes(network, machine).layers;
    const positions = [0, 1].map((axis) => windows(input[axis]!, filter[axis]!, strides[axis]!));
    const taps = filter[0] * filter[1];
    expect(layer!.macs).toBe(positions[0]! * positions[1]! * taps * channels * filters);
    expect(layer!.parameterBytes).toBe(taps * channels * filters);
    expect(layer!.outputShape).toEqual([1, ...positions, depthwise ? channels * filters : filters]);
    expect(layer!.cycles).toBeGreaterThanOrEqual(layer!.idealCycles);
  });
  fc.assert(property, { numRuns: 60 });
});

it('every product of a table makes batch x M x N x K MACs', async () => {
  const machine = await loadAccelerator('whitepaper-16x16');
  const property = fc.property(extent, extent, extent, extent, (m, n, k, batch) => {
    const [layer] = simulateShapes(parse('Layer,M,N,K,', `a,${m},${n},${k},${batch},`), machine).layers;
    expect(layer).toMatchObject({ macs: batch * m * n * k, parameterBytes: batch * n * k, op: 'matMul' });
  });
  fc.assert(property, { numRuns: 60 });
});

/** How many layers a table has, or why it is refused; any other end is a failure. */
function outcome(...lines: readonly string[]): string {
  try {
    return `${parse(...lines).layers.length} layers`;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

it('whatever the bytes, the answer is a network or a refusal that names the file', () => {
  const cell = fc.oneof(fc.string(), fc.integer().map(String), fc.constantFrom('1:2', '#x', 'DP', ''));
  const line = fc.array(cell, { maxLength: 12 }).map((cells) => cells.join());
  const property = fc.property(
    fc.constantFrom(HEADER, 'Layer,M,N,K', ''),
    fc.array(line, { maxLength: 6 }),
    (header, lines) => {
      expect(outcome(header, ...lines)).toMatch(/^(\d+ layers|t\.csv: .*)$/s);
    },
  );
  fc.assert(property, { numRuns: 500 });
});
