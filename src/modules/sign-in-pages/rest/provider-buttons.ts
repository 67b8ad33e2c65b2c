import { Injectable } from '@nestjs/common';
import { UpstreamSignInPort } from '../../connections/contract/upstream-sign-in.port';
import type { ProviderButton } from './pages/sign-in.page';

/** The identity providers on a sign-in page. */
@Injectable()
export class ProviderButtons {
  constructor(private readonly upstream: UpstreamSignInPort) {}

  /** @param request the authorization request to which the browser returns. */
  async of(tenantId: string, request: string): Promise<readonly ProviderButton[]> {
    const providers = await this.upstream.providers(tenantId);
    return providers.map(({ id, name }) => ({ id, name, href: startPath(id, request) }));
  }
}

/** Returns the path that starts a sign-in at a provider. @param loginHint the address for the provider's form; empty for none. */
export function startPath(connectionId: string, request: string, loginHint = ''): string {
  const query = new URLSearchParams({ request, ...(loginHint === '' ? {} : { login_hint: loginHint }) });
  return `/oauth/connections/${encodeURIComponent(connectionId)}/start?${query.toString()}`;
}
