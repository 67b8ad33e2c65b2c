/** Registration times of client ids. Modules that grant access to an app need them, because an id can be registered again. */
export abstract class ClientRegistrationsPort {
  /**
   * Returns when the tenant's app with this client id was registered, in Unix milliseconds. A new registration does not inherit the grants
   * of an earlier one. `null` if the tenant has no such app. Reads from memory, which the change feed keeps current. Errors: `unavailable`.
   */
  abstract registeredAtMs(tenantId: string, clientId: string): Promise<number | null>;
}
