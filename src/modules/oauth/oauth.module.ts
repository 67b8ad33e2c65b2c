import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { AccessTokensModule } from './access-tokens.module';
import { ports } from '../../kernel/composition/ports';
import { ClientsPort } from '../apps/contract/clients.port';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { UsersPort } from '../users/contract/users.port';
import { AuditPort } from '../audit/contract/audit.port';
import { ScopesPort } from '../apps/contract/scopes.port';
import { SessionsPort } from '../users/contract/sessions.port';
import { KeysPort } from '../keys/contract/keys.port';
import { SignerPort } from '../keys/contract/signer.port';
import { UserAccessPort } from '../users/contract/user-access.port';
import { MembershipsPort } from '../users/contract/memberships.port';
import { TokenEventLogPort } from '../token-events/contract/token-event-log.port';
import { SelfRegistrationPort } from '../apps/contract/self-registration.port';
import { AppsPort } from '../apps/contract/apps.port';
import { FactorsPort } from '../factors/contract/factors.port';
import { OneTimeCodesPort } from '../factors/contract/one-time-codes.port';
import { SignInPort } from '../users/contract/sign-in.port';
import { AuthorizationService } from './authorization.service';
import { AuthorizationPort } from './contract/authorization.port';
import { ClientRegistrationPort } from './contract/client-registration.port';
import { GrantsPort } from './contract/grants.port';
import { LoginPort } from './contract/login.port';
import { MetadataPort } from './contract/metadata.port';
import { OauthPort } from './contract/oauth.port';
import { EndDeletedUsers } from './end-deleted-users';
import { EndMarkedFamilies } from './end-marked-families';
import { EndUserFamilies } from './end-user-families';
import { GrantsService } from './grants.service';
import { MetadataService } from './metadata.service';
import { OauthCleanupTask } from './oauth-cleanup-task';
import { OauthService } from './oauth.service';
import { RefreshModule } from './refresh.module';
import { AssertionsRepository } from './storage/assertions.repository';
import { CodesRepository } from './storage/codes.repository';
import { GrantsRepository } from './storage/grants.repository';
import { AuthenticateCaller } from './use-cases/authenticate-caller';
import { AuthenticateClient } from './use-cases/authenticate-client';
import { AuthorizationAuditRecorder } from './use-cases/authorization-audit-recorder';
import { AuthorizationSteps } from './use-cases/authorize/authorization-steps';
import { AuthorizeUseCase } from './use-cases/authorize/authorize.use-case';
import { CheckConsent } from './use-cases/authorize/check-consent';
import { CheckSecondFactor } from './use-cases/authorize/check-second-factor';
import { CheckSignIn } from './use-cases/authorize/check-sign-in';
import { CliApp } from './use-cases/authorize/cli-app';
import { FindClient } from './use-cases/authorize/find-client';
import { IssueCode } from './use-cases/authorize/issue-code';
import { ClientAssertion } from './use-cases/client-assertion';
import { ClientRegistrationUseCase } from './use-cases/client-registration.use-case';
import { CustomUserinfo } from './use-cases/custom-userinfo';
import { EndSessionUseCase } from './use-cases/end-session.use-case';
import { IdTokenHint } from './use-cases/id-token-hint';
import { IntrospectUseCase } from './use-cases/introspect.use-case';
import { LoginUseCase } from './use-cases/login.use-case';
import { OauthAuditRecorder } from './use-cases/oauth-audit-recorder';
import { RevokeUseCase } from './use-cases/revoke.use-case';
import { ApiKeyExchange } from './use-cases/token/api-key.exchange';
import { AuthorizationCodeGrant } from './use-cases/token/authorization-code.grant';
import { ClientCredentialsGrant } from './use-cases/token/client-credentials.grant';
import { LoginToken } from './use-cases/token/login-token';
import { RefreshTokenGrant } from './use-cases/token/refresh-token.grant';
import type { TokenGrant } from './use-cases/token/token-grant';
import { TokenUseCase } from './use-cases/token/token.use-case';
import { UserinfoUseCase } from './use-cases/userinfo.use-case';

const STORAGE = [GrantsRepository, CodesRepository, AssertionsRepository];
const AUTHORIZATION = [
  CliApp,
  FindClient,
  CheckSignIn,
  CheckSecondFactor,
  CheckConsent,
  IssueCode,
  AuthorizationSteps,
  AuthorizationAuditRecorder,
  AuthorizeUseCase,
  EndSessionUseCase,
  IdTokenHint,
];
/** The grants that the token endpoint supports, except the one in {@link RefreshModule}. */
const GRANTS = [ClientCredentialsGrant, AuthorizationCodeGrant, ApiKeyExchange];

/** The authorization server. */
@Module({
  imports: [
    KernelModule,
    RefreshModule,
    AccessTokensModule,
    ports(
      ClientsPort,
      TenantsPort,
      UsersPort,
      AuditPort,
      ScopesPort,
      SessionsPort,
      KeysPort,
      SignerPort,
      UserAccessPort,
      MembershipsPort,
      TokenEventLogPort,
      SelfRegistrationPort,
      AppsPort,
      SignInPort,
      FactorsPort,
      OneTimeCodesPort,
    ),
  ],
  providers: [
    ...STORAGE,
    ...AUTHORIZATION,
    ...GRANTS,
    EndMarkedFamilies,
    EndDeletedUsers,
    EndUserFamilies,
    OauthCleanupTask,
    ClientAssertion,
    CustomUserinfo,
    UserinfoUseCase,
    AuthenticateClient,
    AuthenticateCaller,
    {
      provide: TokenUseCase,
      inject: [AuthenticateClient, OauthAuditRecorder, RefreshTokenGrant, ...GRANTS],
      useFactory: (authenticate: AuthenticateClient, trail: OauthAuditRecorder, ...grants: TokenGrant[]) =>
        new TokenUseCase(authenticate, trail, grants),
    },
    IntrospectUseCase,
    RevokeUseCase,
    LoginToken,
    { provide: ClientRegistrationPort, useClass: ClientRegistrationUseCase },
    { provide: LoginPort, useClass: LoginUseCase },
    { provide: OauthPort, useClass: OauthService },
    { provide: AuthorizationPort, useClass: AuthorizationService },
    { provide: MetadataPort, useClass: MetadataService },
    { provide: GrantsPort, useClass: GrantsService },
  ],
  exports: [AuthorizationPort, ClientRegistrationPort, GrantsPort, LoginPort, MetadataPort, OauthPort],
})
export class OauthModule {}
