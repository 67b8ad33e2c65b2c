import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { AuditInclusionPort } from '../contract/audit-proofs.port';
import { inclusionProof, type InclusionProof } from '../contract/audit-proofs.types';

/** Proofs for a tenant's applications. */
@ApiTags('audit')
@Controller('v1/audit')
export class AuditProofsPublicController {
  constructor(private readonly proofs: AuditInclusionPort) {}

  @Get(':id/proof')
  @Guarded({
    scope: 'audit.read',
    resourceType: 'audit_event',
    action: 'audit.event.prove',
    asks: 'audit.search',
    isAlwaysRecorded: true,
  })
  @Docs({
    summary: 'Prove that a record is in the tenant’s log',
    status: 200,
    answer: inclusionProof,
    params: { id: 'Id of the record.' },
  })
  getAuditProof(@Caller() context: CallContext, @Param('id') id: string): Promise<InclusionProof> {
    return this.proofs.inclusion(context, id);
  }
}
