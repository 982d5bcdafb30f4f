import { expect, it } from 'vitest';
import type { SimulationResult } from '../../../src/engine/result.js';
import { simulationCsv } from '../../../src/report/simulation-csv.js';
import { simulationJson } from '../../../src/report/simulation-json.js';
import { networkSketch, simulationFixture } from '../../support/simulation-fixture.js';

const result = simulationFixture(networkSketch(9));

it('JSON holds the result as it is, under a versioned schema', () => {
  const { schema, energyCosts, ...rest } = JSON.parse(simulationJson(result)) as Record<string, unknown>;
  expect(schema).toBe('bitmac-simulation/1');
  expect(rest).toEqual(result);
  expect(energyCosts).toHaveLength(14);
});

it('JSON ends with the memory that was needed, where that is known', () => {
  const memory = { peakResidentBytes: 1024 };
  const { memory: said, ...rest } = JSON.parse(simulationJson(result, memory)) as Record<string, unknown>;
  expect({ said, rest }).toEqual({ said: memory, rest: JSON.parse(simulationJson(result)) });
});

it('JSON has its keys in one order, however the result was built', () => {
  expect(simulationJson(withKeysReversed(result))).toBe(simulationJson(result));
});

it('CSV has a row a layer and a total that is their sum', () => {
  const [header, ...rows] = simulationCsv(result)
    .split('\n')
    .map((line) => line.split(','));
  expect(rows).toHaveLength(10);
  const summed = header!.filter((name) => /cycle|count|macs|energy|Bytes/i.test(name));
  expect(summed.length).toBeGreaterThan(30);
  const wrong = summed.filter((name) => {
    const values = rows.map((row) => Number(row[header!.indexOf(name)]));
    return values.slice(0, -1).reduce((sum, value) => sum + value, 0) !== values.at(-1);
  });
  expect(wrong).toEqual([]);
});

it('CSV keeps hostile names in one cell and harmless', () => {
  const hostile = simulationFixture([{ name: '=cmd|"/c calc"!A1,\n' }]);
  expect(simulationCsv(hostile)).toContain(',"\'=cmd|""/c calc""!A1,\n",conv2d,');
});

function withKeysReversed(value: SimulationResult): SimulationResult {
  const reversed = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(reversed);
    if (typeof item !== 'object' || item === null) return item;
    const entries = Object.entries(item).map(([key, part]) => [key, reversed(part)]);
    return Object.fromEntries(entries.toReversed());
  };
  return reversed(value) as SimulationResult;
}
