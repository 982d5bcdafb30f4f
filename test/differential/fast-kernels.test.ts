import { fastKernels } from '../../src/kernels/fast/index.js';
import { describeAgreement } from '../support/kernel-agreement.js';
import { runNode } from '../support/run-node.js';

describeAgreement('typed-array kernels', ({ node, operands, format }) =>
  runNode(fastKernels, node, operands, format),
);
