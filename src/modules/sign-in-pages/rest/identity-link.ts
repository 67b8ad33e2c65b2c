import { Injectable } from '@nestjs/common';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { UpstreamSignInPort } from '../../connections/contract/upstream-sign-in.port';
import type { PendingSignIn } from './browser/pending-sign-in';
import type { Visit } from './browser/visit';
import { PageSurface } from './page-surface';
import type { SignInDestination } from './sign-in-destination';
import { UpstreamFailures } from './upstream-failures';

/** Links an identity at a provider to an account whose owner has proved it with every factor that a sign-in needs. */
@Injectable()
export class IdentityLink {
  constructor(
    private readonly surface: PageSurface,
    private readonly upstream: UpstreamSignInPort,
    private readonly failures: UpstreamFailures,
  ) {}

  /** Makes the link that the sign-in is for, if any. @returns the sign-in with both methods; a page if the link cannot be made. */
  async complete(
    visit: Visit,
    signIn: PendingSignIn,
    { link, fields }: SignInDestination,
  ): Promise<PendingSignIn | { readonly answer: PageAnswer }> {
    if (link === null) return signIn;
    const request = fields['request'] ?? null;
    const pending = await this.upstream.pendingLink(link, visit.browserId);
    if (pending?.tenantId !== signIn.user.tenantId) {
      const failed = { outcome: 'failed', reason: 'not_started_here', code: 'expired_link', request } as const;
      return { answer: this.failures.page(visit, failed) };
    }
    const browser = { id: visit.browserId, origin: visit.origin, locale: this.surface.languageOf(visit.request) };
    const linked = await this.upstream.link(pending, { outcome: 'signed_in', ...signIn }, browser);
    if (linked.outcome === 'failed') return { answer: this.failures.page(visit, { ...linked, request }) };
    return { ...linked, amr: [...new Set([...signIn.amr, ...linked.amr])] };
  }
}
