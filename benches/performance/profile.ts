/** What profiles say about the figures, by hand: it has to stay true whatever the next run measures. */
export const PROFILE = `* **Kernels.** A 128-bit vector holds eight int16, so \`i32x4.dot_i16x8_s\` and \`i32x4.add\` (\`pmaddwd\` and \`paddd\`, one instruction each) make 8 MACs with two
  instructions. A tile of 2 × 16 sums loads six vectors for eight such pairs; larger tiles and more unrolling spill registers, and rows in chunks for the first-level cache gained next to nothing on the GEMM.
* **Models.** Convolutions 3 × 3 that move by one take 36 products instead of 144 (on small images 4 instead of 9), which \`resnet20\` and \`resnet8\` are made of. Models of dense 1 × 1 convolutions have nothing to save: the
  products of \`mobilenet_v2\` alone take more than half of its time, at about 0.9 of what the register-only loop does; epilogues, depthwise layers and what is done for each node share the rest. ONNX
  Runtime's int8 × int8 kernels are the slow ones of its own, and its uint8 × int8 kernels take vectors of 256 bits, or of 512 with VNNI instructions, where a processor has them: more than twice what 128-bit
  vectors can do at most. Which instructions it takes was not traced, only inferred from its figures.
  On Node 24 or newer, \`BITMAC_REVECTORIZE=1\` has V8 join pairs of 128-bit instructions to 256-bit ones, with the same results: up to twice the bound.
* **simulate minus run and sweeps.** What a machine that was not seen before costs is the search for its mappings: bounds of groups and mappings more than half of it (four fifths on 128 × 128,
  where there are more of them), making and timing the lists of instructions of some mappings the rest. A fifth to a third of all goes into collecting garbage. Machines that differ in the room of their buffers alone
  find bounds and timings there, and pay for asking what fits. The first simulation of a process also pays V8's compilers, and so does every thread of a sweep.
* **Threads.** Two threads take more processor time than one, as the details say, which bounds what they gain. Rows that take half a millisecond also pay for
  being handed out. Few rounds are not enough for a steady figure: V8 compiles in threads of its own meanwhile.
* **Float.** There is no multiply-add among the 128-bit instructions: each step of four numbers is a multiplication, an addition and its share of loads, and weights are packed anew in every pass.
  The share of the register-only loop depends on the processor.`;
