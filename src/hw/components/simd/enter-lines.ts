import { ModuleBuilder } from '../../../wasm/module-builder.js';
import { i32 } from '../../../wasm/scalar.js';
import type { Workspace } from '../../../wasm/workspace.js';
import { functionsFor, type Kernel } from './kernel-cache.js';

/** Writes what enters in some cycles into lines, of which each takes a value a cycle: what is later one place further down. */
export function enterLines(workspace: Workspace): Kernel {
  return functionsFor(workspace, 'enter lines', enterModule)['enter']!;
}

function enterModule(): ModuleBuilder {
  const builder = new ModuleBuilder();
  const parameters = {
    from: 'i32',
    fromStep: 'i32',
    cycleBytes: 'i32',
    to: 'i32',
    lineBytes: 'i32',
    lines: 'i32',
    cycles: 'i32',
  } as const;
  builder.define('enter', parameters, (f, { from, fromStep, cycleBytes, to, lineBytes, lines, cycles }) => {
    const [value, place, left] = [f.local('i32'), f.local('i32'), f.local('i32')];
    f.doWhile(() => {
      f.set(value, from);
      f.set(place, to);
      f.set(left, cycles);
      f.doWhile(() => {
        f.store('i32As16', place, i32.load16S(value));
        f.increase(value, cycleBytes);
        f.increase(place, -2);
        f.increase(left, -1);
      }, left);
      f.increase(from, fromStep);
      f.increase(to, lineBytes);
      f.increase(lines, -1);
    }, lines);
  });
  return builder;
}
