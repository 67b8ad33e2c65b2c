import type { Secret } from '../../kernel/config/secret';

/** What the role says of the installation. */
export class ScimOptions {
  /**
   * @param baseUrl address of `/scim/v2` as identity providers know it.
   * @param bootstrapTenant id or slug of the tenant that the service token acts for.
   * @param serviceToken of the installation; `null`: none is taken.
   */
  constructor(
    readonly baseUrl: string,
    readonly bootstrapTenant: string,
    readonly serviceToken: Secret | null,
  ) {}
}
