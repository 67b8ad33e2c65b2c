import { anySignal } from '../src/http/limit.js';

const native = Object.getOwnPropertyDescriptor(AbortSignal, 'any') ?? {};

describe.each([
  ['with AbortSignal.any', native],
  ['without AbortSignal.any', { value: undefined, configurable: true }],
])('a combined signal, in a runtime %s', (_name, property) => {
  beforeEach(() => void Object.defineProperty(AbortSignal, 'any', property));
  afterEach(() => void Object.defineProperty(AbortSignal, 'any', native));

  it('is aborted by each of its signals, with the first reason', () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const combined = anySignal([one.signal, two.signal]);
    expect(combined.aborted).toBe(false);
    two.abort(new Error('second'));
    expect([combined.aborted, combined.reason]).toEqual([true, new Error('second')]);
    one.abort(new Error('first'));
    expect([combined.aborted, combined.reason]).toEqual([true, new Error('second')]);
  });

  it('is aborted from the start if one of its signals is', () => {
    const combined = anySignal([new AbortController().signal, AbortSignal.abort('over')]);
    expect([combined.aborted, combined.reason]).toEqual([true, 'over']);
  });
});
