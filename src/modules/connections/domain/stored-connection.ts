import type { Connection } from '../contract/connections.types';
import type { ConnectionSettings } from './connection-settings';

/** A connection as stored, without its domains. */
export interface StoredConnection {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly type: Connection['type'];
  readonly preset: Connection['preset'];
  readonly status: Connection['status'];
  readonly issuer: string;
  readonly clientId: string;
  /** `null` for a public client. */
  readonly secret: SealedSecret | null;
  readonly settings: ConnectionSettings;
  readonly enforced: boolean;
  readonly version: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** A secret, sealed with a data key of the tenant. */
export interface SealedSecret {
  readonly keyId: string;
  readonly sealed: Buffer;
}
