import type { Random } from '../../src/core/random.js';
import { SKELETON_HEIGHT, SKELETON_WIDTH, type Point, type Stroke } from './skeletons.js';

/** Straight pieces drawn per span between two control points of a curve. */
const PIECES_PER_SPAN = 5;

/** A stroke whose control points moved by a normal deviate of `sigma` grid units each way. */
export function jittered(stroke: Stroke, sigma: number, random: Random): Stroke {
  const points = stroke.points.map(([x, y]): Point => [
    x + sigma * random.normal(),
    y + sigma * random.normal(),
  ]);
  return { ...stroke, points };
}

/** The stroke as a chain of straight pieces; curves are uniform Catmull-Rom splines. */
export function flattened({ shape, points }: Stroke): Point[] {
  if (shape === 'line') return [...points];
  const last = points.length - 1;
  const at = (index: number): Point =>
    shape === 'loop'
      ? points[(index + points.length) % points.length]!
      : points[Math.min(Math.max(index, 0), last)]!;

  const chain: Point[] = [at(0)];
  const spanCount = shape === 'loop' ? points.length : last;
  for (let span = 0; span < spanCount; span += 1) {
    for (let piece = 1; piece <= PIECES_PER_SPAN; piece += 1) {
      chain.push(catmullRom(at(span - 1), at(span), at(span + 1), at(span + 2), piece / PIECES_PER_SPAN));
    }
  }
  return chain;
}

function catmullRom(before: Point, from: Point, to: Point, after: Point, t: number): Point {
  const along = (axis: 0 | 1): number => {
    const [p, a, b, n] = [before[axis], from[axis], to[axis], after[axis]];
    return a + 0.5 * t * (b - p + t * (2 * p - 5 * a + 4 * b - n + t * (3 * (a - b) + n - p)));
  };
  return [along(0), along(1)];
}

/** Where the skeleton grid lands on the image: scaled, sheared, rotated and shifted at random. */
export function randomPlacement(imageExtent: number, random: Random): (point: Point) => Point {
  const height = random.uniform(13, 21);
  const width = height * random.uniform(0.45, 0.8);
  const shear = 0.2 * random.normal();
  const angle = 0.15 * random.normal();
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const centreX = imageExtent / 2 + random.uniform(-3, 3);
  const centreY = imageExtent / 2 + random.uniform(-3, 3);

  return ([gridX, gridY]) => {
    const y = (gridY / SKELETON_HEIGHT - 0.5) * height;
    const x = (gridX / SKELETON_WIDTH - 0.5) * width - shear * y;
    return [centreX + x * cos - y * sin, centreY + x * sin + y * cos];
  };
}
