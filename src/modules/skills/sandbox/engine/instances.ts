import { readFileSync } from 'node:fs';
import variant from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSWASMModule } from 'quickjs-emscripten-core';

const PAGE_BYTES = 65_536;
/** The initial memory of an instance. This is the minimum for the module. */
const FIRST_PAGES = 256;
/**
 * The maximum memory of an instance that is reused. WebAssembly never returns memory, so an instance that has grown beyond this size is
 * discarded.
 */
const KEPT_BYTES = 32 * 1_048_576;

/** A QuickJS instance with its own memory. */
export class Instance {
  constructor(
    readonly quickjs: QuickJSWASMModule,
    private readonly memory: WebAssembly.Memory,
    private readonly maxBytes: number,
  ) {}

  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** Returns true when the instance's memory can hardly grow further. */
  isFull(): boolean {
    return this.bytes > this.maxBytes * 0.9;
  }
}

/**
 * The QuickJS instances of this thread. The code is limited by the size of the instance's memory. QuickJS's own limit is almost useless
 * when QuickJS is compiled to WebAssembly, because it cannot determine how much memory was actually allocated. An instance serves one
 * tenant. A new instance is created for a different tenant, and after an instance has broken or has grown, so that a tenant's bytes are
 * never in memory in which another tenant's code runs.
 */
export class Instances {
  private readonly compiled: WebAssembly.Module;
  private current: { readonly instance: Instance; readonly owner: string } | null = null;
  /** An instance that was created in advance, while no run was waiting for it. */
  private spare: Promise<Instance> | null = null;

  constructor(private readonly memoryBytes: number) {
    const file = require.resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
    this.compiled = new WebAssembly.Module(readFileSync(file));
  }

  /** Creates an instance for the next run. */
  async prepare(): Promise<void> {
    this.spare ??= this.make();
    await this.spare;
  }

  /**
   * Returns an instance.
   * @param owner the tenant whose code runs.
   */
  async of(owner: string): Promise<Instance> {
    if (this.current?.owner === owner) return this.current.instance;
    const instance = await (this.spare ?? this.make());
    this.spare = null;
    this.current = { instance, owner };
    return instance;
  }

  /**
   * Reports that a run has ended.
   * @param isClean false when the run might have left the instance in a broken state.
   */
  ended(isClean: boolean): void {
    if (!isClean || (this.current?.instance.bytes ?? 0) > KEPT_BYTES) this.current = null;
  }

  private async make(): Promise<Instance> {
    const maximum = Math.max(FIRST_PAGES, Math.floor(this.memoryBytes / PAGE_BYTES));
    const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum });
    const made = newVariant(variant, { wasmModule: this.compiled, wasmMemory: memory });
    return new Instance(await newQuickJSWASMModuleFromVariant(made), memory, maximum * PAGE_BYTES);
  }
}
