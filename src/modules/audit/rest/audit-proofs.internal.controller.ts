import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type Page, pageOf, pageQuery } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { AuditProofsPort } from '../contract/audit-proofs.port';
import {
  type AuditCheckpoint,
  auditCheckpoint,
  consistencyProof,
  type ConsistencyProof,
  inclusionProof,
  type InclusionProof,
} from '../contract/audit-proofs.types';
import { AuditPublicKey } from '../contract/audit-public-key';

const ADMIN = { scope: 'admin', resourceType: 'audit_log', hasSystemLog: true };

const size = z.coerce.number().int().min(1);
const checkpointsQuery = tenantQuery.extend(pageQuery.shape);
const proofQuery = tenantQuery.extend({
  id: z.string().max(64).optional().meta({ description: 'Id of the record to prove.' }),
  from: size.optional().meta({ description: 'Size of the earlier log, which the newer log must continue.' }),
  to: size.optional().meta({ description: 'Size of the newer log; by default, the size of the newest checkpoint.' }),
});
const publicKey = z
  .object({ key: z.string().meta({ description: 'Name, hash and key for verifying signed notes (C2SP).' }) })
  .meta({ id: 'AuditPublicKey' });
const verifiableQuery = tenantQuery.extend({
  from: z.coerce.number().int().min(0).optional().meta({ description: 'Sequence of the first record to export.' }),
});

/** Proofs that the log is unchanged. */
@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditProofsInternalController {
  constructor(
    private readonly proofs: AuditProofsPort,
    private readonly key: AuditPublicKey,
  ) {}

  @Get('key')
  @Guarded({ ...ADMIN, action: 'audit.key.get' })
  @Docs({
    summary: 'Get the public key for verifying checkpoints',
    status: 200,
    answer: publicKey,
    query: tenantQuery,
  })
  getAuditPublicKey(): z.infer<typeof publicKey> {
    return { key: this.key.text() };
  }

  @Get('checkpoints')
  @Guarded({ ...ADMIN, action: 'audit.checkpoint.list' })
  @Docs({
    summary: 'List signed checkpoints of the log, newest first',
    status: 200,
    answer: pageOf(auditCheckpoint),
    query: checkpointsQuery,
  })
  listAuditCheckpoints(
    @Caller() context: CallContext,
    @Query({ schema: checkpointsQuery }) query: z.infer<typeof checkpointsQuery>,
  ): Promise<Page<AuditCheckpoint>> {
    return this.proofs.checkpoints(context, query);
  }

  @Get('proof')
  @Guarded({ ...ADMIN, action: 'audit.proof.get' })
  @Docs({
    summary: 'Prove that a record is in the log (id), or that the log continues an earlier state (from, to)',
    status: 200,
    answer: z.union([inclusionProof, consistencyProof]),
    query: proofQuery,
  })
  getAuditProof(
    @Caller() context: CallContext,
    @Query({ schema: proofQuery }) { id, from, to }: z.infer<typeof proofQuery>,
  ): Promise<InclusionProof | ConsistencyProof> {
    if (id !== undefined && from === undefined && to === undefined) return this.proofs.inclusion(context, id);
    if (id === undefined && from !== undefined) return this.proofs.consistency(context, from, to ?? null);
    throw new AppError('invalid_request', 'Specify either id, or from and optionally to.');
  }

  @Get('export')
  @Guarded({ ...ADMIN, action: 'audit.export' })
  @Docs({
    summary: 'Export the log up to its newest checkpoint, in the format of `coresdk audit verify`',
    status: 200,
    types: ['application/x-ndjson'],
    query: verifiableQuery,
  })
  exportAuditProofs(
    @Caller() context: CallContext,
    @Query({ schema: verifiableQuery }) { from }: z.infer<typeof verifiableQuery>,
  ): StreamableFile {
    const lines = Readable.from(this.proofs.export(context, from ?? null), { objectMode: true });
    return new StreamableFile(lines, { type: 'application/x-ndjson' });
  }
}
