import { openStandIn, type StandIn, type StandInAnswer } from '../../../test/support/http-stand-in';
import { AppError } from '../errors/app-error';
import { ForbiddenAddress } from './ssrf-guarded-lookup';
import { LateAnswer } from './ssrf-guarded-request';
import { isAccepted, postWebhook, rejectionReason } from './webhook-post';
import { isWebhookSigned, newWebhookSecret } from './webhook-signature';

const systemError = (code: string): Error => Object.assign(new Error(`connect ${code} 10.1.2.3:443`), { code });

describe('a webhook message', () => {
  const secrets = [newWebhookSecret(), newWebhookSecret()];
  const message = { id: 'msg_1', seconds: 1_614_265_330, body: '{"type":"x"}' };
  const answers: Readonly<Record<string, StandInAnswer>> = {
    '/taken': { status: 204 },
    '/busy': { status: 503, headers: { 'Retry-After': '120' } },
    '/moved': { status: 307, headers: { Location: '/taken' } },
    '/full': { status: 200, body: 'x'.repeat(64 * 1024) },
    '/large': { status: 200, body: 'x'.repeat(64 * 1024 + 1) },
  };
  let receiver: StandIn;
  const post = (path: string, mayBePrivate = true, base = receiver.url) =>
    postWebhook({ url: base + path, secrets, contentType: 'application/json', mayBePrivate }, message);
  const paths = (): readonly string[] => receiver.received.map(({ url }) => url.pathname);

  beforeEach(async () => {
    receiver = await openStandIn();
    receiver.answer = ({ url }) => answers[url.pathname] ?? { status: 404 };
  });

  afterEach(() => receiver.close());

  it('is posted with its type and the Standard Webhooks signatures', async () => {
    expect(await post('/taken')).toEqual({ status: 204, retryAfter: null });
    const headers = { 'content-type': 'application/json', 'user-agent': 'CoreSDK-Webhooks/1', 'webhook-id': 'msg_1' };
    expect(paths()).toEqual(['/taken']);
    expect(receiver.received).toMatchObject([{ method: 'POST', headers, body: message.body }]);
    const { 'webhook-signature': signature = '', 'webhook-timestamp': timestamp = '' } =
      receiver.received[0]?.headers ?? {};
    const sent = { id: message.id, timestamp: String(timestamp), body: Buffer.from(message.body) };
    for (const secret of secrets) expect(isWebhookSigned([secret], sent, String(signature))).toBe(true);
  });

  it("yields the receiver's status and Retry-After (RFC 9110 §10.2.3)", async () => {
    expect(await post('/busy')).toEqual({ status: 503, retryAfter: '120' });
  });

  it('does not follow redirects from the receiver', async () => {
    expect((await post('/moved')).status).toBe(307);
    expect(paths()).toEqual(['/moved']);
  });

  it('fails if the response is larger than 64 KiB', async () => {
    expect((await post('/full')).status).toBe(200);
    await expect(post('/large')).rejects.toThrow('more than 65536 bytes');
  });

  it('is sent over plain http or to a private address only if the rules allow it', async () => {
    await expect(post('/taken', false)).rejects.toThrow('not https');
    const secure = receiver.url.replace('http:', 'https:');
    await expect(post('/taken', false, secure)).rejects.toBeInstanceOf(ForbiddenAddress);
    expect(receiver.received).toEqual([]);
  });
});

test.each([
  [100, false],
  [199, false],
  [200, true],
  [204, true],
  [299, true],
  [300, false],
  [410, false],
  [500, false],
])('a message with the response %i is accepted: %s', (status, taken) => {
  expect(isAccepted({ status, retryAfter: null })).toBe(taken);
});

describe('the rejection reason of a message', () => {
  it.each([
    [new ForbiddenAddress('10.1.2.3'), 'The URL leads to an address that is not public.'],
    [new LateAnswer(2_500), 'The receiver did not respond within 2.5 seconds.'],
    [systemError('ECONNREFUSED'), 'The receiver refused the connection.'],
    [systemError('EHOSTUNREACH'), 'The message could not be delivered (EHOSTUNREACH).'],
    [systemError('CERT_HAS_EXPIRED'), 'The message could not be delivered (CERT_HAS_EXPIRED).'],
    [new Error('The response has more than 65536 bytes.'), 'The response has more than 65536 bytes.'],
    [new AppError('unavailable', 'The store is away.'), 'The store is away.'],
    [Object.assign(new Error('Ours.'), { code: 'answer_TOO_LARGE' }), 'Ours.'],
    [Object.assign(new Error('Ours.'), { code: 'TOO_LARGE_answer' }), 'Ours.'],
    [new Error('x'.repeat(300)), 'x'.repeat(256)],
    ['thrown', 'The message could not be sent.'],
  ])('explains %s', (fault, words) => {
    expect(rejectionReason(fault)).toBe(words);
  });
});
