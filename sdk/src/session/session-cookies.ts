import {
  type CookieChange,
  type CookieMap,
  deleteChunks,
  joinChunks,
  parseCookies,
  setCookieLine,
  splitChunks,
} from './cookies.js';
import type { PendingLogin } from '../auth/login.js';
import { isRecord } from '../http/read-error.js';
import type { SessionSettings } from './options.js';
import { Seal } from './seal.js';
import { endOf, readStored, type StoredSession } from './session.js';

/** A sign-in in progress, as its cookie stores it. */
export interface PendingCookie {
  readonly pending: PendingLogin;
  readonly returnTo: string;
  readonly untilMs: number;
}

/** The time that a user has to complete a sign-in. */
const LOGIN_SECONDS = 600;
/** The maximum number of sign-ins in progress in one browser, such as in several tabs. */
const MAX_LOGINS = 3;
const STATE_CHARACTERS = 12;

/**
 * The cookies of an application: one session in chunks, and one cookie per sign-in in progress. On https, names begin with `__Host-`,
 * so that no subdomain can set them (RFC 6265bis §4.1.3.2). Each cookie opens only for the issuer, the client and the name that it was
 * sealed for, so applications that share a key do not accept each other's cookies.
 */
export class SessionCookies {
  private readonly seal: Seal;
  private readonly sessionName: string;
  private readonly loginName: string;

  constructor(private readonly settings: SessionSettings) {
    this.seal = new Seal(settings.keys);
    const prefix = settings.isSecure ? '__Host-' : '';
    this.sessionName = `${prefix}cpod-session`;
    this.loginName = `${prefix}cpod-login`;
  }

  parse(headers: Headers): CookieMap {
    return parseCookies(headers.get('cookie'));
  }

  /** Returns whether the browser sent a session cookie, valid or not. */
  hasSession(cookies: CookieMap): boolean {
    return deleteChunks(cookies, this.sessionName).length > 0;
  }

  /** Opens the session cookie. @returns `null` if it is missing, was changed, or has ended. */
  async readSession(cookies: CookieMap, nowMs: number): Promise<StoredSession | null> {
    const text = joinChunks(cookies, this.sessionName);
    const session = text === null ? null : readStored(await this.open(this.sessionName, text));
    return session !== null && nowMs < endOf(session, this.settings) ? session : null;
  }

  async writeSession(cookies: CookieMap, session: StoredSession, nowMs: number): Promise<readonly CookieChange[]> {
    const text = await this.close(this.sessionName, session);
    return splitChunks(cookies, this.sessionName, text, (endOf(session, this.settings) - nowMs) / 1000);
  }

  deleteSession(cookies: CookieMap): readonly CookieChange[] {
    return deleteChunks(cookies, this.sessionName);
  }

  /** Stores a sign-in under its `state`. Deletes the oldest cookies of sign-ins that were never completed. */
  async writeLogin(
    cookies: CookieMap,
    login: Omit<PendingCookie, 'untilMs'>,
    nowMs: number,
  ): Promise<readonly CookieChange[]> {
    const name = this.loginNameOf(login.pending.state);
    const value = await this.close(name, { ...login, untilMs: nowMs + LOGIN_SECONDS * 1000 });
    const others = [...cookies.keys()].filter((key) => key.startsWith(`${this.loginName}.`));
    const surplus = others.slice(0, Math.max(0, others.length - MAX_LOGINS + 1));
    return [{ name, value, maxAgeSeconds: LOGIN_SECONDS }, ...surplus.map(deletion)];
  }

  /** Opens the cookie of the sign-in with this `state`. @returns `null` if there is none or the time for the sign-in is over. */
  async readLogin(cookies: CookieMap, state: string, nowMs: number): Promise<PendingCookie | null> {
    const name = this.loginNameOf(state);
    const value = await this.open(name, cookies.get(name) ?? '');
    if (!isRecord(value) || !isRecord(value['pending']) || typeof value['returnTo'] !== 'string') return null;
    const isCurrent = typeof value['untilMs'] === 'number' && nowMs < value['untilMs'];
    return isCurrent ? (value as unknown as PendingCookie) : null;
  }

  deleteLogin(cookies: CookieMap, state: string): readonly CookieChange[] {
    const name = this.loginNameOf(state);
    return cookies.has(name) ? [deletion(name)] : [];
  }

  /** Returns `Set-Cookie` lines. */
  lines(changes: readonly CookieChange[]): readonly string[] {
    return changes.map((change) => setCookieLine(change, this.settings.isSecure));
  }

  private close(name: string, value: unknown): Promise<string> {
    return this.seal.close(this.purposeOf(name), value);
  }

  private open(name: string, text: string): Promise<unknown> {
    return this.seal.open(this.purposeOf(name), text);
  }

  /** Encodes as JSON, so that no two different lists of parts give the same text. */
  private purposeOf(name: string): string {
    return JSON.stringify([this.settings.issuer, this.settings.clientId, name]);
  }

  private loginNameOf(state: string): string {
    return `${this.loginName}.${state.replaceAll(/[^\w-]/g, '').slice(0, STATE_CHARACTERS)}`;
  }
}

const deletion = (name: string): CookieChange => ({ name, value: null, maxAgeSeconds: 0 });
