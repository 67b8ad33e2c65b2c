import { Injectable } from '@nestjs/common';
import type { AuthorizationPort } from './contract/authorization.port';
import type {
  AuthorizationRequest,
  AuthorizationStep,
  ConsentDecision,
  LogoutStep,
} from './contract/authorization.types';
import { AuthorizeUseCase } from './use-cases/authorize/authorize.use-case';
import { EndSessionUseCase } from './use-cases/end-session.use-case';

/** The endpoints that a browser visits. Each has its own file. */
@Injectable()
export class AuthorizationService implements AuthorizationPort {
  constructor(
    private readonly authorizeUseCase: AuthorizeUseCase,
    private readonly endSessionUseCase: EndSessionUseCase,
  ) {}

  authorize(request: AuthorizationRequest): Promise<AuthorizationStep> {
    return this.authorizeUseCase.run(request, null);
  }

  consent(request: AuthorizationRequest, decision: ConsentDecision): Promise<AuthorizationStep> {
    return this.authorizeUseCase.run(request, decision);
  }

  endSession(request: AuthorizationRequest, confirmed: boolean): Promise<LogoutStep> {
    return this.endSessionUseCase.run(request, confirmed);
  }
}
