import { UserError } from '../core/errors.js';
import type { SimulateArguments } from './commands/simulate.js';

/** Options that ask for something that lockstep does not print or write. */
const NOT_IN_LOCKSTEP = ['csv', 'html', 'output', 'listing', 'trace', 'energy-report', 'explain'] as const;

/** @throws UserError where an engine has nothing to run, or something is asked for beside a report that stands alone */
export function checkEngineOptions(args: SimulateArguments): void {
  if (args.engine === 'formula') return;
  const place = `--engine ${args.engine}`;
  if (args.input === undefined) {
    throw new UserError({ place, found: 'no --input', expected: 'data: registers compute values' });
  }
  if (args.engine === 'registers') {
    if (!args.explain) return;
    throw new UserError({
      place,
      found: '--explain',
      expected: 'one of them: mappings are chosen by formula',
    });
  }
  const beside = NOT_IN_LOCKSTEP.find((option) => args[option] !== undefined && args[option] !== false);
  if (beside === undefined) return;
  throw new UserError({
    place,
    found: `--${beside}`,
    expected: 'text or --json, and nothing beside it',
    suggestion: 'use --engine registers for the rest',
  });
}
