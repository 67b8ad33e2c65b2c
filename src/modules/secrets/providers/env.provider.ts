import type { Secret } from '../../../kernel/config/secret';
import { notThere, provided, type ProvidedSecret, type SecretPlace, type SecretProvider } from './secret-provider';

/**
 * No two underscores in a row and none at an end: with `__` between tenant and name no variable belongs to two tenants,
 * whatever their slugs.
 */
const NAME = /^[A-Z0-9]+(?:_[A-Z0-9]+)*$/;

/** Variables of this process that its operator set aside: `<prefix><TENANT>__<NAME>`. */
export class EnvProvider implements SecretProvider {
  readonly name = 'env';

  /** @param variables all that begin with the prefix, without it. */
  constructor(private readonly variables: ReadonlyMap<string, Secret>) {}

  async read({ tenantSlug, path, version }: SecretPlace): Promise<ProvidedSecret> {
    if (!NAME.test(path) || version !== '') throw notThere();
    const tenant = tenantSlug.toUpperCase().replaceAll('-', '_');
    const value = this.variables.get(`${tenant}__${path}`);
    if (value === undefined) throw notThere();
    return provided(Buffer.from(value.reveal()), '');
  }
}
