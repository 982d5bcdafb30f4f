import type { ModuleBuilder } from '../../../wasm/module-builder.js';
import { Workspace, type Exports } from '../../../wasm/workspace.js';

/** One memory for all arrays of a thread, since an address space is dear; made when the first array is. */
let shared: Workspace | null = null;

export function arrayWorkspace(): Workspace {
  shared ??= new Workspace();
  return shared;
}

/** Takes addresses. */
export type Kernel = Exports[string];

const modules = new Map<string, WebAssembly.Module>();

/** The functions of a module that is emitted once for each shape. */
export function functionsFor(workspace: Workspace, shape: string, emit: () => ModuleBuilder): Exports {
  let module = modules.get(shape);
  if (module === undefined) {
    module = new WebAssembly.Module(emit().bytes());
    modules.set(shape, module);
  }
  return workspace.functions(module);
}
