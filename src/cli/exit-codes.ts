/** What the process tells its caller. */
export const EXIT = {
  done: 0,
  /** A check was made and the answer is no. */
  no: 1,
  /** Wrong usage or input. */
  usage: 2,
  /** A bug in bitmac. */
  bug: 3,
} as const;

/** Thrown when a check was made and the answer is no. What a person wants to know has been printed. */
export class AnswerIsNo extends Error {}
