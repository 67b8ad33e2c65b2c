import type { Metadata } from '@grpc/grpc-js';
import { ExpectedSecret } from '../config/expected-secret';
import { AppError } from '../errors/app-error';
import type { GrpcConfig } from './grpc.config';
import { type PeerIdentity, peerOf } from './peer-identity';
import { EVERY_TENANT } from './tls.config';

/** A caller that is allowed to name the tenant and subject itself, because it has proved that it is a service of this installation. */
export interface ServiceCaller {
  /**
   * The name in its certificate, otherwise `x-service-name` or `unknown-service`. The latter two are not proof of identity and are only
   * recorded.
   */
  readonly name: string;
  /** The only tenant that it is allowed to name; `null` for any tenant. */
  readonly onlyTenant: string | null;
  /** Tenants in addition to {@link onlyTenant}, if the caller is allowed to name more than one. */
  readonly moreTenants?: readonly string[];
  /** Expiry of its certificate in Unix milliseconds, for a caller that authenticated with one. */
  readonly expiresAtMs?: number;
}

/** Returns the ids or slugs of all tenants that a caller is allowed to name; `null` for any tenant. */
export function tenantsOf({ onlyTenant, moreTenants = [] }: ServiceCaller): readonly string[] | null {
  return onlyTenant === null ? null : [onlyTenant, ...moreTenants];
}

const SERVICE_NAME = /^[\w.-]{1,64}$/;

/**
 * Authenticates callers that are allowed to act for others over gRPC (rest.md §4b). A caller needs a certificate that one of our
 * authorities signed, or the installation's `x-service-token`. A certificate restricts the caller to the tenants that the names in the
 * certificate are bound to. If no token is configured (development only), a caller without a certificate is restricted to
 * `CORESDK_TENANT_ID`, or rejected.
 */
export class ServiceCallers {
  private readonly expected: ExpectedSecret | null;

  /** @param tenantsOf the tenants that services are bound to, by the names in their certificates. */
  constructor(
    private readonly config: Pick<GrpcConfig, 'CORESDK_SERVICE_TOKEN' | 'CORESDK_TENANT_ID'>,
    private readonly tenantsOf: ReadonlyMap<string, readonly string[]> = new Map(),
  ) {
    const token = config.CORESDK_SERVICE_TOKEN;
    this.expected = token === null ? null : new ExpectedSecret(token);
  }

  /**
   * Returns whether the caller has proved that it is a service. {@link require} rejects a peer whose certificate does not match any entry
   * or matches conflicting entries.
   */
  isService(metadata: Metadata): boolean {
    if (peerOf(metadata)) return true;
    return this.expected?.equals(first(metadata, 'x-service-token')) ?? this.config.CORESDK_TENANT_ID !== null;
  }

  /** Returns the calling service. Throws `unauthorized` if the caller is not a service. */
  require(metadata: Metadata): ServiceCaller {
    const peer = peerOf(metadata);
    if (peer) return this.byCertificate(peer);
    return this.byToken(first(metadata, 'x-service-token'), first(metadata, 'x-service-name'));
  }

  /**
   * Returns the service that presents a token; an empty token counts as a missing token. Throws `unauthorized` if it is not the
   * installation's token.
   */
  byToken(token: string, name: string): ServiceCaller {
    const caller = SERVICE_NAME.test(name) ? name : 'unknown-service';
    if (this.expected) {
      if (this.expected.equals(token)) return { name: caller, onlyTenant: null };
      throw new AppError('unauthorized', 'This call needs the service token of the installation in x-service-token.');
    }
    if (this.config.CORESDK_TENANT_ID !== null) return { name: caller, onlyTenant: this.config.CORESDK_TENANT_ID };
    throw new AppError('unauthorized', 'No service credentials are configured; set CORESDK_SERVICE_TOKEN.');
  }

  /**
   * Returns the service for a certificate. Without a list of tenants, every peer can act for all tenants. With a list, the entries for the
   * peer's names must agree.
   */
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
