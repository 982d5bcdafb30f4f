import type { Bound } from '../../engine/result.js';
import type { CycleName, EnergyComponent } from '../../hw/counts.js';

/**
 * Colours by what they stand for: blues compute, greens on-chip memory, vermilion what waits for or goes to DRAM, yellow and
 * orange the units behind the array, grey what nothing uses. Neighbours in a stack differ in lightness, not in hue alone.
 */
export const COLOURS = {
  blue: { light: '#1b4fae', dark: '#30a2f6' },
  sky: { light: '#9ed0fa', dark: '#a2e0ff' },
  indigo: { light: '#3a1063', dark: '#7e50c0' },
  green: { light: '#124a33', dark: '#25644f' },
  jade: { light: '#41957d', dark: '#53a386' },
  mint: { light: '#a8f3dd', dark: '#c6fde3' },
  vermilion: { light: '#ce540b', dark: '#e8630f' },
  orange: { light: '#efa623', dark: '#f9ac1e' },
  yellow: { light: '#f5ee80', dark: '#fff086' },
  pink: { light: '#e06fcb', dark: '#a8258f' },
  grey: { light: '#5f646b', dark: '#b3b6b8' },
} as const;
export type Colour = keyof typeof COLOURS;

export const CYCLE_COLOURS: Readonly<Record<CycleName, Colour>> = {
  stream: 'blue',
  fill: 'sky',
  drain: 'indigo',
  weightLoad: 'jade',
  requantize: 'orange',
  vector: 'yellow',
  stalledOnLoad: 'vermilion',
  stalledOnStore: 'pink',
  idle: 'grey',
};

export const ENERGY_COLOURS: Readonly<Record<EnergyComponent, Colour>> = {
  mac: 'blue',
  registers: 'sky',
  accumulators: 'indigo',
  activationBuffer: 'mint',
  weightBuffer: 'jade',
  outputBuffer: 'green',
  dram: 'vermilion',
  requantize: 'orange',
  vector: 'yellow',
  leakage: 'grey',
};

export const BOUND_COLOURS: Readonly<Record<Bound, Colour>> = {
  compute: 'blue',
  'weight load': 'jade',
  load: 'vermilion',
  store: 'pink',
  vector: 'yellow',
  nothing: 'grey',
};

/** Custom properties of one theme, and the classes that use them. */
export function colourProperties(theme: 'light' | 'dark'): string {
  return Object.entries(COLOURS)
    .map(([name, value]) => `--${name}:${value[theme]};`)
    .join('');
}

export function colourClasses(): string {
  return Object.keys(COLOURS)
    .map((name) => `.${name}{fill:var(--${name});background:var(--${name})}`)
    .join('\n');
}
