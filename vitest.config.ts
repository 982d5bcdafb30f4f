import { defineConfig } from 'vitest/config';

/** `fast` is what `npm test` runs; `long` holds campaigns and whole-model checks (`npm run test:long`). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: ['test/**/*.long.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          setupFiles: ['test/support/fixed-seed.ts'],
        },
      },
      {
        test: {
          name: 'long',
          include: ['test/**/*.long.test.ts'],
          testTimeout: 1_200_000,
          setupFiles: ['test/support/fixed-seed.ts'],
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
