import type { Manifest } from '../../kernel/composition/manifest';
import { auditSinksConfig } from './audit-sinks.config';
import { auditSinksTenantData } from './storage/audit-sinks.tenant-data';

export const auditSinksManifest = {
  config: [auditSinksConfig],
  hosted: {
    auditSinks: () => import('./audit-sinks.module.js'),
  },
  controllers: {
    internal: [() => import('./rest/audit-sinks.internal.controller.js')],
  },
  tenantData: auditSinksTenantData,
} satisfies Manifest;
