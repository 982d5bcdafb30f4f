/**
 * A device under test for the rule `shift-floor`, in JavaScript: `node dut.mjs <manner>`. Cases are `acc shift zeroPoint min max`.
 * Manners that fail do so from the fourth case on.
 */
import { createInterface } from 'node:readline';

const manner = process.argv[2];
const answers = [];
let count = 0;

function codeOf(line) {
  const [acc, shift, zeroPoint, min, max] = line.split(' ').map(Number);
  const rounded = Math.floor(acc / 2 ** shift);
  const offset = manner === 'wrong above 1000' && acc > 1000 && shift < 5 ? 1 : 0;
  const late = manner === 'is late once' && count === 4 ? 1 : 0;
  return Math.max(min, Math.min(max, rounded + zeroPoint)) + offset + late;
}

function fail() {
  switch (manner) {
    case 'crashes':
      process.stderr.write('segmentation imminent\n');
      process.exit(3);
      break;
    case 'is killed':
      process.kill(process.pid, 'SIGKILL');
      break;
    case 'answers too few':
      process.exit(0);
      break;
    case 'answers garbage':
      process.stdout.write('1.5\n');
      break;
    case 'floods lines':
      for (let i = 0; i < 1e6; i += 1) process.stdout.write('7\n');
      break;
    case 'floods one line':
      process.stdout.write('1'.repeat(1e7));
      break;
    default:
      break;
  }
}

/** Bytes in odd pieces, each in a turn of its own. */
function inPieces(text) {
  for (let from = 0; from < text.length; from += 7) {
    setImmediate(() => process.stdout.write(text.slice(from, from + 7)));
  }
}

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  if (line.startsWith('bitmac-requantizer')) return;
  if (line === '') {
    if (manner === 'answers too many') process.stdout.write('0\n');
    if (manner === 'answers in pieces') inPieces(answers.splice(0).join(''));
    return;
  }
  count += 1;
  if (count === 4) fail();
  if (count >= 4 && (manner === 'hangs' || manner === 'answers garbage' || manner.startsWith('floods')))
    return;
  if (manner === 'answers at the end' || manner === 'answers in pieces') answers.push(`${codeOf(line)}\n`);
  else process.stdout.write(`${codeOf(line)}\n`);
});
input.on('close', () => {
  process.stdout.write(answers.join(''));
  if (manner === 'hangs') setInterval(() => {}, 1000);
  if (manner === 'fails at the end') process.exitCode = 9;
});
