import { markup, type Markup } from './markup.js';
import type { Colour } from './palette.js';

export interface LegendEntry {
  readonly label: string;
  readonly colour: Colour;
  /** Printed behind the label: a share, a count. */
  readonly figure: string;
}

export function legend(entries: readonly LegendEntry[]): Markup {
  return markup`<ul class="legend">${entries.map(
    ({ label, colour, figure }) =>
      markup`<li><span class="swatch ${colour}"></span>${label} <b>${figure}</b></li>`,
  )}</ul>`;
}
