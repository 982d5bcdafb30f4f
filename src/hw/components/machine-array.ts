import type { Workspace } from '../../wasm/workspace.js';
import type { AccumulatorFile, MacArray } from '../accelerator.js';
import { DotProductArray } from './dot-product-array.js';
import { PlainDotProducts } from './dot-products.js';
import { OutputStationaryMesh } from './output-stationary-mesh.js';
import type { OutputStationaryArray, StationaryArray } from './product-array.js';
import { SimdDotProducts } from './simd/dot-products.js';
import { fitsInt16, wrapsSums } from './simd/operand-range.js';
import { SimdOutputStationaryMesh } from './simd/output-stationary-mesh.js';
import { SimdStationaryMesh } from './simd/stationary-mesh.js';
import { StationaryMesh } from './stationary-mesh.js';

/** The array of a machine: one in which an operand stays, or one in which sums stay. */
export type MachineArray =
  | { readonly stays: 'operand'; readonly array: StationaryArray }
  | { readonly stays: 'sums'; readonly array: OutputStationaryArray };

/**
 * Stepped in vectors where the operands are narrow enough for them. The registers are the same either way.
 *
 * @param workspace the memory of emitted functions; null where nothing is emitted
 */
export function arrayOf(
  config: MacArray,
  accumulators: AccumulatorFile,
  workspace: Workspace | null,
): MachineArray {
  const emitted = fitsInt16(config) ? workspace : null;
  if (config.kind === 'dot-product') {
    const products = emitted === null ? new PlainDotProducts(config) : new SimdDotProducts(config, emitted);
    return { stays: 'operand', array: new DotProductArray(config, products) };
  }
  if (config.dataflow === 'os') {
    const array =
      emitted !== null && wrapsSums(accumulators)
        ? new SimdOutputStationaryMesh(config, emitted)
        : new OutputStationaryMesh(config);
    return { stays: 'sums', array };
  }
  const array = emitted === null ? new StationaryMesh(config) : new SimdStationaryMesh(config, emitted);
  return { stays: 'operand', array };
}
