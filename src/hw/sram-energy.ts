import { toNumber } from './config/rational.js';
import type { TechnologyTable } from './technology-schema.js';

type SramTable = Pick<TechnologyTable, 'sram'>;

/** A point in log-log: natural logarithms of bytes and of picojoules. */
interface LogPoint {
  readonly x: number;
  readonly y: number;
}

/**
 * One access to an SRAM, in picojoules: a line in capacity, log-log, times the square root of the word width over the table's.
 *
 * Both are the square-root law: long bit lines and word lines. CACTI 7 has exponents of 0.51 to 0.57 in capacity;
 * `docs/reference/energy.md` has the error at each of its points.
 */
export function sramEnergy(
  { sram }: SramTable,
  capacityBytes: number,
  wordBits: number,
  action: 'read' | 'write',
): number {
  const points = sram.points
    .map((point) => ({
      x: Math.log(toNumber(point.capacity.amount)),
      y: Math.log(toNumber(point[action].amount)),
    }))
    .sort((a, b) => a.x - b.x);
  const x = Math.log(capacityBytes);
  const y = sram.rule === 'power-law' ? onPowerLaw(points, x) : interpolated(points, x);
  return Math.exp(y) * Math.sqrt(wordBits / toNumber(sram.word.amount));
}

/** Through the points, straight from one to the next, continued on the outer segments' lines beyond them. */
function interpolated(points: readonly LogPoint[], x: number): number {
  const above = points.findIndex((point) => point.x >= x);
  const end = above === -1 ? points.length - 1 : Math.max(1, above);
  const [a, b] = [points[end - 1]!, points[end]!];
  return a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
}

/** The one straight line of least squares: a model of memories steps where it folds its arrays anew, a law does not. */
function onPowerLaw(points: readonly LogPoint[], x: number): number {
  const { offset, exponent } = powerLaw(points);
  return offset + exponent * x;
}

/** `energy = e^offset · capacity^exponent`: ordinary least squares in log-log. */
function powerLaw(points: readonly LogPoint[]): { readonly offset: number; readonly exponent: number } {
  const mean = (of: (point: LogPoint) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const exponent = mean(({ x, y }) => (x - meanX) * (y - meanY)) / mean(({ x }) => (x - meanX) ** 2);
  return { offset: meanY - exponent * meanX, exponent };
}
