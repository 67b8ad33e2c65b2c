import { Logger } from '@nestjs/common';
import { AppError } from '../errors/app-error';
import { decisionGate } from './decision-gate';
import { DecisionRpc } from './decision-rpc';
import { MALFORMED } from './malformed';
import { REASON_METADATA } from './refusal-metadata';

interface Answer {
  readonly allowed: boolean;
  readonly reason?: string;
}

const ALLOWED: Answer = { allowed: true };
const asked: unknown[] = [];

class Checks {
  handle: () => Promise<Answer> = () => Promise.resolve(ALLOWED);

  @DecisionRpc<Answer>('SpecService', 'Check', ({ code, reason }) => ({ allowed: false, reason: reason ?? code }))
  check(request: unknown, _metadata?: unknown, _call?: unknown): Promise<Answer> {
    asked.push(request);
    return this.handle();
  }
}

let checks: Checks;

beforeEach(() => {
  checks = new Checks();
  asked.length = 0;
  jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  decisionGate.watch(() => null);
  jest.restoreAllMocks();
});

describe('a decision RPC', () => {
  it("returns its handler's response", async () => {
    expect(await checks.check({ id: 1 })).toEqual(ALLOWED);
    expect(asked).toEqual([{ id: 1 }]);
  });

  it.each([
    ['cannot be decoded', MALFORMED, 'invalid_request'],
    ['exceeds the accepted size', { malformed: true, notTaken: 'too_much' }, 'overloaded'],
    ['is too large', { malformed: true, notTaken: 'too_large' }, 'payload_too_large'],
  ])('denies a request that %s, without calling its handler', async (_what, request, reason) => {
    expect(await checks.check(request)).toEqual({ allowed: false, reason });
    expect(asked).toEqual([]);
  });

  it.each([
    ['an internal error', new Error('boom'), 'internal'],
    ['an outage', new AppError('unavailable', 'Away.', { reason: 'store_unavailable' }), 'store_unavailable'],
    ['a refusal', new AppError('forbidden', 'No.'), 'forbidden'],
  ])('denies on %s and never fails', async (_what, fault, reason) => {
    checks.handle = () => Promise.reject(fault);
    expect(await checks.check({})).toEqual({ allowed: false, reason });
    checks.handle = () => {
      throw fault;
    };
    expect(await checks.check({})).toEqual({ allowed: false, reason });
  });

  it('denies while decisions cannot be recorded', async () => {
    decisionGate.watch(() => 'audit_full');
    expect(await checks.check({})).toEqual({ allowed: false, reason: 'audit_full' });
    expect(asked).toEqual([]);
  });

  it('does not call its handler for a caller that is no longer waiting', async () => {
    for (const call of [{ cancelled: true }, { getDeadline: () => Date.now() - 1 }]) {
      expect(await checks.check({}, undefined, call)).toEqual({ allowed: false, reason: 'deadline' });
    }
    expect(asked).toEqual([]);
  });

  it('also sends the reason for a denial in the metadata', async () => {
    const sendMetadata = jest.fn();
    await checks.check(MALFORMED, undefined, { sendMetadata });
    const [[metadata]] = sendMetadata.mock.calls as [[{ get(name: string): unknown[] }]];
    expect(metadata.get(REASON_METADATA)).toEqual(['invalid_request']);
  });
});
