import type { SimulationResult } from '../../engine/result.js';
import { percent, setting } from '../numbers.js';
import { plural } from '../sections.js';
import { legend } from './legend.js';
import { markup, type Markup } from './markup.js';
import { BOUND_COLOURS } from './palette.js';
import { NUMBERED_LAYERS, rooflineChart } from './roofline.js';
import { rooflineOf } from './roofline-points.js';

/** Which layers the array limits and which DRAM does; nothing where no layer runs on the array. */
export function rooflineFigure(result: SimulationResult): Markup {
  const roofline = rooflineOf(result);
  const { points, ridge, withoutTraffic } = roofline;
  if (points.length === 0) return markup``;
  const bounds = [...new Set(points.map(({ bound }) => bound))];
  const entries = bounds.map((bound) => {
    const bounded = points.filter((point) => point.bound === bound);
    const time = bounded.reduce((sum, point) => sum + point.share, 0);
    return {
      label: `bound by ${bound}`,
      colour: BOUND_COLOURS[bound],
      figure: `${plural(bounded.length, 'layer')}, ${percent(time)} of the time`,
    };
  });
  const missing =
    withoutTraffic === 0 ? '' : ` ${plural(withoutTraffic, 'layer')} without DRAM traffic not shown.`;
  const text =
    `One disc per layer of the array; its area is its share of the time. ${numbersText(points.length)} ` +
    `Left of ${setting(ridge)} MACs per byte DRAM sets the roof, right of it the array.${missing}`;
  return markup`<figure>
<figcaption><strong>Roofline</strong>${text}</figcaption>
${legend(entries)}
<div class="chart">${rooflineChart(roofline, `Roofline of ${result.model} on ${result.accelerator.name}: MACs per cycle over MACs per DRAM byte`)}</div>
</figure>`;
}

function numbersText(count: number): string {
  return count > NUMBERED_LAYERS
    ? `Numbers are those of the ${NUMBERED_LAYERS} longest layers.`
    : 'Numbers are those of the layers.';
}
