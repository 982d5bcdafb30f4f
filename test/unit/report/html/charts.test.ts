import { expect, it } from 'vitest';
import { CYCLE_NAMES } from '../../../../src/hw/counts.js';
import { layerCycles, layerEnergy } from '../../../../src/report/html/bar-figures.js';
import type { Markup } from '../../../../src/report/html/markup.js';
import { rooflineFigure } from '../../../../src/report/html/roofline-figure.js';
import { rooflineOf } from '../../../../src/report/html/roofline-points.js';
import { readMarkup, type Element } from '../../../support/markup-reader.js';
import { networkSketch, simulationFixture } from '../../../support/simulation-fixture.js';

const result = simulationFixture(networkSketch(12));

it('stacks bars without gaps: heights add up to the whole bar, and bars are to scale', () => {
  const stacks = stacksOf(layerCycles(result));
  const working = result.layers.filter(({ cycles }) => cycles > 0);
  expect(stacks).toHaveLength(working.length);
  const pixelsPerCycle = height(stacks[0]!.at(-1)!) / working[0]!.cycles;
  stacks.forEach((stack, index) => {
    const { cycles, cycleBreakdown } = working[index]!;
    const parts = stack.slice(0, -1).map(height);
    const whole = height(stack.at(-1)!);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(whole, 6);
    expect(Math.abs(whole - cycles * pixelsPerCycle)).toBeLessThan(0.02);
    expect(parts).toHaveLength(CYCLE_NAMES.filter((name) => cycleBreakdown[name] > 0).length);
  });
});

it('says the figures of every mark in its tooltip', () => {
  const { name, cycles, cycleBreakdown } = result.layers[0]!;
  const [first] = elementsOf(layerCycles(result)).filter((element) => element.name === 'title');
  const share = ((cycleBreakdown.stream / cycles) * 100).toFixed(1);
  expect(first!.text).toBe(
    `0 ${name}: stream ${grouped(cycleBreakdown.stream)} cycles (${share}% of ${grouped(cycles)} cycles)`,
  );
});

it('puts the layers of both charts at the same places', () => {
  const places = [layerCycles(result), layerEnergy(result)].map((chart) =>
    stacksOf(chart).map((stack) => stack.at(-1)!.attributes['x']),
  );
  expect(places[0]).toEqual(places[1]);
});

it.each([3, 12, 40, 80, 300])('keeps labels of %i layers apart', (count) => {
  const labels = elementsOf(layerCycles(simulationFixture(networkSketch(count)))).filter(({ attributes }) =>
    attributes['class']?.startsWith('label'),
  );
  const places = labels.map(({ attributes }) => Number(attributes['x']));
  const gaps = places.slice(1).map((place, index) => place - places[index]!);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(16.9);
  expect(labels.length).toBeGreaterThan(Math.min(count, 40) / 2);
});

it('draws no mark outside the picture', () => {
  const charts = [3, 80].flatMap((count) => {
    const drawn = simulationFixture(networkSketch(count));
    return [layerCycles(drawn), layerEnergy(drawn), rooflineFigure(drawn)];
  });
  for (const elements of charts.map(elementsOf)) {
    const [, , width, height] = elements
      .find(({ name }) => name === 'svg')!
      .attributes['viewBox']!.split(' ')
      .map(Number);
    const positions = (keys: readonly string[]): number[] =>
      elements.flatMap(({ attributes }) => keys.flatMap((key) => Number(attributes[key] ?? 0)));
    expect(Math.max(...positions(['x', 'x1', 'x2', 'cx']))).toBeLessThanOrEqual(width!);
    expect(Math.max(...positions(['y', 'y1', 'y2', 'cy']))).toBeLessThanOrEqual(height!);
    expect(Math.min(...positions(['x', 'x1', 'x2', 'cx', 'y', 'y1', 'y2', 'cy']))).toBeGreaterThanOrEqual(0);
  }
});

it('draws a disc for every layer of the array, with areas in the ratio of their times', () => {
  const { points } = rooflineOf(result);
  const discs = elementsOf(rooflineFigure(result)).filter(({ name }) => name === 'circle');
  expect(discs).toHaveLength(result.layers.filter(({ placement }) => placement === 'array').length);
  const radii = discs.map(({ attributes }) => Number(attributes['r']));
  const [first, second] = points;
  expect(radii[1]! ** 2 / radii[0]! ** 2).toBeCloseTo(second!.share / first!.share, 2);
});

it('lets equal layers share a disc', () => {
  const [layer, ...rest] = result.layers;
  const twin = { ...layer!, index: 12, name: 'twin' };
  const { points } = rooflineOf({ ...result, layers: [layer!, ...rest, twin] });
  const shared = points.find(({ layers }) => layers.length === 2)!;
  expect(shared.layers.map(({ index }) => index)).toEqual([0, 12]);
  expect(shared.share).toBe((2 * layer!.cycles) / result.totals.cycles);
});

it('keeps every layer under the roof', () => {
  const { points, peak, dramBytesPerCycle, ridge } = rooflineOf(simulationFixture(networkSketch(80)));
  expect(ridge).toBe(32);
  const above = points.filter(
    ({ macsPerByte, macsPerCycle }) => macsPerCycle > Math.min(peak, macsPerByte * dramBytesPerCycle),
  );
  expect(above).toEqual([]);
});

it('counts layers without DRAM traffic, which have no place on a roofline', () => {
  const [layer, ...rest] = result.layers;
  const counts = { ...layer!.counts, dramReadBytes: 0, dramWriteBytes: 0 };
  const onChip = { ...result, layers: [{ ...layer!, counts }, ...rest] };
  expect(rooflineOf(onChip).withoutTraffic).toBe(1);
  expect(rooflineFigure(onChip).text).toContain('1 layer without DRAM traffic not shown');
});

function elementsOf(chart: Markup): Element[] {
  return readMarkup(chart.text);
}

/** The rectangles of each bar, its outline last. */
function stacksOf(chart: Markup): Element[][] {
  const stacks: Element[][] = [[]];
  for (const element of elementsOf(chart).filter(({ name }) => name === 'rect')) {
    stacks.at(-1)!.push(element);
    if (element.attributes['class'] === 'outline') stacks.push([]);
  }
  return stacks.slice(0, -1);
}

function height({ attributes }: Element): number {
  return Number(attributes['height']);
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
