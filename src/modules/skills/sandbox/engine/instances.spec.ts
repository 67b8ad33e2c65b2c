import { type Instance, Instances } from './instances';

const MIB = 1_048_576;

/** Makes the memory of an instance grow. WebAssembly memory never shrinks. */
function grow(instance: Instance, bytes: number): void {
  const context = instance.quickjs.newContext();
  context.unwrapResult(context.evalCode(`new ArrayBuffer(${bytes}).byteLength`)).dispose();
  context.dispose();
}

describe('a thread’s QuickJS instance', () => {
  let instances: Instances;

  beforeEach(() => {
    instances = new Instances(128 * MIB);
  });

  it('serves the runs of only one tenant', async () => {
    const first = await instances.of('tnt-a');
    instances.ended(true);
    // Compares by identity, because a failed matcher would print an entire instance.
    expect((await instances.of('tnt-a')) === first).toBe(true);
    instances.ended(true);
    const second = await instances.of('tnt-b');
    expect(second === first).toBe(false);
    instances.ended(true);
    const third = await instances.of('tnt-a');
    expect(third === first || third === second).toBe(false);
  });

  it('serves only one tenant, even if it was prepared in advance', async () => {
    await instances.prepare();
    const first = await instances.of('tnt-a');
    instances.ended(true);
    expect((await instances.of('tnt-b')) === first).toBe(false);
  });

  it('is not used again after a run that might have broken it', async () => {
    const first = await instances.of('tnt-a');
    instances.ended(false);
    expect((await instances.of('tnt-a')) === first).toBe(false);
  });

  it('is not kept after its memory has grown', async () => {
    const first = await instances.of('tnt-a');
    grow(first, 48 * MIB);
    expect(first.bytes).toBeGreaterThan(48 * MIB);
    instances.ended(true);
    const next = await instances.of('tnt-a');
    expect(next === first).toBe(false);
    expect(next.bytes).toBeLessThan(32 * MIB);
  });
});
