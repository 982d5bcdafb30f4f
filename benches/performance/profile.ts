/** What profiles say about the figures, by hand: it has to stay true whatever the next run measures. */
export const PROFILE = `* **Kernels.** A 128-bit vector holds eight int16, so \`i32x4.dot_i16x8_s\` and \`i32x4.add\` (\`pmaddwd\` and \`paddd\`, one instruction each) make 8 MACs with two
  instructions. Three ports take them: 12 MACs a cycle at most, which is what the register-only loop shows.
* **Models.** Where a processor has 512-bit VNNI instructions, each makes 64 MACs without widening; that ONNX Runtime takes them is inferred from its figures, not traced.
  Whole models that are mostly dense 1 × 1 convolutions cannot pass that with 128-bit vectors; what is left to win is in depthwise layers, element-wise operators and overhead.
  On Node 24 or newer, \`BITMAC_REVECTORIZE=1\` has V8 join pairs of 128-bit instructions to 256-bit ones, with the same results: up to twice the bound.
* **simulate minus run.** A machine that was not seen before costs the search for its mappings; the first simulation of a process also pays V8's compilers.
* **Peak memory of ResNet-50.** The command line quantizes the 25 million weights that it does not have, as zeros, before it comes to shapes: most of its processor time, and
  several arrays of as many numbers.`;
