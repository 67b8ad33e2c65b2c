import type { TenantData, TenantRow } from '../../../kernel/tenant-data/tenant-data';

export const connectionsTenantData: TenantData = {
  module: 'connections',
  tables: [
    {
      table: 'connections.connections',
      key: ['id'],
      exported: 'sealed',
      erased: 'rows',
      kept: 'Until the connection is deleted.',
      reset: 'There are no connections to identity providers. Create them again.',
    },
    {
      table: 'connections.domains',
      key: ['domain'],
      exported: 'sealed',
      erased: 'rows',
      kept: 'Until the domain or its connection is deleted.',
      // An archive cannot prove who controls a domain.
      admitted: (row: TenantRow): TenantRow => {
        if (row['verified_at'] === null || row['verified_at'] === undefined) return row;
        return { ...row, verified_at: null, checked_at: null, missed: 0 };
      },
      reset: 'No domain has a connection.',
    },
    {
      table: 'connections.identities',
      key: ['connection_id', 'issuer', 'subject'],
      exported: 'sealed',
      erased: 'rows',
      kept: 'Until the identity is unlinked, or its connection or user is deleted.',
      reset: 'No user is linked to an identity provider.',
    },
    {
      table: 'connections.sign_ins',
      key: ['hash'],
      exported: { leftOut: 'Sign-ins in progress belong to browsers that wait for this installation.' },
      erased: 'rows',
      kept: 'Until the sign-in returns from its provider, at most 10 minutes.',
    },
  ],
};
