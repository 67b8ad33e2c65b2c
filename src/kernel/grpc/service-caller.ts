import type { Metadata } from '@grpc/grpc-js';
import { ExpectedSecret } from '../config/expected-secret';
import { AppError } from '../errors/app-error';
import type { GrpcConfig } from './grpc.config';

/** A caller that may name tenant and subject itself, since it proved to be a service of this installation. */
export interface ServiceCaller {
  /** `x-service-name`, or `unknown-service`. For the record only; it proves nothing. */
  readonly name: string;
  /** The only tenant it may name; `null` for any. */
  readonly onlyTenant: string | null;
  /** Until when its certificate is good, in Unix milliseconds; for a caller that proved itself by one. */
  readonly expiresAtMs?: number;
}

const SERVICE_NAME = /^[\w.-]{1,64}$/;

/**
 * Who may speak for others on gRPC (rest.md §4b): a caller with the installation's `x-service-token`. Without one
 * configured (development only) a caller is held to `CORESDK_TENANT_ID`, or refused.
 */
export class ServiceCallers {
  private readonly expected: ExpectedSecret | null;

  constructor(private readonly config: Pick<GrpcConfig, 'CORESDK_SERVICE_TOKEN' | 'CORESDK_TENANT_ID'>) {
    const token = config.CORESDK_SERVICE_TOKEN;
    this.expected = token === null ? null : new ExpectedSecret(token);
  }

  /** Whether the caller proved to be a service. */
  isService(metadata: Metadata): boolean {
    return this.expected?.equals(first(metadata, 'x-service-token')) ?? this.config.CORESDK_TENANT_ID !== null;
  }

  /** The calling service. Throws `unauthorized` when it is none. */
  require(metadata: Metadata): ServiceCaller {
    const name = first(metadata, 'x-service-name');
    const caller = SERVICE_NAME.test(name) ? name : 'unknown-service';
    if (this.expected) {
      if (this.expected.equals(first(metadata, 'x-service-token'))) return { name: caller, onlyTenant: null };
      throw new AppError('unauthorized', 'This call needs the service token of the installation in x-service-token.');
    }
    if (this.config.CORESDK_TENANT_ID !== null) return { name: caller, onlyTenant: this.config.CORESDK_TENANT_ID };
    throw new AppError('unauthorized', 'No service credentials are configured; set CORESDK_SERVICE_TOKEN.');
  }
}

function first(metadata: Metadata, key: string): string {
  const value = metadata.get(key)[0];
  return typeof value === 'string' ? value : '';
}
