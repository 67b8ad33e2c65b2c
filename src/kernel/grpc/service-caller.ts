import type { Metadata } from '@grpc/grpc-js';
import { ExpectedSecret } from '../config/expected-secret';
import { AppError } from '../errors/app-error';
import type { GrpcConfig } from './grpc.config';
import { type PeerIdentity, peerOf } from './peer-identity';
import { EVERY_TENANT } from './tls.config';

/** A caller that may name tenant and subject itself, since it proved to be a service of this installation. */
export interface ServiceCaller {
  /** The name in its certificate; else `x-service-name`, or `unknown-service`, for the record only: that proves nothing. */
  readonly name: string;
  /** The only tenant it may name; `null` for any. */
  readonly onlyTenant: string | null;
  /** Beside {@link onlyTenant}, when there is more than one that it may name. */
  readonly moreTenants?: readonly string[];
  /** Until when its certificate is good, in Unix milliseconds; for a caller that proved itself by one. */
  readonly expiresAtMs?: number;
}

/** Ids or slugs of all the tenants that a caller may name; `null` for any. */
export function tenantsOf({ onlyTenant, moreTenants = [] }: ServiceCaller): readonly string[] | null {
  return onlyTenant === null ? null : [onlyTenant, ...moreTenants];
}

const SERVICE_NAME = /^[\w.-]{1,64}$/;

/**
 * Authenticates callers that may act for others on gRPC (rest.md §4b). A caller has a certificate that one of our
 * authorities signed, or the installation's `x-service-token`. A certificate restricts it to the tenants that its names are
 * bound to. If no token is configured (development only), a caller without a certificate is restricted to
 * `CORESDK_TENANT_ID`, or refused.
 */
export class ServiceCallers {
  private readonly expected: ExpectedSecret | null;

  /** @param tenantsOf tenants that services are bound to, by the names in their certificates. */
  constructor(
    private readonly config: Pick<GrpcConfig, 'CORESDK_SERVICE_TOKEN' | 'CORESDK_TENANT_ID'>,
    private readonly tenantsOf: ReadonlyMap<string, readonly string[]> = new Map(),
  ) {
    const token = config.CORESDK_SERVICE_TOKEN;
    this.expected = token === null ? null : new ExpectedSecret(token);
  }

  /** Returns whether the caller proved to be a service. {@link require} refuses a peer whose certificate has no single entry. */
  isService(metadata: Metadata): boolean {
    if (peerOf(metadata)) return true;
    return this.expected?.equals(first(metadata, 'x-service-token')) ?? this.config.CORESDK_TENANT_ID !== null;
  }

  /** The calling service. Throws `unauthorized` when it is none. */
  require(metadata: Metadata): ServiceCaller {
    const peer = peerOf(metadata);
    if (peer) return this.byCertificate(peer);
    return this.byToken(first(metadata, 'x-service-token'), first(metadata, 'x-service-name'));
  }

  /** The service that shows a token; an empty one is none. Throws `unauthorized` when it is not the installation's. */
  byToken(token: string, name: string): ServiceCaller {
    const caller = SERVICE_NAME.test(name) ? name : 'unknown-service';
    if (this.expected) {
      if (this.expected.equals(token)) return { name: caller, onlyTenant: null };
      throw new AppError('unauthorized', 'This call needs the service token of the installation in x-service-token.');
    }
    if (this.config.CORESDK_TENANT_ID !== null) return { name: caller, onlyTenant: this.config.CORESDK_TENANT_ID };
    throw new AppError('unauthorized', 'No service credentials are configured; set CORESDK_SERVICE_TOKEN.');
  }

  /** Without a list of tenants every peer may speak for all of them; with one, a peer needs names that agree. */
  private byCertificate({ name, names, expiresAtMs }: PeerIdentity): ServiceCaller {
    if (this.tenantsOf.size === 0) return { name, onlyTenant: null, expiresAtMs };
    const [first, ...others] = names.filter((known) => this.tenantsOf.has(known));
    if (first === undefined) {
      throw new AppError('unauthorized', 'CORESDK_TLS_SERVICE_TENANTS has no entry for a name in this certificate.');
    }
    const tenants = this.tenantsOf.get(first) ?? [];
    if (others.some((other) => !isSameSet(tenants, this.tenantsOf.get(other) ?? []))) {
      throw new AppError('unauthorized', 'Names in this certificate match entries of different tenants.');
    }
    if (tenants.includes(EVERY_TENANT)) return { name: first, onlyTenant: null, expiresAtMs };
    const [onlyTenant = null, ...moreTenants] = tenants;
    return { name: first, onlyTenant, moreTenants, expiresAtMs };
  }
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.every((entry) => others.includes(entry)) && others.every((entry) => some.includes(entry));
}

function first(metadata: Metadata, key: string): string {
  const value = metadata.get(key)[0];
  return typeof value === 'string' ? value : '';
}
