import { z } from 'zod';
import { SLUG, tenant } from './tenants.types';

/** `typ` of a certificate's JWS (RFC 7515 §4.1.9). */
export const ERASURE_CERTIFICATE_TYP = 'erasure-certificate+jwt';

const passphrase = z
  .string()
  .min(16)
  .max(1024)
  .describe('At least 16 characters. Anyone with the passphrase and the archive can read the secrets.');

/** The options of an export. There is no default, since each choice has a drawback. */
export const exportOrder = z
  .discriminatedUnion('secrets', [
    z.strictObject({
      secrets: z.literal('sealed').describe('Includes secrets and masking keys, sealed with the passphrase.'),
      passphrase,
    }),
    z.strictObject({
      secrets: z
        .literal('excluded')
        .describe('Omits secrets, masking keys, and hashes of passwords and client secrets.'),
    }),
  ])
  .meta({ id: 'TenantExport' });

/** Header for an import's passphrase, which would be logged if it were in a URL. */
export const PASSPHRASE_HEADER = 'x-archive-passphrase';

/** Header for importing an archive from a different installation. Contains the public key that must have signed the archive. */
export const ACCEPTED_KEY_HEADER = 'x-archive-public-key';

export const importQuery = z.strictObject({
  slug: z.string().regex(SLUG).optional().describe('A different slug for the tenant, if its slug is taken.'),
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
      .describe('Rows that archives must not contain, such as the console of a different installation.'),
    leftOut: z.array(z.object({ table: z.string(), reason: z.string() })),
    reset: z
      .array(z.object({ table: z.string(), reason: z.string() }))
      .describe('Values that you must set again, because an archive without a passphrase does not contain them.'),
  })
  .meta({ id: 'TenantImportReport' });

export const deletionQuery = z.strictObject({
  confirm: z.string().max(64).describe('The slug of the tenant, to prevent deleting a different one by mistake.'),
  graceSeconds: z.coerce
    .number()
    .int()
    .min(0)
    .max(365 * 86_400)
    .optional()
    .describe('Time during which you can reactivate the tenant. Default: TENANT_DELETION_GRACE_DAYS. 0 erases it now.'),
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
    tables: z
      .array(erasedTable)
      .describe('Rows removed so far, and a running SHA-256 over them in the format of an export.'),
    certificate: z.string().nullable().describe('A JWS over the same facts, signed with the installation’s key.'),
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
  /** The rows that were not erased because they expire later, with the reason. */
  readonly retained: readonly {
    readonly table: string;
    readonly rows: number;
    readonly until: string;
    readonly reason: string;
  }[];
}
