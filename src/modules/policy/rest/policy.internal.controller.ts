import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
  StreamableFile,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { ApiProduces, ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, conditionOf, unlessKnown } from '../../../kernel/http/conditions/conditions';
import { type Page, pageOf, pageQuery, type PageQuery } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type DryRunReport, PolicyBundlesPort } from '../contract/policy-bundles.port';
import {
  type LoggedDecision,
  loggedDecision,
  newPolicyKey,
  type NewPolicyKey,
  policyEntityTag,
  policyKey,
  type PolicyKey,
  policyVersion,
  type PolicyVersion,
} from '../contract/policy-bundles.types';
import { BUNDLE_BODY, bundleUpload } from './bundle-upload';
import {
  activation,
  type Activation,
  type DryRunBody,
  dryRunQuery,
  dryRunReport,
  rollback,
  type Rollback,
  uploadQuery,
  type UploadQuery,
} from './policy.schemas';

const ADMIN = { scope: 'admin', resourceType: 'policy', tenantParam: 'id' };
const KEY_ADMIN = { ...ADMIN, resourceType: 'policy_key' };
const ID = { id: 'Id or slug of the tenant.' };
const KEY = { ...ID, keyId: 'Id of the key: the "kid" of its signatures.' };
const GZIP = 'application/gzip';

/** A tenant's policy: its Rego bundle, and the keys that verify its signatures. */
@ApiTags('policy')
@Controller('api/v1/tenants/:id/policy')
export class PolicyInternalController {
  constructor(private readonly bundles: PolicyBundlesPort) {}

  @Put()
  @Guarded({ ...ADMIN, action: 'policy.upload' })
  @AcceptsBody(BUNDLE_BODY)
  @Docs({
    summary: 'Upload a policy bundle; it is compiled and tested before it is accepted',
    status: 200,
    answer: policyVersion,
    params: ID,
    query: uploadQuery,
    isConditional: true,
  })
  async putPolicy(
    @Caller() context: CallContext,
    @Sent() body: SentBody | null,
    @Query({ schema: uploadQuery }) { stage }: UploadQuery,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PolicyVersion> {
    const upload = bundleUpload(body);
    return tagged(response, await this.bundles.put(context, upload, conditionOf(headers), stage === 'true'));
  }

  @Get()
  @Guarded({ ...ADMIN, action: 'policy.get' })
  @ApiProduces('application/json', GZIP, 'application/x-gzip', 'application/octet-stream')
  @Docs({
    summary: 'Get the active bundle as an archive, or its metadata with "Accept: application/json"',
    status: 200,
    errors: [406],
    answer: policyVersion,
    params: ID,
    isCacheable: true,
  })
  async getPolicy(
    @Caller() context: CallContext,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PolicyVersion | StreamableFile | undefined> {
    const type = request.accepts([GZIP, 'application/x-gzip', 'application/octet-stream', 'application/json']);
    if (type === false) throw new AppError('not_acceptable', `The policy is available as ${GZIP} or application/json.`);
    const { version, archive } = await this.bundles.active(context);
    response.vary('Accept');
    const known = unlessKnown(response, request.headers, policyEntityTag(version), version);
    if (known === undefined || type === 'application/json') return known;
    const disposition = `attachment; filename="policy-${version.version}.tar.gz"`;
    return new StreamableFile(archive, { type, length: archive.length, disposition });
  }

  @Delete()
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'policy.delete' })
  @Docs({
    summary: 'Return to the default policy; a rollback restores the deleted bundle',
    status: 204,
    errors: [422],
    params: ID,
    isConditional: true,
  })
  deletePolicy(@Caller() context: CallContext, @Headers() headers: ConditionHeaders): Promise<void> {
    return this.bundles.remove(context, conditionOf(headers));
  }

