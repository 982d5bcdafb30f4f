/** What a piece asks of the threads that do its parts. */
export const DEEDS = ['count', 'rest', 'fail', 'die', 'stall'] as const;
export type PartDeed = (typeof DEEDS)[number];

/** What a thread begins with. */
export interface PartDoerSetup {
  readonly isTest: boolean;
  /** How often each part has been done. */
  readonly done: Int32Array<SharedArrayBuffer>;
}

/** In which others have time to take parts. */
const REST_MILLISECONDS = 2;

/** Longer than the teams of the tests wait for another thread. */
const STALL_MILLISECONDS = 4000;

/** Does parts; all but the first two deeds only outside of the thread of the test. */
export function partDoer({ isTest, done }: PartDoerSetup): (deed: PartDeed, part: number) => void {
  return (deed, part) => {
    if (deed !== 'count') wait(REST_MILLISECONDS);
    if (!isTest && deed === 'fail') throw new Error(`part ${part} fails elsewhere`);
    if (!isTest && deed === 'die') process.exit();
    if (!isTest && deed === 'stall') wait(STALL_MILLISECONDS);
    Atomics.add(done, part, 1);
  };
}

function wait(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
