import { Metadata, type ServerUnaryCall } from '@grpc/grpc-js';
import { Logger } from '@nestjs/common';
import { Secret } from '../../../kernel/config/secret';
import type { CallContext } from '../../../kernel/context/call-context';
import type { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError } from '../../../kernel/errors/app-error';
import { MALFORMED } from '../../../kernel/grpc/malformed';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import type { MaskingPort } from '../contract/masking.port';
import type { MaskedText } from '../contract/masking.types';
import { MaskingGrpcController } from './masking.grpc.controller';

const TOKEN = 'a-service-token-of-the-tests';
const ACME = 'tnt-01kax8q6v9a7t0e4m2h3c5d6f7';
const tenants: TenantNames = {
  idOf: (name) => Promise.resolve(['acme', ACME].includes(name) ? ACME : null),
  slugOf: () => Promise.resolve(null),
  isActive: () => Promise.resolve(true),
};

/** Returns a sidecar whose port returns `answer` and records the tenants. */
function sidecar(answer: () => Promise<MaskedText>, config: { token?: string; tenant?: string } = { token: TOKEN }) {
  const asked: CallContext[] = [];
  const run = (context: CallContext): Promise<MaskedText> => {
    asked.push(context);
    return answer();
  };
  const masking: MaskingPort = { mask: run, maskString: run, detokenise: () => Promise.reject(new Error('not asked')) };
  const callers = new ServiceCallers({
    CORESDK_SERVICE_TOKEN: config.token === undefined ? null : new Secret(config.token),
    CORESDK_TENANT_ID: config.tenant ?? null,
  });
  return { asked, controller: new MaskingGrpcController(masking, callers, tenants) };
}

const masked = (): Promise<MaskedText> => Promise.resolve({ text: 'masked', refusedPatterns: [] });

function metadata(entries: Readonly<Record<string, string>>): Metadata {
  const result = new Metadata();
  for (const [name, value] of Object.entries(entries)) result.set(name, value);
  return result;
}

/** A call whose client is still connected. */
const CALL = { cancelled: false, once: () => CALL } as unknown as ServerUnaryCall<unknown, unknown>;
const STRING = { value: 'canary', extraPatterns: [] };
const JSON_VALUE = { jsonValue: '"canary"', extraBlockedFields: [], extraPatterns: [] };

// These tests cause errors on purpose.
beforeAll(() => {
  Logger.overrideLogger(false);
});

describe('the rules that apply to coresdk.v1', () => {
  it.each([
    ['a service that does not name a tenant', { 'x-service-token': TOKEN }, null],
    ['a service that names a tenant by slug', { 'x-service-token': TOKEN, 'x-tenant-id': 'acme' }, ACME],
    ['a service that names a tenant by id', { 'x-service-token': TOKEN, 'x-tenant-id': ACME }, ACME],
    ['an unauthenticated caller that does not name a tenant', {}, null],
  ])("are its tenant's rules or the installation's rules for %s", async (_who, entries, tenantId) => {
    const { controller, asked } = sidecar(masked);
    expect(await controller.maskString(STRING, metadata(entries), CALL)).toEqual({ maskedValue: 'masked' });
    expect(asked.map((context) => context.tenantId)).toEqual([tenantId]);
  });

  it.each([
    ['a service that names an unknown tenant', { 'x-service-token': TOKEN, 'x-tenant-id': 'globex' }],
    ['an unauthenticated caller that names a tenant', { 'x-tenant-id': 'acme' }],
    ['a caller with a wrong token that names a tenant', { 'x-service-token': 'wrong', 'x-tenant-id': 'acme' }],
  ])('are unknown for %s, so the complete value is hidden', async (_who, entries) => {
    const { controller, asked } = sidecar(masked);
    expect(await controller.maskString(STRING, metadata(entries), CALL)).toEqual({ maskedValue: '[REDACTED]' });
    const answer = await controller.mask(JSON_VALUE, metadata(entries), CALL);
    expect(answer).toMatchObject({ maskedJson: '"[REDACTED]"', error: { detail: expect.any(String) } });
    expect(asked).toEqual([]);
  });

  it("are the CORESDK_TENANT_ID tenant's rules in development, never another tenant's", async () => {
    const { controller, asked } = sidecar(masked, { tenant: 'acme' });
    await controller.maskString(STRING, metadata({}), CALL);
    expect(asked.map((context) => context.tenantId)).toEqual([ACME]);
    expect(await controller.maskString(STRING, metadata({ 'x-tenant-id': 'globex' }), CALL)).toEqual({
      maskedValue: '[REDACTED]',
    });
  });

  it("are the installation's rules if no tenant is configured", async () => {
    const { controller, asked } = sidecar(masked, {});
    await controller.maskString(STRING, metadata({}), CALL);
    expect(asked.map((context) => context.tenantId)).toEqual([null]);
  });
});

