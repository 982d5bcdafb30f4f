import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** V8 of Node 24. */
const HAS_FLAG = Number.parseInt(process.versions.v8, 10) >= 13;

const PROGRAM = `
  import { fastestKernels } from '../../src/kernels/integer-kernels.js';
  try { fastestKernels(); console.log('ready'); } catch (error) { console.log(error.name, error.message); }
`;

/** What a process of its own says, as flags of V8 stay set. */
function answerWith(environment: Readonly<Record<string, string>>): string {
  const { stdout } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM],
    { cwd: import.meta.dirname, encoding: 'utf8', env: { ...process.env, ...environment } },
  );
  return stdout.trim();
}

describe('256-bit instructions', () => {
  it('are not asked for by an empty variable', () => {
    expect(answerWith({ BITMAC_REVECTORIZE: '' })).toBe('ready');
  });

  it.skipIf(HAS_FLAG)('are refused by a Node without them', () => {
    expect(answerWith({ BITMAC_REVECTORIZE: '1' })).toBe(
      `UserError environment variable BITMAC_REVECTORIZE: found Node ${process.versions.node}, expected Node 24 or newer; run without BITMAC_REVECTORIZE`,
    );
  });

  it.runIf(HAS_FLAG)('are taken where the kernels equal the reference', () => {
    expect(answerWith({ BITMAC_REVECTORIZE: '1' })).toBe('ready');
  });
});
