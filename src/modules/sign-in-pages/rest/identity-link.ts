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
    const browser = { id: visit.browserId, origin: visit.origin, locale: this.surface.languageOf(visit.request) };
    const linked = await this.upstream.link(link, { outcome: 'signed_in', ...signIn }, browser);
    if (linked.outcome === 'signed_in') return linked;
    return { answer: this.failures.page(visit, { ...linked, request: fields['request'] ?? null }) };
  }
}
