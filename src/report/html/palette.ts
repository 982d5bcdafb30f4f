import type { Bound } from '../../engine/result.js';
import type { CycleName, EnergyComponent } from '../../hw/counts.js';

/**
 * Colours by what they stand for: blues compute, greens on-chip memory, vermilion what waits for or goes to DRAM, yellow and
 * orange the units behind the array, grey what nothing uses. Neighbours in a stack differ in lightness, not in hue alone.
 */
export const COLOURS = {
  blue: { light: '#0b62a8', dark: '#3d9be0' },
  sky: { light: '#86c5f0', dark: '#a9daf9' },
  indigo: { light: '#4b3f91', dark: '#8f86dc' },
  green: { light: '#0b6e50', dark: '#1f9a75' },
  jade: { light: '#46b28c', dark: '#5ccaa4' },
  mint: { light: '#a9dfc8', dark: '#c3eedd' },
  vermilion: { light: '#cc4a0f', dark: '#ea6a2f' },
  orange: { light: '#e8960c', dark: '#f2a633' },
  yellow: { light: '#f3dc45', dark: '#f6e66a' },
  pink: { light: '#c673a8', dark: '#d996c3' },
  grey: { light: '#9aa1a8', dark: '#858c94' },
} as const;
export type Colour = keyof typeof COLOURS;

export const CYCLE_COLOURS: Readonly<Record<CycleName, Colour>> = {
  stream: 'blue',
  fill: 'sky',
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
