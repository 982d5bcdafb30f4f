import { ModuleBuilder } from '../../../wasm/module-builder.js';
import { f64, i32 } from '../../../wasm/scalar.js';
import type { Workspace } from '../../../wasm/workspace.js';
import { functionsFor, type Kernel } from './kernel-cache.js';

/**
 * Adds the sums that left to those that their places hold, or writes them there, whatever the accumulators can hold; returns how
 * many of these are beyond their least and their most. For each column its sums, how many there are, and how many came before,
 * which says from which entry on they go; a place is that of an entry and column. Sums for which there is no entry go nowhere.
 */
export function accumulationKernel(workspace: Workspace): Kernel {
  return functionsFor(workspace, 'accumulation', accumulationModule)['accumulate']!;
}

function accumulationModule(): ModuleBuilder {
  const builder = new ModuleBuilder();
  const parameters = {
    sums: 'i32',
    columnBytes: 'i32',
    counts: 'i32',
    before: 'i32',
    columns: 'i32',
    entries: 'i32',
    entryCount: 'i32',
    places: 'i32',
    entryBytes: 'i32',
    adds: 'i32',
    least: 'f64',
    most: 'f64',
  } as const;
  builder.define(
    'accumulate',
    parameters,
    (
      f,
      { sums, columnBytes, counts, before, columns, entries, entryCount, places, entryBytes, adds, ...range },
    ) => {
      const beyond = f.let('i32', 0);
      f.doWhile(() => {
        const first = f.let('i32', i32.load(before));
        const last = f.let('i32', i32.add(first, i32.load(counts)));
        f.store('i32', before, last);
        f.set(last, i32.select(last, entryCount, i32.ltS(last, entryCount)));
        const entry = f.let('i32', i32.add(entries, i32.mul(first, 4)));
        const end = f.let('i32', i32.add(entries, i32.mul(last, 4)));
        const from = f.let('i32', sums);
        const place = f.local('i32');
        const sum = f.local('f64');
        f.upTo(entry, end, 4, () => {
          f.set(place, i32.add(places, i32.mul(i32.load(entry), entryBytes)));
          f.set(sum, f64.load(from));
          f.if(adds, () => f.set(sum, f64.add(f64.load(place), sum)));
          f.store('f64', place, sum);
          // Written so that what is not a number counts.
          const isWithin = i32.and(f64.ge(sum, range.least), f64.le(sum, range.most));
          f.set(beyond, i32.add(beyond, i32.eqz(isWithin)));
          f.increase(from, 8);
        });
        f.increase(sums, columnBytes);
        f.increase(counts, 4);
        f.increase(before, 4);
        f.increase(places, 8);
        f.increase(columns, -1);
      }, columns);
      f.return(beyond);
    },
    'i32',
  );
  return builder;
}
