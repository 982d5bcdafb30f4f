import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SimulationResult } from '../../../src/engine/result.js';
import { acceleratorPresets, loadAccelerator } from '../../../src/hw/load-accelerator.js';
import { cli, quantizedDigits, repositoryPath } from '../../support/cli.js';

const textOf = (name: string): string =>
  readFileSync(repositoryPath(`configs/machines/${name}.yaml`), 'utf8');

/** Lines that give a field of the machine its value: two blanks deep, or the clock. */
function valueLines(text: string): string[] {
  const machine = text.slice(text.indexOf('\nclock:'), text.indexOf('\nenergy:'));
  return machine.split('\n').filter((line) => /^(clock|  \w+): \S/.test(line));
}

describe.each(acceleratorPresets())('the preset %s', (name) => {
  it('says of every field where it is from', () => {
    const lines = valueLines(textOf(name));
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => !/ # \S/.test(line))).toEqual([]);
  });

  it('runs a small network within its peak, and its layers add up', async () => {
    const files = new Map([['digits.safetensors', await quantizedDigits()]]);
    const run = await cli(['simulate', 'digits.safetensors', '--hw', name, '--json'], files);
    expect({ exitCode: run.exitCode, stderr: run.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { totals, layers } = JSON.parse(run.stdout) as SimulationResult;
    expect(totals.macs).toBe(1_097_984);
    expect(totals.utilization).toBeGreaterThan(0);
    expect(layers.filter(({ utilization }) => !(utilization >= 0 && utilization <= 1))).toEqual([]);
    expect(layers.reduce((sum, { cycles }) => sum + cycles, 0)).toBe(totals.cycles);
    const { array } = await loadAccelerator(name);
    expect(totals.cycles).toBeGreaterThanOrEqual(totals.macs / (array.rows * array.columns));
  });
});
