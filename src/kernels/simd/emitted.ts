import { ModuleBuilder } from '../../wasm/module-builder.js';

const modules = new Map<string, WebAssembly.Module>();

/** The module of a name, emitted and compiled when it is first asked for in a process. The name says all that `define` depends on. */
export function emitted(name: string, define: (module: ModuleBuilder) => void): WebAssembly.Module {
  const known = modules.get(name);
  if (known !== undefined) return known;
  const builder = new ModuleBuilder();
  define(builder);
  const module = new WebAssembly.Module(builder.bytes());
  modules.set(name, module);
  return module;
}
