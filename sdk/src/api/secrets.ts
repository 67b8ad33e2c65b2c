import { apiError } from '../errors.js';
import type {
  NewSecretVersion,
  ResolvedSecrets,
  Secret,
  SecretResolution,
  ListSecretsQuery,
  ListSecretVersionsQuery,
  SecretVersion,
} from '../generated/schemas.js';
import type { CallOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

type Unresolved = ResolvedSecrets['unresolved'][number];

/** Secret values, which only callers with a grant can read. The SDK does not store them. */
export class SecretsApi extends Api {
  /** Returns the value of a secret. Errors: `ForbiddenError` without a grant, `NotFoundError`, `UnavailableError`. */
  async resolve(name: string, options?: CallOptions): Promise<string> {
    return (await this.resolveMany([name], options))[name] as string;
  }

  /** Returns the values of many secrets by name, in one call. Throws an error that names the first missing secret. */
  async resolveMany<N extends string>(names: readonly N[], options?: CallOptions): Promise<Record<N, string>> {
    const { resolved, unresolved } = await this.resolveEach({ refs: names.map((name) => ({ name })) }, options);
    const values = new Map(resolved.map(({ name, value }) => [name, value]));
    const missing = names.find((name) => !values.has(name));
    if (missing !== undefined) throw notResolved(missing, unresolved);
    return Object.fromEntries(names.map((name) => [name, values.get(name) ?? ''])) as Record<N, string>;
  }

  /**
   * Resolves bundles, secrets from other providers, or other versions of secrets. Returns the values found, and the reason for each missing
   * value.
   */
  resolveEach(resolution: SecretResolution, options?: CallOptions): Promise<ResolvedSecrets> {
    return this.ask('/v1/secrets/resolve', resolution, options);
  }

  list(query?: ListSecretsQuery, options?: CallOptions): Pages<Secret> {
    return this.listOf('/v1/secrets', query, options);
  }

  /** Returns a secret without its value. */
  get(name: string, options?: CallOptions): Promise<Secret> {
    return this.load(path`/v1/secrets/${name}`, options);
  }

  /** Creates a secret, or its next version. The request is sent only once, because a retry would create another version. */
  set(name: string, version: NewSecretVersion, options?: CallOptions): Promise<Secret> {
    const order = { method: 'PUT', path: path`/v1/secrets/${name}`, json: version, repeat: 'never' } as const;
    return this.http.json(order, options);
  }

  delete(name: string, options?: CallOptions): Promise<void> {
    return this.remove(path`/v1/secrets/${name}`, options);
  }

  versions(name: string, query?: ListSecretVersionsQuery, options?: CallOptions): Pages<SecretVersion> {
    return this.listOf(path`/v1/secrets/${name}/versions`, query, options);
  }
}

function notResolved(name: string, unresolved: readonly Unresolved[]): Error {
  const { code = 'not_found', message = 'There is no such secret.' } =
    unresolved.find((one) => one.name === name) ?? {};
  return apiError({
    status: code === 'not_found' ? 404 : 503,
    code,
    description: `${name}: ${message}`,
    requestId: '',
    reason: '',
    fields: [],
    retryAfterSeconds: null,
  });
}
