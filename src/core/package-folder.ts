/**
 * Where the package lies, with `configs/`, `examples/` and `package.json`: two levels above this file in `src/core` and
 * `dist/core`, and above every part of the bundled command line in `dist/cli`.
 */
export const PACKAGE_FOLDER = new URL('../../', import.meta.url);
