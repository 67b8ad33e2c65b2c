import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { AuditPort } from '../audit/contract/audit.port';
import { TokenEventLogPort } from '../token-events/contract/token-event-log.port';
import { PolicyPort } from '../policy/contract/policy.port';
import { UserLookupPort } from '../users/contract/user-lookup.port';
import { RevocationsPort } from '../revocation/contract/revocations.port';
import { SignerPort } from '../keys/contract/signer.port';
import { MembershipsPort } from '../users/contract/memberships.port';
import { ClientsPort } from '../apps/contract/clients.port';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { RefreshPort } from './contract/refresh.port';
import { RefreshService } from './refresh.service';
import { TokenClaimsRepository } from './storage/token-claims.repository';
import { TokenClaimsCache } from './token-claims-cache';
import { RefreshFamiliesRepository } from './storage/refresh-families.repository';
import { EndFamily } from './use-cases/end-family';
import { OauthAuditRecorder } from './use-cases/oauth-audit-recorder';
import { GrantValidator } from './use-cases/token/grant-validator';
import { IssueAccessToken } from './use-cases/token/issue-access-token';
import { IssueUserTokens } from './use-cases/token/issue-user-tokens';
import { RefreshAnswers } from './use-cases/token/refresh-answers';
import { RefreshTokenGrant } from './use-cases/token/refresh-token.grant';
import { TokenHooks } from './use-cases/token/token-hooks';

const STEPS = [
  TokenClaimsRepository,
  TokenClaimsCache,
  RefreshFamiliesRepository,
  OauthAuditRecorder,
  GrantValidator,
  EndFamily,
  TokenHooks,
  IssueAccessToken,
  IssueUserTokens,
  RefreshAnswers,
  RefreshTokenGrant,
];

/** Refreshes tokens, for the token endpoint and for the sidecar. It signs tokens, so `MASTER_KEY` is required. */
@Module({
  imports: [
    KernelModule,
    ports(
      AuditPort,
      TokenEventLogPort,
      UserLookupPort,
      RevocationsPort,
      SignerPort,
      MembershipsPort,
      ClientsPort,
      TenantsPort,
      PolicyPort,
    ),
  ],
  providers: [...STEPS, { provide: RefreshPort, useClass: RefreshService }],
  exports: [...STEPS, RefreshPort],
})
export class RefreshModule {}
