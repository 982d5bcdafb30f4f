import { fileURLToPath } from 'node:url';
import type { RolldownOptions } from 'rolldown';
import { thirdPartyNotices } from './scripts/bundle/third-party-notices.js';

/** A file of the repository. */
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/**
 * The command line as few files, all in one folder, with what it needs of other packages. What is imported when it is needed
 * stays a file of its own.
 */
export default {
  input: {
    main: path('src/cli/main.ts'),
    worker: path('src/engine/sweep/worker.ts'),
    'row-worker': path('src/engine/rows/row-worker.ts'),
    'part-worker': path('src/engine/part-worker.ts'),
    'sample-worker': path('src/ptq/observe/sample-worker.ts'),
  },
  platform: 'node',
  tsconfig: path('tsconfig.json'),
  resolve: {
    extensionAlias: { '.js': ['.ts', '.js'] },
    alias: { 'string-width': path('scripts/bundle/text-width.ts') },
  },
  plugins: [thirdPartyNotices()],
  output: {
    dir: path('dist/cli'),
    cleanDir: true,
    comments: false,
    chunkFileNames: '[name]-[hash].js',
  },
} satisfies RolldownOptions;
