import { Injectable } from '@nestjs/common';
import type { OauthPort } from './contract/oauth.port';
import type { IntrospectionAnswer, OauthRequest, TokenAnswer, Userinfo } from './contract/oauth.types';
import { IntrospectUseCase } from './use-cases/introspect.use-case';
import { RevokeUseCase } from './use-cases/revoke.use-case';
import { TokenUseCase } from './use-cases/token/token.use-case';
import { UserinfoUseCase } from './use-cases/userinfo.use-case';

/** The endpoints. Each has its own file. */
@Injectable()
export class OauthService implements OauthPort {
  constructor(
    private readonly tokenUseCase: TokenUseCase,
    private readonly introspectUseCase: IntrospectUseCase,
    private readonly revokeUseCase: RevokeUseCase,
    private readonly userinfoUseCase: UserinfoUseCase,
  ) {}

  token(request: OauthRequest): Promise<TokenAnswer> {
    return this.tokenUseCase.run(request);
  }

  introspect(request: OauthRequest): Promise<IntrospectionAnswer> {
    return this.introspectUseCase.run(request);
  }

  revoke(request: OauthRequest): Promise<void> {
    return this.revokeUseCase.run(request);
  }

  userinfo(request: OauthRequest): Promise<Userinfo> {
    return this.userinfoUseCase.run(request);
  }
}
