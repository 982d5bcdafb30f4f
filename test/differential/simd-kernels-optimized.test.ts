import { describeSimdAgreement } from '../support/simd-agreement.js';

describeSimdAgreement('optimized');
