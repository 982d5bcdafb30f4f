import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readImage } from '../../src/formats/image.js';
import { COLOURS, CYCLE_COLOURS } from '../../src/report/html/palette.js';
import { cli, quantizedDigits } from '../support/cli.js';

/** Where Debian and others put the browser; without one these tests are skipped. */
const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** What a browser shows of a page, as `#rrggbb` per pixel counted. */
async function coloursOf(html: string): Promise<ReadonlyMap<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'bitmac-page-'));
  const [page, picture] = [join(folder, 'page.html'), join(folder, 'page.png')];
  try {
    await writeFile(page, html);
    await promisify(execFile)(browser!, [
      '--headless',
      '--no-sandbox',
      '--hide-scrollbars',
      '--window-size=1200,2400',
      `--user-data-dir=${folder}`,
      `--screenshot=${picture}`,
      `file://${page}`,
    ]);
    const { data, channels } = readImage(await readFile(picture));
    const counts = new Map<string, number>();
    for (let i = 0; i < data.length; i += channels) {
      const colour = `#${Buffer.from(data.subarray(i, i + 3)).toString('hex')}`;
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    return counts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function reportOfDigits(): Promise<string> {
  const files = new Map([['d.safetensors', await quantizedDigits()]]);
  const args = ['simulate', 'd.safetensors', '--hw', 'whitepaper-16x16', '--html', 'report.html'];
  const { written } = await cli(args, files);
  return String(written.get('report.html'));
}

/** Pixels in the colour that bars of streaming cycles have on a light page. */
const STREAMING = COLOURS[CYCLE_COLOURS.stream].light;

describe.skipIf(browser === undefined)('in a real browser', () => {
  it('the report shows its bars: style and pictures pass its own content policy', async () => {
    const colours = await coloursOf(await reportOfDigits());
    const bars = ['stream', 'stalledOnLoad', 'stalledOnStore', 'vector'] as const;
    const missing = bars.filter((name) => (colours.get(COLOURS[CYCLE_COLOURS[name]].light) ?? 0) < 500);
    expect(missing).toEqual([]);
  }, 120_000);

  it('a style that the policy does not name is not applied', async () => {
    const colours = await coloursOf((await reportOfDigits()).replace('sha256-', 'sha384-'));
    expect(colours.get(STREAMING) ?? 0).toBe(0);
  }, 120_000);
});
