/** Races one requantizer and prints its speeds as JSON: typed arrays are slower where V8 has compiled them for another before. */
import { revectorizeIfAsked } from '../../src/kernels/simd/revectorize.js';
import { raceOf } from './requantizer-race.js';

const [what, rounds] = process.argv.slice(2) as [string, string];
revectorizeIfAsked();
console.log(JSON.stringify(await raceOf(what, { rounds: Number(rounds) })));
