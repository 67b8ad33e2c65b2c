/** When client ids were registered, for whoever grants something to an application: an id can be registered again. */
export abstract class ClientRegistrationsPort {
  /**
   * When the tenant's app of this client id was registered, in Unix milliseconds: what was granted to a registration is
   * none of the next one's. `null` when the tenant has no such app. From memory, current by the change feed.
   * Errors: `unavailable`.
   */
  abstract registeredAtMs(tenantId: string, clientId: string): Promise<number | null>;
}
