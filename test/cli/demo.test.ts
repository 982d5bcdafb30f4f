import { expect, it } from 'vitest';
import { cli } from '../support/cli.js';

it('quantizes, evaluates and simulates the bundled model, and writes both reports', async () => {
  const { exitCode, stdout, stderr, written } = await cli(['demo']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect([...written.keys()]).toEqual(['demo-report.html', 'demo-report.json']);

  const report = JSON.parse(String(written.get('demo-report.json'))) as { totals: { macs: number } };
  expect(report.totals.macs).toBe(1_097_984);
  expect(String(written.get('demo-report.html'))).not.toMatch(/(src|href)="https?:/);

  const [, float, integer] = /^first +([\d.]+)% .*? +([\d.]+)%/m.exec(stdout)!;
  expect(Number(float)).toBeGreaterThan(97);
  expect(Number(float)).toBeLessThan(99.9);
  expect(Math.abs(Number(float) - Number(integer))).toBeLessThan(0.5);
  expect(stdout).toContain('digits.onnx on whitepaper-16x16\n');
  expect(stdout).toMatch(/Wrote demo-report\.html and demo-report\.json\.$/);
});
