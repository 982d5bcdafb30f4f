import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Evaluation } from '../../../../src/report/evaluation.js';
import { renderHtmlReport } from '../../../../src/report/html/report.js';
import { readMarkup } from '../../../support/markup-reader.js';
import { machineFixture } from '../../../support/machine-fixture.js';
import {
  comparisonFixture,
  networkSketch,
  refusedFixture,
  simulationFixture,
} from '../../../support/simulation-fixture.js';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='a()'>&amp;\u202E{}</title></style>-->`;

const evaluation: Evaluation = {
  model: HOSTILE,
  rows: 10,
  float: { top1Correct: 9, top5Correct: 10 },
  integer: { top1Correct: 8, top5Correct: 10 },
  sameTop1: 9,
  meanAbsoluteError: 0.1,
  maxAbsoluteError: 0.5,
  accumulators: null,
};

function hostileReport(): string {
  const accelerator = machineFixture({ name: HOSTILE, description: HOSTILE, source: HOSTILE });
  const sketch = { name: HOSTILE, op: HOSTILE, mapping: HOSTILE, runnerUp: HOSTILE };
  const sketches = [
    sketch,
    { ...sketch, placement: 'host' as const },
    { ...sketch, placement: 'free' as const },
  ];
  const simulation = simulationFixture(sketches, { model: HOSTILE, accelerator });
  const simulations = [simulation, simulation];
  const comparison = comparisonFixture(simulations);
  return renderHtmlReport({ title: HOSTILE, simulations, comparison, evaluation });
}

function report(layerCount: number): string {
  return renderHtmlReport({ title: 'report', simulations: [simulationFixture(networkSketch(layerCount))] });
}

it.each([3, 12, 80])('is well-formed with %i layers', (count) => {
  expect(readMarkup(report(count)).length).toBeGreaterThan(count * 40);
});

it('keeps hostile names as text: no element and no attribute comes out of them', () => {
  const elements = readMarkup(hostileReport());
  const names = new Set(elements.map(({ name }) => name));
  expect(
    [...names].filter((name) => ['script', 'img', 'iframe', 'object', 'link', 'base'].includes(name)),
  ).toEqual([]);
  const attributes = new Set(elements.flatMap((element) => Object.keys(element.attributes)));
  expect([...attributes].filter((name) => /^on|^src|^style$/.test(name))).toEqual([]);
  expect(elements.filter(({ name }) => name === 'style')).toHaveLength(1);
});

it('escapes the same way in text, in attributes and in tooltips', () => {
  const html = hostileReport();
  expect(html).not.toContain('<script');
  expect(html).not.toContain('\u202E');
  expect(html).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
});

it('fetches nothing and runs nothing', () => {
  const html = report(12);
  expect(html).not.toMatch(/https?:|url\(|@import|src=|javascript:/);
  const links = readMarkup(html).flatMap(({ attributes }) => attributes['href'] ?? []);
  expect(links.filter((link) => !link.startsWith('#'))).toEqual([]);
});

it('allows its own style sheet by hash, and nothing else', () => {
  const html = report(3);
  const [, style] = /<style>([^<]*)<\/style>/.exec(html)!;
  const hash = createHash('sha256').update(style!).digest('base64');
  const policy = readMarkup(html).find(({ attributes }) => attributes['http-equiv'] !== undefined)!;
  expect(policy.attributes['content']).toBe(
    `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
  );
});

it('describes every picture', () => {
  const pictures = readMarkup(report(12)).filter(({ name }) => name === 'svg');
  expect(pictures).toHaveLength(3);
  expect(pictures.every(({ attributes }) => attributes['role'] === 'img')).toBe(true);
  expect(pictures.map(({ attributes }) => attributes['aria-label'])).toEqual([
    'Stacked bars: cycles of each layer of fixture-net on fixture-16x16, by name',
    'Stacked bars: energy of each layer of fixture-net on fixture-16x16, by component',
    'Roofline of fixture-net on fixture-16x16: MACs per cycle over MACs per DRAM byte',
  ]);
});

it.each([
  { what: 'no layers', sketches: [] },
  {
    what: 'nothing but a reshape',
    sketches: [{ name: 'flatten', op: 'reshape', placement: 'free' as const }],
  },
  {
    what: 'no layer on the array',
    sketches: [{ name: 'pool', op: 'maxPool', placement: 'vector' as const }],
  },
])('prints no number that is none with $what', ({ sketches }) => {
  const html = renderHtmlReport({ title: 'report', simulations: [simulationFixture(sketches)] });
  readMarkup(html);
  expect(html).not.toMatch(/NaN|Infinity|undefined|null/);
});

it('compares machines that ran the same model', () => {
  const simulations = ['a', 'b'].map((name, seed) =>
    simulationFixture(networkSketch(5), { seed, accelerator: machineFixture({ name }) }),
  );
  const comparison = comparisonFixture(simulations);
  const html = renderHtmlReport({ title: 'comparison', simulations, comparison });
  expect(html).toContain('fixture-net: machines side by side');
  expect(readMarkup(html).filter(({ name }) => name === 'svg')).toHaveLength(8);
  expect(report(5)).not.toContain('side by side');
});

it('sets several models against machines, right answers and refusals included', () => {
  const [a, b] = ['a.onnx', 'b.onnx'].map((model) => simulationFixture(networkSketch(5), { model }));
  const outcomes = [...comparisonFixture([a!]).outcomes, refusedFixture(b!, 'found <wide> weights')];
  const comparison = { outcomes, accuracies: new Map([['a.onnx', { rows: 200, top1Correct: 151 }]]) };
  const html = renderHtmlReport({ title: 'comparison', simulations: [a!], comparison });
  readMarkup(html);
  expect(html).toContain('All models on all machines');
  expect(html).toContain('First answers that are right: 75.50%, 151 of 200');
  expect(html).toContain('cannot run it: found &lt;wide&gt; weights');
  expect(html).not.toMatch(/NaN|Infinity|undefined|null/);
});

it('gives the same bytes for the same results', () => {
  expect(report(12)).toBe(report(12));
});
