#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { EXIT } from './exit-codes.js';
import { runCli } from './run-cli.js';
import { processIo } from './io.js';

/** V8 of Node 20. Later ones have other flags, and complain on stderr of one that they do not know. */
const COUNTS_INTERRUPTS = Number.parseInt(process.versions.v8, 10) <= 11;

// Most commands are over before all that V8 would optimize has paid for it: it waits three times as long as usual.
if (COUNTS_INTERRUPTS) setFlagsFromString('--interrupt-budget=400000');

process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(EXIT.done); // the reader has seen enough, as `head` does
  process.stderr.write(`bitmac: stdout: found ${code}, expected a place that takes what is printed\n`);
  process.exit(EXIT.usage);
});

process.exitCode = await runCli(process.argv.slice(2), processIo());
