import { Injectable } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import type { SignedAdmission, SignedCalls } from '../../kernel/http/callers/signed-calls';
import { Writes } from '../../kernel/idempotency/writes';
import { Sealer } from '../../kernel/sealing/sealer';
import { Clock } from '../../kernel/time/clock';
import { RevocationsPort } from '../revocation/contract/revocations.port';
import type { SignedUrl, SignedUrlOrder } from './contract/files.types';
import type { ProjectState } from './contract/file-projects.port';
import type { Reauthorize } from './contract/files.port';
import type { ObjectPlace } from './contract/object-urls.port';
import type { SignedCall, SignedUrlsPort } from './contract/signed-urls.port';
import { type FileClaims, seal, type Signer, SIGNING_PURPOSE, unseal } from './domain/signed-call';
import { signerFacts, signerOf, signerProof } from './domain/signer';
import { spaceOf } from './domain/space';
import { FileEvents } from './file-events';

const REVOKED = 'The signer of this URL no longer has access.';

/**
 * Signs URLs, and authorizes calls with them. A URL has no stored state. Its signature and its expiry are checked, and it is validated like
 * a token issued to the signer at the time of signing. Every change that invalidates such a token also invalidates the URL, within the
 * delay of the change feed: a change to the user and their roles, the session, the grant, the app or the tenant. For a machine or an agent,
 * this includes the token itself and the token that it was derived from. Revocations are stored for a day, so no URL is valid for longer;
 * an agent's URL expires with its token. The key is derived from `MASTER_KEY`, so a new master key invalidates all URLs.
 */
@Injectable()
export class SignedUrlsService implements SignedUrlsPort, SignedCalls {
  private readonly key: Buffer;

  constructor(
    sealer: Sealer,
    private readonly revocations: RevocationsPort,
    private readonly writes: Writes,
    private readonly events: FileEvents,
    private readonly clock: Clock,
    private readonly installation: Installation,
  ) {
    this.key = sealer.deriveKey(SIGNING_PURPOSE);
  }

  async sign(context: CallContext, order: SignedUrlOrder, standing: ProjectState | null): Promise<SignedUrl> {
    // Asserts that the caller can use this tier.
    spaceOf(context, order.tier);
    return this.writes.once(context, { action: 'file.signed_url.get', input: order }, async (tx) => {
      const signer = signerOf(context, this.clock.nowMs(), order.expiresInSeconds);
      const signature = seal(this.key, { ...claimsOf(signer, order), standing });
      const { method, tier, path } = order;
      const expiresAt = new Date(signer.exp * 1_000).toISOString();
      await this.events.stage(tx, context, 'file.signed_url.get', { tier, path }, { method, expiresAt });
      return { url: `${this.installation.publicUrl}/v1/files/signed?signature=${signature}`, method, expiresAt };
    });
  }

  callOf(signature: string): SignedCall {
    const claims = unseal(this.key, signature);
    if (claims?.v !== 1)
      throw new AppError('forbidden', 'This is not a valid signed URL for a file. Request a new URL.');
    const { method, tier, path, version, download, max, match, none, standing } = claims;
    const bound = { version, download, maxBytes: max, ifMatch: match, ifNoneMatch: none };
    return { method, place: { tier, path }, ...bound, reauthorize: sameStanding(standing) };
  }

  objectOf(signature: string): ObjectPlace | null {
    const claims = unseal(this.key, signature);
    return claims?.v === 2 ? { id: claims.object, name: claims.name, resource: claims.resource } : null;
  }

  admit(anonymous: CallContext, method: string, signature: string): SignedAdmission {
    const claims = unseal(this.key, signature);
    if (!claims) {
      return {
        context: anonymous,
        refusal: 'token_signature_invalid',
        words: 'This is not a valid signed URL. Request a new URL.',
      };
    }
    const { tenant, actor, app, exp } = claims;
    const context = { ...anonymous, tenantId: tenant, actor, appId: app, ...signerProof(claims) };
    if (claims.method !== (method === 'HEAD' ? 'GET' : method)) {
      return { context, refusal: 'denied', words: `This URL is signed for ${claims.method}.` };
    }
    // Older builds did not record the agent's principal.
    const isUnbound = actor.type === 'agent' && claims.tokens === undefined;
    if (isUnbound || this.clock.nowMs() >= exp * 1_000) {
      return { context, refusal: 'token_expired', words: 'This URL has expired. Request a new one.' };
    }
    if (this.revocations.isRevoked(signerFacts(claims))) {
      return { context, refusal: 'token_revoked', words: REVOKED };
    }
    const revalidate = (): void => {
      if (this.revocations.isRevoked(signerFacts(claims)))
        throw new AppError('forbidden', REVOKED, { reason: 'token_revoked' });
    };
    return {
      context: { ...context, revalidate },
      resource: claims.v === 1 ? `${claims.tier}/${claims.path}` : claims.resource,
    };
  }
}

/**
 * Returns a check that the signer's role in the project is unchanged.
 * @param signed the role at the time of signing; `undefined` in a URL from a build that did not bind the role.
 */
function sameStanding(signed: FileClaims['standing']): Reauthorize {
  return (_act, standing) => {
    const isSame = signed?.id === standing?.id && signed?.role === standing?.role;
    if (signed === undefined || isSame) return Promise.resolve();
    const message = 'The project of this file, or the role of the signer in it, has changed. Request a new URL.';
    return Promise.reject(new AppError('forbidden', message));
  };
}

function claimsOf(signer: Signer, order: SignedUrlOrder): FileClaims {
  return {
    v: 1,
    ...signer,
    method: order.method,
    tier: order.tier,
    path: order.path,
    version: order.version ?? null,
    download: order.download ?? null,
    max: order.maxBytes ?? null,
    match: order.ifMatch ?? null,
    none: order.ifNoneMatch ?? null,
  };
}
