import { ModuleBuilder } from '../../../wasm/module-builder.js';
import { f64, i32 } from '../../../wasm/scalar.js';
import type { Workspace } from '../../../wasm/workspace.js';
import type { LeavingSums } from '../leaving-sums.js';
import { BUBBLE } from '../mesh-tags.js';
import { functionsFor, type Kernel } from './kernel-cache.js';

/** What is at the accumulators in some cycles: for each a row of int32, of which those with a tag are sums. */
export interface LeavingRows {
  readonly columns: number;
  /** Address of the first row, and bytes to the next one. */
  readonly rows: number;
  readonly rowBytes: number;
  /** Address of the tag (int16) of the first column in the first cycle, and bytes to that in the next cycle and of the next column. */
  readonly tags: number;
  readonly tagCycleBytes: number;
  readonly tagColumnBytes: number;
}

/** Takes sums out of the rows in which they leave, column by column. */
export class SumsTaker {
  readonly #take: Kernel;

  constructor(workspace: Workspace) {
    this.#take = functionsFor(workspace, 'leaving sums', takeModule)['take']!;
  }

  take(from: LeavingRows, cycles: number, { values, counts, perColumn }: LeavingSums): void {
    this.#take(
      from.rows,
      from.rowBytes,
      from.tags,
      from.tagCycleBytes,
      from.tagColumnBytes,
      values.byteOffset,
      8 * perColumn,
      counts.byteOffset,
      from.columns,
      cycles,
    );
  }
}

function takeModule(): ModuleBuilder {
  const builder = new ModuleBuilder();
  const parameters = {
    rows: 'i32',
    rowBytes: 'i32',
    tags: 'i32',
    tagCycleBytes: 'i32',
    tagColumnBytes: 'i32',
    sums: 'i32',
    columnBytes: 'i32',
    counts: 'i32',
    columns: 'i32',
    cycles: 'i32',
  } as const;
  builder.define('take', parameters, (f, { rows, tags, sums, counts, columns, cycles, ...bytes }) => {
    const [from, tag, to, left] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    f.doWhile(() => {
      f.set(from, rows);
      f.set(tag, tags);
      f.set(to, i32.add(sums, i32.mul(i32.load(counts), 8)));
      f.set(left, cycles);
      f.doWhile(() => {
        f.if(i32.ne(i32.load16S(tag), BUBBLE), () => {
          f.store('f64', to, f64.convertI32S(i32.load(from)));
          f.increase(to, 8);
        });
        f.increase(from, bytes.rowBytes);
        f.increase(tag, bytes.tagCycleBytes);
        f.increase(left, -1);
      }, left);
      f.store('i32', counts, i32.divU(i32.sub(to, sums), 8));
      f.increase(rows, 4);
      f.increase(tags, bytes.tagColumnBytes);
      f.increase(sums, bytes.columnBytes);
      f.increase(counts, 4);
      f.increase(columns, -1);
    }, columns);
  });
  return builder;
}
