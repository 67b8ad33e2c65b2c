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

/** Values that only those who were granted them can have. The SDK keeps none. */
export class SecretsApi extends Api {
  /** The value of a secret. Errors: `ForbiddenError` without a grant, `NotFoundError`, `UnavailableError`. */
  async resolve(name: string, options?: CallOptions): Promise<string> {
    return (await this.resolveMany([name], options))[name] as string;
  }

  /** The values of many secrets by their names, in one call: all of them, or an error that names the first that is missing. */
  async resolveMany<N extends string>(names: readonly N[], options?: CallOptions): Promise<Record<N, string>> {
    const { resolved, unresolved } = await this.resolveEach({ refs: names.map((name) => ({ name })) }, options);
    const values = new Map(resolved.map(({ name, value }) => [name, value]));
    const missing = names.find((name) => !values.has(name));
    if (missing !== undefined) throw notResolved(missing, unresolved);
    return Object.fromEntries(names.map((name) => [name, values.get(name) ?? ''])) as Record<N, string>;
  }

  /** By bundles, other providers or versions: what there is, and beside it what there is not and why. */
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

  /** Makes it, or its next version; sent once, since twice would be two versions. */
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
