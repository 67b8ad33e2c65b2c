import { newWebhookSecret, webhookHeaders } from '../../src/kernel/network/webhook-signature.js';
import { isOfType } from '../src/events.js';
import { sign, SignatureError, verify, type VerifyOptions } from '../src/webhooks.js';
import { faultOf } from './stand-in.js';

const NOW_MS = 1_800_000_000_000;
const secret = newWebhookSecret();
const body = JSON.stringify({ id: 'evt-1', type: 'coresdk.project.created', data: { name: 'Ähre' } });
const signed = (secrets = [secret], seconds = NOW_MS / 1000) => webhookHeaders(secrets, { id: 'evt-1', seconds, body });

const good = (): VerifyOptions => ({ body, headers: signed(), secret, nowMs: NOW_MS });

describe('a delivery', () => {
  it.each([
    ['with a text body', {}],
    ['with a binary body', { body: new TextEncoder().encode(body) }],
    ['with headers from fetch', { headers: new Headers(signed()) }],
    ['with the previous secret, while both are valid', { headers: signed([newWebhookSecret(), secret]) }],
    ['with one of several secrets', { secret: [newWebhookSecret(), secret] }],
    ['five minutes late', { nowMs: NOW_MS + 300_000 }],
  ])('is accepted if the platform signed it: %s', async (_name, changes: Partial<VerifyOptions>) => {
    const { id, event } = await verify({ ...good(), ...changes });
    expect([id, event.type]).toEqual(['evt-1', 'coresdk.project.created']);
  });

  it.each([
    ['a different body', { body: `${body} ` }],
    ['a different secret', { secret: newWebhookSecret() }],
    ['no secret', { secret: [] }],
    ['an empty secret', { secret: 'whsec_' }],
    ['an invalid secret', { secret: 'whsec_§' }],
    ['a different id', { headers: { ...signed(), 'webhook-id': 'evt-2' } }],
    ['a different time', { headers: { ...signed(), 'webhook-timestamp': String(NOW_MS / 1000 + 1) } }],
    ['an old time', { nowMs: NOW_MS + 301_000 }],
    ['a future time', { nowMs: NOW_MS - 301_000 }],
    ['an invalid time', { headers: { ...signed(), 'webhook-timestamp': 'NaN' } }],
    ['no signature', { headers: { ...signed(), 'webhook-signature': '' } }],
    ['a signature of a different version', { headers: { ...signed(), 'webhook-signature': 'v2,abc' } }],
    ['two headers with the same name', { headers: { ...signed(), 'webhook-id': ['evt-1', 'evt-1'] } }],
    ['no headers', { headers: {} }],
  ])('with %s is refused', async (_name, changes: Partial<VerifyOptions>) => {
    expect(await faultOf(verify({ ...good(), ...changes }))).toBeInstanceOf(SignatureError);
  });
});

it('sign creates the same signature as the platform', async () => {
  expect(await sign({ body, secret, id: 'evt-1', nowMs: NOW_MS })).toEqual(signed());
  const [one, other] = [await sign({ body, secret }), await sign({ body, secret })];
  expect(one['webhook-id']).not.toBe(other['webhook-id']);
  expect(await verify({ body, headers: one, secret })).toMatchObject({ id: one['webhook-id'] });
});

it.each([
  ['coresdk.project.*', true],
  ['coresdk.project.created', true],
  ['coresdk.project.create', false],
  ['coresdk.projects.*', false],
])('an event matches the type or family %s: %s', (wanted, isOne) => {
  expect(isOfType({ type: 'coresdk.project.created' }, wanted)).toBe(isOne);
});
