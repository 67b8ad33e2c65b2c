import { readFileSync } from 'node:fs';
import variant from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSWASMModule } from 'quickjs-emscripten-core';

const PAGE_BYTES = 65_536;
/** What an instance begins with: less is refused by the module itself. */
const FIRST_PAGES = 256;
/** WebAssembly gives no memory back: what has grown beyond this is not kept for another run. */
const KEPT_BYTES = 32 * 1_048_576;

/** A QuickJS in a memory of its own. */
export class Instance {
  constructor(
    readonly quickjs: QuickJSWASMModule,
    private readonly memory: WebAssembly.Memory,
    private readonly maxBytes: number,
  ) {}

  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** Whether its memory can hardly grow any more. */
  isFull(): boolean {
    return this.bytes > this.maxBytes * 0.9;
  }
}

/**
 * The QuickJS of this thread. Its memory is what bounds the code: QuickJS's own limit counts next to nothing when it is
 * compiled to WebAssembly, where it cannot ask how much was really taken. An instance serves one tenant; another one, and
 * one that broke or has grown, gets a new one, so that no tenant's bytes lie where another's code runs.
 */
export class Instances {
  private readonly compiled: WebAssembly.Module;
  private current: { readonly instance: Instance; readonly owner: string } | null = null;
  /** Made while nobody waits for it. */
  private spare: Promise<Instance> | null = null;

  constructor(private readonly memoryBytes: number) {
    const file = require.resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
    this.compiled = new WebAssembly.Module(readFileSync(file));
  }

  /** Has an instance made, for whoever comes next. */
  async prepare(): Promise<void> {
    this.spare ??= this.make();
    await this.spare;
  }

  /** @param owner whose code is to run. */
  async of(owner: string): Promise<Instance> {
    if (this.current?.owner === owner) return this.current.instance;
    const instance = await (this.spare ?? this.make());
    this.spare = null;
    this.current = { instance, owner };
    return instance;
  }

  /** Says that a run has ended. @param isClean false when it may have left something broken. */
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
