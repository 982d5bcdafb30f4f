import type { NodeImport } from '../node-import.js';
import type { Operand } from '../operand.js';

/** Imports one operator: reads a source node, emits nodes of ours, returns what stands for the node's outputs. */
export type ImportOperator = (node: NodeImport) => readonly Operand[];
