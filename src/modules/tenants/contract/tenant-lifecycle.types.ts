import { z } from 'zod';
import { SLUG, tenant } from './tenants.types';

/** `typ` of a certificate's JWS (RFC 7515 §4.1.9). */
export const ERASURE_CERTIFICATE_TYP = 'erasure-certificate+jwt';

const passphrase = z
  .string()
  .min(16)
  .max(1024)
  .describe('At least 16 characters. Anyone with the passphrase and the archive can read the secrets.');

/** The options of an export. There is no default, since both choices lose something. */
export const exportOrder = z
  .discriminatedUnion('secrets', [
    z.strictObject({
      secrets: z.literal('sealed').describe('Secrets and masking keys travel sealed under the passphrase.'),
      passphrase,
    }),
    z.strictObject({
      secrets: z
        .literal('excluded')
        .describe('Secrets, masking keys, and hashes of passwords and client secrets stay behind.'),
    }),
  ])
  .meta({ id: 'TenantExport' });

/** Header for an import's passphrase: in a URL it would be logged. */
export const PASSPHRASE_HEADER = 'x-archive-passphrase';

/** Header for importing an archive from a different installation: the public key that must have signed it. */
export const ACCEPTED_KEY_HEADER = 'x-archive-public-key';

export const importQuery = z.strictObject({
  slug: z.string().regex(SLUG).optional().describe('Another slug for the tenant, where its own is taken.'),
});

export const importReport = z
  .object({
    tenant,
    archiveSha256: z.string(),
    provenBy: z
      .enum(['own_key', 'accepted_key', 'passphrase'])
      .describe(
        'The proof of the origin of the archive: the key of this installation, the key you accepted, or the passphrase.',
      ),
    tables: z.array(z.object({ table: z.string(), rows: z.number().int() })),
    refusedRows: z
      .array(z.object({ table: z.string(), rows: z.number().int() }))
      .describe('Rows that no archive may bring, such as the console of another installation.'),
    leftOut: z.array(z.object({ table: z.string(), reason: z.string() })),
    reset: z
      .array(z.object({ table: z.string(), reason: z.string() }))
      .describe('Values that you must set again, because an archive without a passphrase does not contain them.'),
  })
  .meta({ id: 'TenantImportReport' });

export const deletionQuery = z.strictObject({
  confirm: z.string().max(64).describe('The slug of the tenant, so that no other is deleted by mistake.'),
  graceSeconds: z.coerce
    .number()
    .int()
    .min(0)
    .max(365 * 86_400)
    .optional()
    .describe('How long it can be activated again; TENANT_DELETION_GRACE_DAYS without it, 0 to erase it now.'),
});

const erasedTable = z.object({ table: z.string(), rows: z.number().int(), sha256: z.string() });
/** The record of a deleted tenant (not in rest.md): the progress of its erasure, then its certificate. */
export const erasure = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    slug: z.string(),
    name: z.string(),
    status: z.enum(['waiting', 'erasing', 'erased']),
    startedAt: z.string(),
    finishedAt: z.string().nullable(),
    tables: z.array(erasedTable).describe('Rows removed so far, and a running SHA-256 over them as an export has it.'),
    certificate: z.string().nullable().describe('A JWS by the installation’s signing key over the same facts.'),
  })
  .meta({ id: 'TenantErasure' });

export type ExportOrder = Readonly<z.infer<typeof exportOrder>>;
export type ImportReport = Readonly<z.infer<typeof importReport>>;
export type ArchiveProof = ImportReport['provenBy'];
export type DeletionQuery = Readonly<z.infer<typeof deletionQuery>>;
export type ErasureView = Readonly<z.infer<typeof erasure>>;

/** The claims of the certificate: the installation's statements about an erased tenant. */
export interface ErasureCertificate {
  readonly jti: string;
  /** Id of the tenant. */
  readonly sub: string;
  readonly slug: string;
  /** Unix seconds. */
  readonly iat: number;
  readonly started_at: string;
  readonly finished_at: string;
  readonly erased: readonly z.infer<typeof erasedTable>[];
  /** The rows that expire later instead, and the reason. */
  readonly retained: readonly {
    readonly table: string;
    readonly rows: number;
    readonly until: string;
    readonly reason: string;
  }[];
}