  @Get('versions')
  @Guarded({ ...ADMIN, action: 'policy.versions' })
  @Docs({
    summary: 'List the stored versions, newest first',
    status: 200,
    answer: pageOf(policyVersion),
    params: ID,
    query: pageQuery,
  })
  listPolicyVersions(
    @Caller() context: CallContext,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<PolicyVersion>> {
    return this.bundles.versions(context, query);
  }

  @Post('activate')
  @HttpCode(200)
  @Guarded({ ...ADMIN, action: 'policy.activate' })
  @Docs({
    summary: 'Activate a staged version',
    status: 200,
    answer: policyVersion,
    params: ID,
    isKeyed: true,
    isConditional: true,
  })
  async activatePolicy(
    @Caller() context: CallContext,
    @Body({ schema: activation }) { version }: Activation,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PolicyVersion> {
    return tagged(response, await this.bundles.activate(context, version, conditionOf(headers)));
  }

  @Post('rollback')
  @HttpCode(200)
  @Guarded({ ...ADMIN, action: 'policy.rollback' })
  @Docs({
    summary: 'Restore the content of an earlier version as a new version',
    status: 200,
    answer: policyVersion,
    params: ID,
    isKeyed: true,
    isConditional: true,
  })
  async rollBackPolicy(
    @Caller() context: CallContext,
    @Body({ schema: rollback.prefault({}) }) { version }: Rollback,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PolicyVersion> {
    return tagged(response, await this.bundles.rollback(context, version ?? null, conditionOf(headers)));
  }

  @Post('dry-run')
  @HttpCode(200)
  @Guarded({ ...ADMIN, action: 'policy.dry_run', isRead: true })
  @Docs({
    summary: 'Explain a decision of the active policy, a stored version or a draft, without enforcing it',
    status: 200,
    answer: dryRunReport,
    params: ID,
  })
  dryRunPolicy(
    @Caller() context: CallContext,
    @Body({ schema: dryRunQuery }) { rule, input, version, draft, compareLast }: DryRunBody,
  ): Promise<DryRunReport> {
    const stored = version === undefined ? null : ({ kind: 'version', version } as const);
    const sent = draft === undefined ? stored : ({ kind: 'files', ...draft } as const);
    return this.bundles.dryRun(context, { rule, input, draft: sent, compareLast });
  }

  @Get('decisions')
  @Guarded({ ...ADMIN, action: 'policy.decisions' })
  @Docs({
    summary: 'List the logged decisions, newest first',
    status: 200,
    answer: pageOf(loggedDecision),
    params: ID,
    query: pageQuery,
  })
  listPolicyDecisions(
    @Caller() context: CallContext,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<LoggedDecision>> {
    return this.bundles.decisions(context, query);
  }

  @Get('keys')
  @Guarded({ ...KEY_ADMIN, action: 'policy.key.list' })
  @Docs({
    summary: 'List the keys that sign bundles',
    status: 200,
    answer: z.object({ items: z.array(policyKey) }),
    params: ID,
  })
  async listPolicyKeys(@Caller() context: CallContext): Promise<{ readonly items: readonly PolicyKey[] }> {
    return { items: await this.bundles.keys(context) };
  }

  @Put('keys/:keyId')
  @Guarded({ ...KEY_ADMIN, action: 'policy.key.put' })
  @Docs({
    summary: 'Add or replace a key; once a key exists, unsigned bundles are refused',
    status: 200,
    answer: policyKey,
    params: KEY,
  })
  putPolicyKey(
    @Caller() context: CallContext,
    @Param('keyId') keyId: string,
    @Body({ schema: newPolicyKey }) key: NewPolicyKey,
  ): Promise<PolicyKey> {
    return this.bundles.putKey(context, keyId, key);
  }

  @Delete('keys/:keyId')
  @HttpCode(204)
  @Guarded({ ...KEY_ADMIN, action: 'policy.key.delete' })
  @Docs({ summary: 'Delete a key', status: 204, params: KEY })
  deletePolicyKey(@Caller() context: CallContext, @Param('keyId') keyId: string): Promise<void> {
    return this.bundles.deleteKey(context, keyId);
  }
}

/** Sets the version's entity tag on the response and returns the version. */
function tagged(response: Response, version: PolicyVersion): PolicyVersion {
  response.setHeader('ETag', policyEntityTag(version));
  return version;
}
