/**
 * Has benchmarks measure what is shipped: imports of `src` find the modules that `npm run build` made of them, those of `dist`. The
 * loader for TypeScript makes other code of the source, with a call for the name of every function that is made in another.
 *
 * Node calls it for every import (https://nodejs.org/api/module.html#resolvespecifier-context-nextresolve).
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCE = new URL('../../src/', import.meta.url).href;
const BUILT = new URL('../../dist/', import.meta.url).href;

export async function resolve(specifier, context, nextResolve) {
  const found = await nextResolve(specifier, context);
  if (!found.url.startsWith(SOURCE)) return found;
  const [path] = found.url.slice(SOURCE.length).split('?');
  const built = new URL(path.replace(/\.ts$/, '.js'), BUILT);
  if (!existsSync(fileURLToPath(built))) return found; // the command line is a bundle
  return { url: built.href, format: 'module', shortCircuit: true };
}
