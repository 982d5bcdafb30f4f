import type { RequantizerCase } from '../../../src/arith/requantizers/rule.js';

/** What a rule's sentence makes of a case. */
export type Oracle = (request: RequantizerCase) => bigint;
