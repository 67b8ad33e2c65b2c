import type { UnresolvedSecret } from '../contract/resolution.types';

/** Where a value is asked for. */
export interface SecretPlace {
  /** Of the tenant that asks; a provider gives out nothing of another one's. */
  readonly tenantId: string;
  readonly tenantSlug: string;
  readonly path: string;
  /** Empty: the latest. */
  readonly version: string;
}

export interface ProvidedSecret {
  readonly value: Buffer;
  /** Empty when the provider has none. */
  readonly version: string;
}

/** A value that could not be had, in words for the caller, which name nothing of what the provider said. */
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

/** A place where secrets are. */
export interface SecretProvider {
  /** As references name it. */
  readonly name: string;
  /** Throws {@link ProviderFault}. */
  read(place: SecretPlace): Promise<ProvidedSecret>;
}

/** Most bytes that a value of any provider has. */
export const MAX_PROVIDED_BYTES = 64 * 1024;

/** Errors: `internal` for more than {@link MAX_PROVIDED_BYTES}. */
export function provided(value: Buffer, version: string): ProvidedSecret {
  if (value.length > MAX_PROVIDED_BYTES) {
    throw new ProviderFault('internal', `The secret has more than ${MAX_PROVIDED_BYTES} bytes.`);
  }
  return { value, version };
}

export function notThere(cause?: unknown): ProviderFault {
  return new ProviderFault('not_found', 'There is no such secret.', { cause });
}
