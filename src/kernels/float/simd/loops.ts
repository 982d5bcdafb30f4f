import { hasSimd } from '../../../wasm/support.js';
import type { RealRange } from '../../../ir/ops/real-range.js';
import { ModuleBuilder } from '../../../wasm/module-builder.js';
import { Workspace, type Exports } from '../../../wasm/workspace.js';
import type { ChannelFilter, FloatLoops, OuterProducts, PanelProduct } from '../loops.js';
import { defineClip } from './clip.js';
import { defineFilterChannels } from './filter-channels.js';
import { defineMultiplyPanels } from './multiply-panels.js';
import { defineSumOuterProducts } from './sum-outer-products.js';
import { FLOAT_BYTES, ROW_BYTES } from './tile.js';
import { TOTALS_BYTES } from './totals.js';

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  defineMultiplyPanels(module);
  defineFilterChannels(module);
  defineSumOuterProducts(module);
  defineClip(module);
  return module.bytes();
}

/**
 * The loops in WebAssembly, on a memory that grows to what the largest call needs. Arrays are blocks of it, and addresses
 * their offsets.
 */
export class SimdLoops implements FloatLoops {
  readonly #workspace = new Workspace();
  readonly #totals: number;
  readonly #functions: Exports;

  private constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#totals = this.#workspace.constant(new Uint8Array(TOTALS_BYTES));
    this.#functions = this.#workspace.functions(new WebAssembly.Module(bytes));
  }

  /** Null where there is no WebAssembly with SIMD. */
  static create(): SimdLoops | null {
    return hasSimd() ? new SimdLoops(moduleBytes()) : null;
  }

  floats(length: number): Float32Array {
    // The last row of a tile may be read beyond the end.
    const address = this.#workspace.allocate(length * FLOAT_BYTES + ROW_BYTES);
    return new Float32Array(this.#workspace.memory.buffer, address, length);
  }

  indices(values: Int32Array): Int32Array {
    const address = this.#workspace.allocate(values.byteLength);
    const copy = new Int32Array(this.#workspace.memory.buffer, address, values.length);
    copy.set(values);
    return copy;
  }

  release(): void {
    this.#workspace.heap.clear();
  }

  multiplyPanels({ rows: { starts, pieces }, ...product }: PanelProduct): void {
    this.#functions['multiplyPanels']!(
      product.values.byteOffset,
      starts.byteOffset,
      starts.length,
      ...between(pieces),
      ...this.#panelOperands(product),
    );
  }

  filterChannels({ starts, taps, ...filter }: ChannelFilter): void {
    this.#functions['filterChannels']!(
      filter.values.byteOffset,
      starts.byteOffset,
      starts.length,
      ...between(taps),
      ...this.#panelOperands(filter),
    );
  }

  sumOuterProducts(product: OuterProducts): void {
    this.#functions['sumOuterProducts']!(
      product.values.byteOffset,
      ...between(product.starts),
      ...between(product.taps),
      product.gradient.byteOffset,
      product.gradientStride * FLOAT_BYTES,
      product.layout.outputs,
      product.layout.run,
      product.sums.byteOffset,
    );
  }

  clip(values: Float32Array, { min, max }: RealRange): void {
    this.#functions['clip']!(...between(values), min, max);
  }

  #panelOperands({ panels, bias, output, targets, range }: Omit<PanelProduct, 'rows'>): number[] {
    return [
      panels.weights.byteOffset,
      panels.outputs,
      bias.byteOffset,
      output.byteOffset,
      targets.byteOffset,
      this.#totals,
      range.min,
      range.max,
    ];
  }
}

/** The addresses where an array begins and ends. */
function between({ byteOffset, byteLength }: Int32Array | Float32Array): [number, number] {
  return [byteOffset, byteOffset + byteLength];
}
