#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { EXIT } from './exit-codes.js';
import { runCli } from './run-cli.js';
import { processIo } from './io.js';

// Most commands are over before all that V8 would optimize has paid for it: it waits three times as long as usual.
setFlagsFromString('--interrupt-budget=400000');

process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(EXIT.done); // the reader has seen enough, as `head` does
  process.stderr.write(`bitmac: stdout: found ${code}, expected a place that takes what is printed\n`);
  process.exit(EXIT.usage);
});

process.exitCode = await runCli(process.argv.slice(2), processIo());
