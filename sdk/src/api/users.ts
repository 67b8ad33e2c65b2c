import type {
  Invitation,
  InvitationAcceptance,
  ListInvitationsQuery,
  Job,
  NewInvitation,
  OwnUserPatch,
  SentInvitation,
  User,
  UserExportOrder,
  UserImportReport,
  UserPatch,
  UserRemoval,
  ListUsersQuery,
} from '../generated/schemas.js';
import type { CallOptions, ChangeOptions, WriteOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

type ImportType = 'text/csv' | 'application/x-ndjson';

export interface ImportOptions extends WriteOptions {
  /** True to report the changes without importing. */
  readonly dryRun?: boolean | undefined;
}

/** Invitations to join the tenant. */
export class InvitationsApi extends Api {
  list(query?: ListInvitationsQuery, options?: CallOptions): Pages<Invitation> {
    return this.listOf('/v1/users/invitations', query, options);
  }

  get(id: string, options?: CallOptions): Promise<Invitation> {
    return this.load(path`/v1/users/invitations/${id}`, options);
  }

  resend(id: string, options?: WriteOptions): Promise<SentInvitation> {
    return this.make(path`/v1/users/invitations/${id}/resend`, undefined, options);
  }

  revoke(id: string, options?: WriteOptions & ChangeOptions): Promise<Invitation> {
    return this.make(path`/v1/users/invitations/${id}/revoke`, undefined, options);
  }

  /** Accepts an invitation. The token from its link is the only proof needed. */
  accept(token: string, acceptance: InvitationAcceptance, options?: CallOptions): Promise<User> {
    const order = { method: 'POST', path: path`/v1/users/invitations/${token}/accept`, json: acceptance } as const;
    return this.http.json({ ...order, repeat: 'never', auth: 'none' }, options);
  }
}

/** The tenant's users. */
export class UsersApi extends Api {
  readonly invitations = new InvitationsApi(this.http);

  /** Returns the signed-in user. */
  me(options?: CallOptions): Promise<User> {
    return this.load('/v1/users/me', options);
  }

  updateMe(patch: OwnUserPatch, options?: ChangeOptions): Promise<User> {
    return this.change('/v1/users/me', patch, options);
  }

  invite(invitation: NewInvitation, options?: WriteOptions): Promise<SentInvitation> {
    return this.make('/v1/users', invitation, options);
  }

  list(query?: ListUsersQuery, options?: CallOptions): Pages<User> {
    return this.listOf('/v1/users', query, options);
  }

  get(id: string, options?: CallOptions): Promise<User> {
    return this.load(path`/v1/users/${id}`, options);
  }

  update(id: string, patch: UserPatch, options?: ChangeOptions): Promise<User> {
    return this.change(path`/v1/users/${id}`, patch, options);
  }

  /** Deletes a user. With `dryRun`, only reports the effect on the user's resources. */
  delete(id: string, options: ChangeOptions & { readonly dryRun?: boolean } = {}): Promise<UserRemoval> {
    const { dryRun, ...rest } = options;
    return this.remove<UserRemoval>(path`/v1/users/${id}`, rest, { dryRun });
  }

  activate(id: string, options?: WriteOptions): Promise<User> {
    return this.make(path`/v1/users/${id}/activate`, undefined, options);
  }

  deactivate(id: string, options?: WriteOptions): Promise<User> {
    return this.make(path`/v1/users/${id}/deactivate`, undefined, options);
  }

  suspend(id: string, options?: WriteOptions): Promise<User> {
    return this.make(path`/v1/users/${id}/suspend`, undefined, options);
  }

  /** @param text CSV or JSON lines, at most 16 MiB. */
  import(text: string, type: ImportType, options?: ImportOptions): Promise<UserImportReport> {
    return this.importBy<UserImportReport>(text, type, options);
  }

  /**
   * Imports users in a job and returns immediately. The job's output is the report.
   * @param text CSV or JSON lines, at most 1 MiB.
   */
  importAsJob(text: string, type: ImportType, options?: ImportOptions): Promise<Job> {
    return this.importBy<Job>(text, type, options, 'respond-async');
  }

  /** Exports all users in a job whose output is the file `users.jsonl` or `users.csv`. */
  export(order: UserExportOrder = {}, options?: WriteOptions): Promise<Job> {
    return this.make('/v1/users/export', order, options);
  }

  private importBy<T>(text: string, type: ImportType, options: ImportOptions = {}, prefer?: string): Promise<T> {
    const { dryRun, idempotencyKey = crypto.randomUUID(), ...rest } = options;
    const headers = { 'content-type': type, 'idempotency-key': idempotencyKey, prefer };
    const order = { method: 'POST', path: '/v1/users/import', query: { dryRun }, content: text, headers } as const;
    return this.http.json<T>({ ...order, repeat: 'keyed' }, rest);
  }
}
