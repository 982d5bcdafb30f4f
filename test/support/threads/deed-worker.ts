import { serve } from '../../../src/threads/serve.js';
import { doer } from './deeds.js';

serve(doer);
