import type { Secret } from '../../../kernel/config/secret';
import { notThere, provided, type ProvidedSecret, type SecretPlace, type SecretProvider } from './secret-provider';

/**
 * Excludes consecutive underscores, and underscores at either end. With `__` between the tenant and the name, no variable can therefore
 * belong to two tenants, regardless of their slugs.
 */
const NAME = /^[A-Z0-9]+(?:_[A-Z0-9]+)*$/;

/** Environment variables that the operator reserved for tenants: `<prefix><TENANT>__<NAME>`. */
export class EnvProvider implements SecretProvider {
  readonly name = 'env';

  /** @param variables all variables whose names start with the prefix, with the prefix removed. */
  constructor(private readonly variables: ReadonlyMap<string, Secret>) {}

  async read({ tenantSlug, path, version }: SecretPlace): Promise<ProvidedSecret> {
    if (!NAME.test(path) || version !== '') throw notThere();
    const tenant = tenantSlug.toUpperCase().replaceAll('-', '_');
    const value = this.variables.get(`${tenant}__${path}`);
    if (value === undefined) throw notThere();
    return provided(Buffer.from(value.reveal()), '');
  }
}
