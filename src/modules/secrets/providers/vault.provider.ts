import { z } from 'zod';
import {
  notThere,
  provided,
  type ProvidedSecret,
  ProviderFault,
  type SecretPlace,
  type SecretProvider,
} from './secret-provider';
import { askVault, type VaultAnswer } from './vault-http';
import type { VaultToken } from './vault-token';

export interface VaultOptions {
  readonly address: string;
  readonly namespace: string | null;
  /** The mount of the KV version 2 engine. */
  readonly mount: string;
  /** The prefix of the tenant's slug; empty or ending in `/`. */
  readonly prefix: string;
  readonly timeoutMs: number;
}

const readAnswer = z.object({
  data: z.object({
    data: z.record(z.string(), z.unknown()),
    metadata: z.object({ version: z.number() }),
  }),
});

/**
 * HashiCorp Vault or OpenBao, KV version 2 (HTTP API, "Read secret version"). A path can name a member: `db/main#password`. Otherwise, the
 * value is the `value` member, the only member, or all members as JSON. Does not cache values.
 */
export class VaultProvider implements SecretProvider {
  readonly name = 'vault';

  constructor(
    private readonly options: VaultOptions,
    private readonly token: VaultToken,
  ) {}

  async read({ tenantSlug, path, version }: SecretPlace): Promise<ProvidedSecret> {
    if (!/^(?:[1-9]\d{0,8})?$/.test(version)) throw notThere();
    const [place = '', member, ...more] = path.split('#');
    if (more.length > 0 || place === '') throw notThere();
    const { status, body } = await this.ask(this.urlOf(`${this.options.prefix}${tenantSlug}/${place}`, version));
    // Also returned for a deleted or destroyed version.
    if (status === 404) throw notThere();
    const checked = readAnswer.safeParse(body);
    if (status !== 200 || !checked.success) {
      const words = status === 403 ? 'Vault refused access to this path.' : 'Vault returned an unexpected response.';
      throw new ProviderFault('internal', words, { cause: new Error(`Vault returned ${status}.`) });
    }
    const { data, metadata } = checked.data.data;
    return provided(Buffer.from(valueIn(data, member)), String(metadata.version));
  }

  /** Sends the request, and repeats it with a new token if an AppRole's token has expired. */
  private async ask(url: URL): Promise<VaultAnswer> {
    const token = await this.token.get();
    const answer = await this.askWith(url, token);
    if (answer.status !== 403 || !this.token.refused(token)) return answer;
    return this.askWith(url, await this.token.get());
  }

  private askWith(url: URL, token: string): Promise<VaultAnswer> {
    const { namespace, timeoutMs } = this.options;
    const headers = { 'x-vault-token': token, ...vaultHeaders(namespace) };
    return askVault({ method: 'GET', url, headers, timeoutMs });
  }

  private urlOf(path: string, version: string): URL {
    const { address, mount } = this.options;
    const escaped = path.split('/').map(encodeURIComponent).join('/');
    const url = new URL(`${address}/v1/${mount}/data/${escaped}`);
    if (version !== '') url.searchParams.set('version', version);
    return url;
  }
}

/** Returns the headers of every request to Vault: the namespace, and a header that protects against request forgery by browsers. */
export function vaultHeaders(namespace: string | null): Readonly<Record<string, string>> {
  return { 'x-vault-request': 'true', ...(namespace === null ? {} : { 'x-vault-namespace': namespace }) };
}

function valueIn(data: Readonly<Record<string, unknown>>, member: string | undefined): string {
  if (member !== undefined) {
    if (!Object.hasOwn(data, member)) throw notThere();
    return textOf(data[member]);
  }
  if (Object.hasOwn(data, 'value')) return textOf(data['value']);
  const values = Object.values(data);
  return textOf(values.length === 1 ? values[0] : data);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
