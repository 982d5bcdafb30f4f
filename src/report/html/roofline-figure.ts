import type { SimulationResult } from '../../engine/result.js';
import { percent, setting } from '../numbers.js';
import { plural } from '../sections.js';
import { legend } from './legend.js';
import { markup, type Markup } from './markup.js';
import { BOUND_COLOURS } from './palette.js';
import { rooflineChart } from './roofline.js';
import { rooflineOf } from './roofline-points.js';

/** Which layers the array limits and which DRAM does; nothing where no layer runs on the array. */
export function rooflineFigure(result: SimulationResult): Markup {
  const roofline = rooflineOf(result);
  const { points, ridge, withoutTraffic } = roofline;
  if (points.length === 0) return markup``;
  const bounds = [...new Set(points.map(({ bound }) => bound))];
  const entries = bounds.map((bound) => {
    const bounded = points.filter((point) => point.bound === bound);
    const count = bounded.reduce((sum, { layers }) => sum + layers.length, 0);
    const time = bounded.reduce((sum, { share }) => sum + share, 0);
    return {
      label: `bound by ${bound}`,
      colour: BOUND_COLOURS[bound],
      figure: `${plural(count, 'layer')}, ${percent(time)} of the time`,
    };
  });
  const missing =
    withoutTraffic === 0 ? '' : ` ${plural(withoutTraffic, 'layer')} without DRAM traffic not shown.`;
  const text =
    `Layers of the array by number; equal layers share a disc. Its area is the share of the time. ` +
    `Left of ${setting(ridge)} MACs per byte DRAM sets the roof, right of it the array.${missing}`;
  return markup`<figure>
<figcaption><strong>Roofline</strong>${text}</figcaption>
${legend(entries)}
<div class="chart">${rooflineChart(roofline, `Roofline of ${result.model} on ${result.accelerator.name}: MACs per cycle over MACs per DRAM byte`)}</div>
</figure>`;
}
