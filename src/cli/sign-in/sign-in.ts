import { rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Environment } from '../../kernel/config/config-section';
import { Refusal } from '../api/refusal';
import { CommandFault } from '../command';
import { withFileLock } from '../contexts/file-lock';
import { configFolder, readPrivate, writePrivate } from '../contexts/private-file';
import { requestTokens, revokeToken, type TokenAnswer } from './oauth-requests';

/** An access token with less remaining lifetime than this is refreshed first. */
const SPARE_MS = 30_000;

const storedSignIn = z.strictObject({
  clientId: z.string(),
  tokenEndpoint: z.string(),
  revocationEndpoint: z.string(),
  accessToken: z.string(),
  /** Unix milliseconds. */
  expiresAtMs: z.number(),
  refreshToken: z.string(),
  scope: z.string(),
});

/** The stored tokens of a sign-in, and the endpoints that accept them. */
export type StoredSignIn = Readonly<z.infer<typeof storedSignIn>>;

/** The sign-in of a context: a file with tokens, which all commands share. */
export class SignIn {
  private readonly file: string;

  constructor(
    /** The name of the context. */
    readonly context: string,
    environment: Environment,
  ) {
    this.file = path.join(configFolder(environment), 'sign-ins', `${context}.json`);
  }

  /** Returns the stored tokens; `null` if the person has not signed in. Errors: `CommandFault` for a file that is not private. */
  stored(): StoredSignIn | null {
    const text = readPrivate(this.file);
    if (text === null) return null;
    try {
      return storedSignIn.parse(JSON.parse(text));
    } catch {
      throw new CommandFault(`${this.file} is damaged. Delete it, and sign in again: ${this.loginCommand}`);
    }
  }

  /** Stores the tokens of a new sign-in. */
  store(signIn: StoredSignIn): Promise<void> {
    return this.locked(async () => {
      this.write(signIn);
    });
  }

  /**
   * Returns the tokens, refreshed if the access token is about to expire. Refresh tokens rotate, and a used one ends the sign-in: therefore
   * only one of several simultaneous commands refreshes, and the others read its result. Errors: `CommandFault`.
   * @param rejected an access token that the platform rejected, so that a different one is needed.
   */
  async tokens(rejected?: string): Promise<StoredSignIn> {
    const isUsable = (known: StoredSignIn): boolean =>
      known.accessToken !== rejected && known.expiresAtMs - SPARE_MS > Date.now();
    const known = this.present();
    if (isUsable(known)) return known;
    return this.locked(async () => {
      const current = this.present();
      return isUsable(current) ? current : this.refresh(current);
    });
  }

  /** Removes the tokens here and revokes them on the platform. Errors: `Unreachable`, `Refusal`, after the tokens were removed here. */
  async end(): Promise<'ended' | 'none'> {
    const ended = await this.locked(async () => {
      const known = this.stored();
      rmSync(this.file, { force: true });
      return known;
    });
    if (ended === null) return 'none';
    await revokeToken(ended.revocationEndpoint, ended.clientId, ended.refreshToken);
    return 'ended';
  }

  get loginCommand(): string {
    return `coresdk login --context ${this.context}`;
  }

  private async refresh(known: StoredSignIn): Promise<StoredSignIn> {
    const { clientId, tokenEndpoint, refreshToken } = known;
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId };
    const answer = await requestTokens(tokenEndpoint, form).catch((error: unknown) => {
      if (!(error instanceof Refusal) || error.code !== 'invalid_grant') throw error;
      rmSync(this.file, { force: true });
      throw new CommandFault(
        `The sign-in of the context "${this.context}" has ended. Sign in again: ${this.loginCommand}`,
      );
    });
    const refreshed = { ...known, ...tokensOf(answer) };
    this.write(refreshed);
    return refreshed;
  }

  private write(signIn: StoredSignIn): void {
    writePrivate(this.file, `${JSON.stringify(signIn)}\n`);
  }

  private present(): StoredSignIn {
    const known = this.stored();
    if (known) return known;
    throw new CommandFault(`You are signed out of the context "${this.context}". Sign in: ${this.loginCommand}`);
  }

  private locked<T>(work: () => Promise<T>): Promise<T> {
    return withFileLock(`${this.file}.lock`, work);
  }
}

/** Returns the members to store of a token response that was received now. */
export function tokensOf(
  answer: TokenAnswer,
): Pick<StoredSignIn, 'accessToken' | 'expiresAtMs' | 'refreshToken' | 'scope'> {
  return {
    accessToken: answer.access_token,
    expiresAtMs: Date.now() + answer.expires_in * 1_000,
    refreshToken: answer.refresh_token,
    scope: answer.scope,
  };
}
