import type { UnresolvedSecret } from '../contract/resolution.types';

/** The location of a requested value. */
export interface SecretPlace {
  /** The id of the requesting tenant; a provider never returns other tenants' values. */
  readonly tenantId: string;
  readonly tenantSlug: string;
  readonly path: string;
  /** Empty for the latest version. */
  readonly version: string;
}

export interface ProvidedSecret {
  readonly value: Buffer;
  /** Empty if the provider has no versions. */
  readonly version: string;
}

/** A failed read, with a message for the caller that reveals no part of the provider's response. */
export class ProviderFault extends Error {
  constructor(
    readonly code: UnresolvedSecret['code'],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ProviderFault';
  }
}

/** A source of secrets. */
export interface SecretProvider {
  /** The name that references use. */
  readonly name: string;
  /** Reads a value. Throws {@link ProviderFault}. */
  read(place: SecretPlace): Promise<ProvidedSecret>;
}

/** The maximum size of a value from any provider, in bytes. */
export const MAX_PROVIDED_BYTES = 64 * 1024;

/** Returns a value with its version. Errors: `internal` for a value of more than {@link MAX_PROVIDED_BYTES}. */
export function provided(value: Buffer, version: string): ProvidedSecret {
  if (value.length > MAX_PROVIDED_BYTES) {
    throw new ProviderFault('internal', `The secret has more than ${MAX_PROVIDED_BYTES} bytes.`);
  }
  return { value, version };
}

export function notThere(cause?: unknown): ProviderFault {
  return new ProviderFault('not_found', 'The secret does not exist.', { cause });
}
