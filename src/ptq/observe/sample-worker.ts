import { serve } from '../../threads/serve.js';
import { sampleObserver } from './observe-sample.js';

/** A thread that observes calibration samples. */
serve(sampleObserver);
