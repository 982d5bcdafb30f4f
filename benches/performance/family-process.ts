/** Measures one family and prints its results as JSON: what `npm run bench` starts for each, so that V8 has seen no other code. */
import { revectorizeIfAsked } from '../../src/kernels/simd/revectorize.js';
import { FAMILIES, type FamilyName } from './families.js';

const [name, rounds] = process.argv.slice(2) as [FamilyName, string];
revectorizeIfAsked(); // for all that is compared, loops of registers as well
const measure = await FAMILIES[name]();
console.log(JSON.stringify(await measure({ rounds: Number(rounds) })));
process.exit(); // whatever a library has left open
