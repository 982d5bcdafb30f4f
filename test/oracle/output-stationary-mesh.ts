/** What a mesh whose sums stay in its PEs computed, and when. Cycles count from 0. */
export interface MeshRun {
  /** sums[row][column] */
  readonly sums: readonly (readonly number[])[];
  /** The cycle of the last product of each PE. */
  readonly lastProducts: readonly (readonly number[])[];
}

type Token = { readonly value: number; readonly term: number } | null;

/**
 * Moves every operand of `activations` (positions x terms) and `weights` (terms x outputs) through a mesh of rows x columns,
 * one register a cycle. Term k enters row r from the west in cycle k + r and column c from the north in cycle k + c; a PE
 * multiplies what is in its two registers. Unused rows and columns get nothing.
 */
export function runMesh(
  activations: readonly (readonly number[])[],
  weights: readonly (readonly number[])[],
  rows: number,
  columns: number,
): MeshRun {
  const grid = <T>(value: T): T[][] => Array.from({ length: rows }, () => Array<T>(columns).fill(value));
  const sums = grid(0);
  const lastProducts = grid(-1);
  const terms = weights.length;
  let west = grid<Token>(null);
  let north = grid<Token>(null);
  for (let cycle = 0; cycle < terms + rows + columns; cycle += 1) {
    west = west.map((row, r) => [entering(activations[r]?.[cycle - r], cycle - r), ...row.slice(0, -1)]);
    const top = Array.from({ length: columns }, (_, c) => entering(weights[cycle - c]?.[c], cycle - c));
    north = [top, ...north.slice(0, -1)];
    for (let r = 0; r < rows; r += 1) {
      for (let c = 0; c < columns; c += 1) {
        const [a, w] = [west[r]![c]!, north[r]![c]!];
        if (a === null || w === null) continue;
        if (a.term !== w.term) throw new Error(`PE ${r}, ${c} meets terms ${a.term} and ${w.term}`);
        sums[r]![c]! += a.value * w.value;
        lastProducts[r]![c] = cycle;
      }
    }
  }
  return { sums, lastProducts };
}

/**
 * The cycles in which the sums of a run leave, each as early as its drain lets it. `columnBus`: a bus a column takes one sum
 * a cycle, the cycle of its last product included. `shift`: after the last product of the whole mesh all rows move down one a
 * cycle, the bottom row first.
 */
export function leavingCycles({ lastProducts }: MeshRun, drain: 'columnBus' | 'shift'): number[][] {
  const rows = lastProducts.length;
  if (drain === 'shift') {
    const last = Math.max(...lastProducts.flat());
    return lastProducts.map((row, r) => row.map(() => last + rows - r));
  }
  const busFree = lastProducts[0]!.map(() => 0);
  return lastProducts.map((row) =>
    row.map((cycle, c) => {
      const leaves = Math.max(cycle, busFree[c]!);
      busFree[c] = leaves + 1;
      return leaves;
    }),
  );
}

function entering(value: number | undefined, term: number): Token {
  return value === undefined ? null : { value, term };
}
