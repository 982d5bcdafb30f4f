import { register } from 'node:module';

register('./built-modules.mjs', import.meta.url);
