/** Bounds of a fused activation in real numbers: ReLU is 0 … ∞, ReLU6 is 0 … 6. */
export interface RealRange {
  readonly min: number;
  readonly max: number;
}
