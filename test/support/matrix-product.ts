import { productShape } from '../../src/lower/workload/plain-shapes.js';
import type { ArrayWorkload } from '../../src/lower/workload/workload.js';

/** Extents of a matrix product. */
export interface Product {
  /** Positions: rows of the left matrix. */
  readonly M: number;
  /** Outputs: columns of the right one. */
  readonly N: number;
  /** Inputs: what is summed over. */
  readonly K: number;
}

/** An M x K matrix of int8 times a K x N one, with biases unless they take no bytes. */
export function matrixProduct({ M, N, K }: Product, biasBytes = 4): ArrayWorkload {
  return {
    kind: 'array',
    ...productShape(M, K, N, 1),
    activationBits: 8,
    weightBits: 8,
    biasBytes,
    outputBytes: 1,
  };
}
