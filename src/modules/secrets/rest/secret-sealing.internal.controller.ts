import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { type MasterKeyProgress, type ResealProgress, SecretSealingPort } from '../contract/secret-sealing.port';

const PLATFORM = { scope: 'platform.admin', resourceType: 'master_key' };
const ADMIN = { scope: 'admin', resourceType: 'data_key' };

const counts = { total: z.number().int(), remaining: z.number().int() };
const masterKeyProgress = z
  .object({
    state: z.enum(['idle', 'running', 'done', 'failed']),
    stores: z.array(z.object({ name: z.string(), ...counts })),
    remaining: z.number().int().meta({ description: 'When this is 0, you can remove MASTER_KEY_PREVIOUS.' }),
  })
  .meta({ id: 'MasterKeyProgress' });
const resealProgress = z
  .object({ state: z.enum(['idle', 'running', 'failed']), keyId: z.string(), ...counts })
  .meta({ id: 'DataKeyProgress' });

type TenantQuery = z.infer<typeof tenantQuery>;

/** The keys that protect the secrets: the installation's master key, and a tenant's data key. */
@ApiTags('secrets')
@Controller('api/v1/secrets')
export class SecretSealingInternalController {
  constructor(private readonly sealing: SecretSealingPort) {}

  @Get('rewrap')
  @Guarded({ ...PLATFORM, action: 'master_key.progress' })
  @Docs({
    summary: 'Get the number of values that former master keys have sealed',
    status: 200,
    answer: masterKeyProgress,
  })
  getRewrapProgress(@Caller() context: CallContext): Promise<MasterKeyProgress> {
    return this.sealing.rewrapProgress(context);
  }

  @Post('rewrap')
  @HttpCode(202)
  @Guarded({ ...PLATFORM, action: 'master_key.rewrap' })
  @Docs({
    summary: 'Reseal everything with the current master key in the background',
    status: 202,
    answer: masterKeyProgress,
    isKeyed: true,
  })
  rewrapSecrets(@Caller() context: CallContext): Promise<MasterKeyProgress> {
    return this.sealing.rewrap(context);
  }

  @Get('data-key')
  @Guarded({ ...ADMIN, action: 'data_key.progress' })
  @Docs({
    summary: 'Get the number of secrets of the tenant that older data keys have sealed',
    status: 200,
    answer: resealProgress,
    query: tenantQuery,
  })
  getResealProgress(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
  ): Promise<ResealProgress> {
    return this.sealing.keyProgress(context);
  }

  @Post('data-key/rotate')
  @HttpCode(202)
  @Guarded({ ...ADMIN, action: 'data_key.rotate' })
  @Docs({
    summary: 'Rotate the data key of the tenant, and reseal its secrets in the background',
    status: 202,
    answer: resealProgress,
    query: tenantQuery,
    isKeyed: true,
  })
  rotateDataKey(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
  ): Promise<ResealProgress> {
    return this.sealing.rotateKey(context);
  }

  @Post('data-key/reseal')
  @HttpCode(202)
  @Guarded({ ...ADMIN, action: 'data_key.reseal' })
  @Docs({
    summary: 'Resume sealing with the current data key after a failure',
    status: 202,
    answer: resealProgress,
    query: tenantQuery,
    isKeyed: true,
  })
  resealSecrets(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
  ): Promise<ResealProgress> {
    return this.sealing.reseal(context);
  }
}