describe('a failure', () => {
  it.each([
    ['of the store', new AppError('unavailable', 'The store is away.'), 503],
    ['of the server', new TypeError('canary'), 500],
    ['of the caller', new AppError('payload_too_large', 'Too long.'), 413],
  ])('%s does not reveal any part of the request', async (_which, fault, status) => {
    const { controller } = sidecar(() => Promise.reject(fault));
    const service = metadata({ 'x-service-token': TOKEN });
    expect(await controller.maskString(STRING, service, CALL)).toEqual({ maskedValue: '[REDACTED]' });
    const answer = await controller.mask(JSON_VALUE, service, CALL);
    expect(answer).toMatchObject({ maskedJson: '"[REDACTED]"', error: { status } });
    expect(JSON.stringify(answer)).not.toContain('canary');
  });

  it('to decode the request does not reveal any part of it', async () => {
    const { controller } = sidecar(masked);
    const malformed = MALFORMED as unknown as typeof STRING & typeof JSON_VALUE;
    expect(await controller.maskString(malformed, metadata({}), CALL)).toEqual({ maskedValue: '[REDACTED]' });
    expect(await controller.mask(malformed, metadata({}), CALL)).toMatchObject({ maskedJson: '"[REDACTED]"' });
  });
});

describe('refused patterns', () => {
  const refusing = (): Promise<MaskedText> =>
    Promise.resolve({
      text: '"rest"',
      refusedPatterns: Array.from({ length: 30 }, (_, index) => ({ index, reason: 'Nö: \n not valid.' })),
    });

  it('hide the complete text in MaskString, whose response has no field for them', async () => {
    const { controller } = sidecar(refusing);
    expect(await controller.maskString(STRING, metadata({}), CALL)).toEqual({ maskedValue: '[REDACTED]' });
  });

  it('appear in the error from Mask as short ASCII text, and the rest is masked', async () => {
    const { controller } = sidecar(refusing);
    const { maskedJson, error } = await controller.mask(JSON_VALUE, metadata({}), CALL);
    expect(maskedJson).toBe('"rest"');
    expect(error).toMatchObject({ status: 400, extensions: { reason: 'pattern_refused' } });
    expect(error?.detail).toMatch(/^[\x20-\x7e]+ extra_patterns\[0\]: .* and 10 more$/);
  });

  it('hide the complete value when they exceed the limits of a call', async () => {
    const { controller, asked } = sidecar(masked);
    for (const extraBlockedFields of [Array.from({ length: 201 }, () => 'x'), ['x'.repeat(257)]]) {
      expect(await controller.mask({ ...JSON_VALUE, extraBlockedFields }, metadata({}), CALL)).toMatchObject({
        maskedJson: '"[REDACTED]"',
        error: { status: 400 },
      });
    }
    const extraPatterns = Array.from({ length: 1_001 }, () => 'x');
    expect(await controller.mask({ ...JSON_VALUE, extraPatterns }, metadata({}), CALL)).toMatchObject({
      maskedJson: '"[REDACTED]"',
      error: { status: 400 },
    });
    expect(await controller.maskString({ ...STRING, extraPatterns }, metadata({}), CALL)).toEqual({
      maskedValue: '[REDACTED]',
    });
    expect(asked).toEqual([]);
  });
});
