/** What is written beside a tensor: a value, or the tensor mirrored (without its border, or with it), or its border. */
export type PadMode = 'constant' | 'reflect' | 'symmetric' | 'edge';

/** Input position that a padded position copies, or −1 for the fill value. */
export function padSource(position: number, extent: number, mode: PadMode): number {
  if (position >= 0 && position < extent) return position;
  if (mode === 'constant') return -1;
  if (mode === 'edge') return position < 0 ? 0 : extent - 1;
  const border = mode === 'symmetric' ? 1 : 0;
  return position < 0 ? -position - border : 2 * (extent - 1) - position + border;
}
