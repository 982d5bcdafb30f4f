/** What we use of WebAssembly's JavaScript interface; TypeScript has its types with those of browsers alone. */
declare namespace WebAssembly {
  class Memory {
    constructor(limits: { initial: number; maximum: number; shared: true });
    readonly buffer: SharedArrayBuffer;
    /** In pages of 64 KiB; returns how many there were. */
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
    /** Tells modules from other objects. */
    private readonly module: true;
  }
  class Instance {
    constructor(module: Module, imports: { host: { memory: Memory } });
    readonly exports: Readonly<Record<string, unknown>>;
  }
  function validate(bytes: Uint8Array): boolean;
}
