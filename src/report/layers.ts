import type { LayerResult, SimulationResult } from '../engine/result.js';

/** Layers that this machine spends time on. */
export function workingLayers({ layers }: SimulationResult): readonly LayerResult[] {
  return layers.filter(({ placement }) => placement === 'array' || placement === 'vector');
}

/** Layers that take no time: another name for the same bytes. */
export function freeLayers({ layers }: SimulationResult): readonly LayerResult[] {
  return layers.filter(({ placement }) => placement === 'free');
}

/** Layers this machine cannot run. */
export function hostLayers({ layers }: SimulationResult): readonly LayerResult[] {
  return layers.filter(({ placement }) => placement === 'host');
}
