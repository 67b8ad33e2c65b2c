import { z } from 'zod';
import type { Secret } from '../../../kernel/config/secret';
import { ProviderFault } from './secret-provider';
import { askVault } from './vault-http';

const loginAnswer = z.object({ auth: z.object({ client_token: z.string(), lease_duration: z.number() }) });

/** The credentials for an AppRole login. */
export interface AppRole {
  readonly loginUrl: URL;
  readonly roleId: string;
  readonly secretId: Secret;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** The token for Vault: the operator's token, or a token from an AppRole login, which is used for two thirds of its lifetime. */
export class VaultToken {
  private held: { readonly token: string; readonly untilMs: number } | null = null;
  private login: Promise<string> | null = null;

  constructor(private readonly source: Secret | AppRole) {}

  /** Returns a valid token. Errors: a `ProviderFault`. */
  async get(): Promise<string> {
    if (!('loginUrl' in this.source)) return this.source.reveal();
    if (this.held && performance.now() < this.held.untilMs) return this.held.token;
    const { source } = this;
    this.login ??= this.logIn(source).finally(() => {
      this.login = null;
    });
    return this.login;
  }

  /**
   * Drops a token that Vault refused.
   * @returns true if a new token can be requested.
   */
  refused(token: string): boolean {
    if (this.held?.token === token) this.held = null;
    return 'loginUrl' in this.source;
  }

  private async logIn({ loginUrl: url, roleId, secretId, headers, timeoutMs }: AppRole): Promise<string> {
    const body = { role_id: roleId, secret_id: secretId.reveal() };
    const { status, body: answer } = await askVault({ method: 'POST', url, headers, body, timeoutMs });
    const checked = loginAnswer.safeParse(answer);
    if (status !== 200 || !checked.success) {
      throw new ProviderFault('internal', 'Vault refused the AppRole.', {
        cause: new Error(`Vault returned ${status}.`),
      });
    }
    const { client_token: token, lease_duration: seconds } = checked.data.auth;
    this.held = { token, untilMs: performance.now() + (seconds * 1_000 * 2) / 3 };
    return token;
  }
}
