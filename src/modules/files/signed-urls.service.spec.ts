import type { Installation } from '../../kernel/config/installation';
import { Secret } from '../../kernel/config/secret';
import { systemContext } from '../../kernel/context/call-context';
import type { SignedAdmission } from '../../kernel/http/callers/signed-calls';
import type { Writes } from '../../kernel/idempotency/writes';
import { newUlid } from '../../kernel/ids/ids';
import { Sealer } from '../../kernel/sealing/sealer';
import type { TokenFacts } from '../revocation/contract/revocation.types';
import type { RevocationsPort } from '../revocation/contract/revocations.port';
import { type FileClaims, seal, SIGNING_PURPOSE } from './domain/signed-call';
import type { FileEvents } from './file-events';
import { SignedUrlsService } from './signed-urls.service';

const EXPIRES_MS = 1_795_536_000_000;
const sealer = new Sealer(new Secret('a master key of at least 32 characters'));
const anonymous = { ...systemContext('req-1', null), actor: { type: 'service', id: 'anonymous' } } as const;

let nowMs: number;
let revoked: TokenFacts | null;
let urls: SignedUrlsService;

beforeEach(() => {
  [nowMs, revoked] = [EXPIRES_MS - 1, null];
  const revocations = { isRevoked: (facts: TokenFacts) => revoked !== null && facts.userId === revoked.userId };
  urls = new SignedUrlsService(
    sealer,
    revocations as RevocationsPort,
    {} as Writes,
    {} as FileEvents,
    { nowMs: () => nowMs },
    { publicUrl: 'http://localhost' } as Installation,
  );
});

const claims: FileClaims = {
  v: 1,
  tenant: 'tnt-a',
  actor: { type: 'user', id: 'usr-a' },
  app: 'app-a',
  jti: newUlid(EXPIRES_MS - 60_000),
  sid: null,
  grant: null,
  exp: EXPIRES_MS / 1_000,
  method: 'GET',
  tier: 'shared',
  path: 'a.txt',
  version: null,
  download: null,
  max: null,
  match: null,
  none: null,
};

function admit(method: string, members: Partial<FileClaims> = {}): SignedAdmission {
  const signature = seal(sealer.deriveKey(SIGNING_PURPOSE), { ...claims, ...members });
  return urls.admit(anonymous, method, signature);
}

describe('a signed URL', () => {
  it('admits a call on behalf of its signer, for its resource', () => {
    const admission = admit('GET');
    expect(admission).toMatchObject({ context: { tenantId: 'tnt-a', actor: claims.actor }, resource: 'shared/a.txt' });
    expect(admission).not.toHaveProperty('refusal');
  });

  it.each([
    ['GET', 'GET', true],
    ['GET', 'HEAD', true],
    ['GET', 'PUT', false],
    ['PUT', 'PUT', true],
    ['PUT', 'GET', false],
    ['PUT', 'HEAD', false],
    ['PUT', 'DELETE', false],
  ] as const)('for %s allows %s: %s', (signed, method, opens) => {
    expect('refusal' in admit(method, { method: signed })).toBe(!opens);
  });

  it('expires', () => {
    expect(admit('GET')).not.toHaveProperty('refusal');
    nowMs = EXPIRES_MS;
    expect(admit('GET')).toMatchObject({ refusal: 'token_expired' });
  });

  it('becomes invalid when its signer’s access is revoked, even during the call', () => {
    const { context } = admit('GET');
    expect(() => context.revalidate?.()).not.toThrow();
    revoked = { jti: 'any', clientId: 'app-a', tenantId: 'tnt-a', userId: 'usr-a' };
    expect(admit('GET')).toMatchObject({ refusal: 'token_revoked' });
    expect(() => context.revalidate?.()).toThrow(expect.objectContaining({ reason: 'token_revoked' }));
  });

  it('of an agent requires the agent’s token', () => {
    const agent = { type: 'agent', id: 'agt-1' } as const;
    expect(admit('GET', { actor: agent })).toMatchObject({ refusal: 'token_expired' });
    expect(admit('GET', { actor: agent, tokens: ['jti-1'] })).not.toHaveProperty('refusal');
  });

  it('is refused if it was signed with a different key', () => {
    const foreign = seal(Buffer.alloc(32), claims);
    expect(urls.admit(anonymous, 'GET', foreign)).toMatchObject({ refusal: 'token_signature_invalid' });
    expect(urls.admit(anonymous, 'GET', foreign).context).toBe(anonymous);
  });
});
