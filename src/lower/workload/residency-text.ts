import { residencyOf, type ArrayWorkload, type VectorWorkload } from './workload.js';

/** What a mapping says of whole tensors on chip. */
export function residencyTexts(workload: ArrayWorkload | VectorWorkload): string[] {
  const { inputs, loadedInputBytes, weights, output } = residencyOf(workload);
  const input = loadedInputBytes === 0 ? 'input resident' : 'one input resident';
  return [
    ...(inputs === 0 ? [] : [input]),
    ...(weights ? ['weights resident'] : []),
    ...(output ? ['output stays'] : []),
  ];
}
