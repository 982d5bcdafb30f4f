import { floatDigest } from './float-digest.js';

/** Prints whether there is WebAssembly, and the digest of so many repeats. */
console.log(typeof WebAssembly, floatDigest(Number(process.argv[2])));
