import { Random } from '../../src/core/random.js';
import { flattened, jittered, randomPlacement } from './pen.js';
import { blankCanvas, blurred, drawChain, type Canvas } from './raster.js';
import type { DigitSet } from './sets.js';
import { SKELETONS, type Point } from './skeletons.js';

export const IMAGE_EXTENT = 28;
export const IMAGE_PIXELS = IMAGE_EXTENT * IMAGE_EXTENT;
export const CLASS_COUNT = 10;

/** Images one after another, each `IMAGE_PIXELS` bytes row by row: 0 is paper, 255 is ink. */
export interface Digits {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** The digits of a set in random order, each class as often as any other (to within one). */
export function drawDigits({ seed, count }: DigitSet): Digits {
  const random = new Random(seed);
  const labels = Uint8Array.from(random.permutation(count), (position) => position % CLASS_COUNT);
  const images = new Uint8Array(count * IMAGE_PIXELS);
  labels.forEach((label, index) => images.set(drawDigit(label, random), index * IMAGE_PIXELS));
  return { images, labels };
}

/** One digit as a pen, a careless hand and a poor camera would leave it. */
export function drawDigit(digit: number, random: Random): Uint8Array {
  const variants = SKELETONS[digit]!;
  const strokes = variants[random.integer(0, variants.length - 1)]!;
  const jitter = random.uniform(0.15, 0.55);
  const halfWidth = random.uniform(0.55, 1.7);
  const place = randomPlacement(IMAGE_EXTENT, random);

  const drawn = blankCanvas(IMAGE_EXTENT);
  for (const stroke of strokes) {
    drawChain(drawn, flattened(jittered(stroke, jitter, random)).map(place), halfWidth);
  }
  soil(drawn, random);
  return photograph(blurred(drawn, random.uniform(0, 0.25)), random);
}

/** Half of the sheets get a stray pen mark, half an erased band, all of them up to a dozen specks of dirt. */
function soil(canvas: Canvas, random: Random): void {
  const { extent, ink } = canvas;
  if (random.unit() < 0.5) {
    const mark = randomLine(extent, 6, random);
    drawChain(canvas, mark, random.uniform(0.4, 1));
  }
  if (random.unit() < 0.5) {
    const erased = blankCanvas(extent);
    const band = randomLine(extent, 10, random);
    drawChain(erased, band, random.uniform(0.5, 1.5));
    erased.ink.forEach((coverage, index) => {
      ink[index]! *= 1 - coverage;
    });
  }
  for (let speck = random.integer(0, 12); speck > 0; speck -= 1) {
    ink[random.integer(0, ink.length - 1)] = random.unit();
  }
}

/** A line from anywhere on the canvas that goes at most `reach` pixels along each axis. */
function randomLine(extent: number, reach: number, random: Random): Point[] {
  const [x, y] = [random.uniform(0, extent - 1), random.uniform(0, extent - 1)];
  return [
    [x, y],
    [x + random.uniform(-reach, reach), y + random.uniform(-reach, reach)],
  ];
}

/** Exposure, sensor noise and a black level, under which faint noise clips to 0. */
function photograph({ ink }: Canvas, random: Random): Uint8Array {
  const contrast = random.uniform(0.5, 1);
  const noise = random.uniform(0.02, 0.13);
  const blackLevel = 0.08;
  return Uint8Array.from(ink, (value) => {
    const exposed = contrast * value + noise * random.normal() - blackLevel;
    return Math.round(255 * Math.min(Math.max(exposed, 0), 1));
  });
}
