import { Controller, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { UNCONDITIONAL } from '../../../kernel/http/conditions/conditions';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { PolicyBundlesPort } from '../contract/policy-bundles.port';
import { policyEntityTag, policyVersion, type PolicyVersion } from '../contract/policy-bundles.types';
import { LEGACY_BODY, legacyUpload } from './bundle-upload';

/**
 * `PUT /api/v1/policies`, which existing SDKs call. It does the same as `PUT /api/v1/tenants/{id}/policy`, but with the archive in base64.
 */
@ApiTags('policy')
@Controller('api/v1/policies')
export class LegacyPoliciesInternalController {
  constructor(private readonly bundles: PolicyBundlesPort) {}

  @Put()
  @Guarded({ scope: 'admin', resourceType: 'policy', action: 'policy.upload_encoded' })
  @AcceptsBody(LEGACY_BODY)
  @Docs({
    summary: 'Upload a policy bundle as {"bundle_b64": "…"} (or "bundle"), as existing SDKs do',
    status: 200,
    answer: policyVersion,
    query: tenantQuery,
  })
  async putLegacyPolicy(
    @Caller() context: CallContext,
    @Sent() body: SentBody | null,
    @Query({ schema: tenantQuery }) _query: z.infer<typeof tenantQuery>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PolicyVersion> {
    const version = await this.bundles.put(context, legacyUpload(body), UNCONDITIONAL, false);
    response.setHeader('ETag', policyEntityTag(version));
    return version;
  }
}
