import type { Point } from './skeletons.js';

/** A square grayscale image, row by row: 0 is paper, 1 is full ink. */
export interface Canvas {
  readonly extent: number;
  readonly ink: Float64Array;
}

export function blankCanvas(extent: number): Canvas {
  return { extent, ink: new Float64Array(extent * extent) };
}

/** Draws a chain of straight pieces with a round pen, anti-aliased over one pixel at the rim. */
export function drawChain(canvas: Canvas, chain: readonly Point[], halfWidth: number): void {
  for (let piece = 1; piece < chain.length; piece += 1) {
    drawSegment(canvas, chain[piece - 1]!, chain[piece]!, halfWidth);
  }
}

function drawSegment({ extent, ink }: Canvas, from: Point, to: Point, halfWidth: number): void {
  const reach = halfWidth + 0.5;
  const pixel = (position: number): number => Math.min(Math.max(Math.round(position), 0), extent - 1);
  const firstRow = pixel(Math.min(from[1], to[1]) - reach);
  const lastRow = pixel(Math.max(from[1], to[1]) + reach);
  const firstColumn = pixel(Math.min(from[0], to[0]) - reach);
  const lastColumn = pixel(Math.max(from[0], to[0]) + reach);

  for (let row = firstRow; row <= lastRow; row += 1) {
    for (let column = firstColumn; column <= lastColumn; column += 1) {
      const coverage = Math.min(reach - distanceToSegment(column, row, from, to), 1);
      const index = row * extent + column;
      if (coverage > ink[index]!) ink[index] = coverage;
    }
  }
}

function distanceToSegment(x: number, y: number, from: Point, to: Point): number {
  const alongX = to[0] - from[0];
  const alongY = to[1] - from[1];
  const lengthSquared = alongX * alongX + alongY * alongY;
  const projection = (x - from[0]) * alongX + (y - from[1]) * alongY;
  const t = lengthSquared === 0 ? 0 : Math.min(Math.max(projection / lengthSquared, 0), 1);
  return Math.hypot(x - from[0] - t * alongX, y - from[1] - t * alongY);
}

/** The image under a 3x3 kernel that gives each of the four neighbours `spread` per axis, paper outside. */
export function blurred({ extent, ink }: Canvas, spread: number): Canvas {
  const pass = (source: Float64Array, step: number, positionOf: (index: number) => number): Float64Array =>
    source.map((value, index) => {
      const position = positionOf(index);
      const before = position > 0 ? source[index - step]! : 0;
      const after = position < extent - 1 ? source[index + step]! : 0;
      return value + spread * (before + after - 2 * value);
    });
  const alongRows = pass(ink, 1, (index) => index % extent);
  return { extent, ink: pass(alongRows, extent, (index) => Math.floor(index / extent)) };
}
