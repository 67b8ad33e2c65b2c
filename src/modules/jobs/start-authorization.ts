import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError, outage } from '../../kernel/errors/app-error';
import { Clock } from '../../kernel/time/clock';
import { AuthPort, outageOfVerdict, type PrincipalAct, type PrincipalVerdict } from '../auth/contract/auth.port';
import { principalOf } from '../auth/contract/principal.types';
import { type StartAuthorizationPort, type StartedWork } from './contract/start-authorization.port';
import { neededAct } from './domain/needed-act';

const ALLOWED: PrincipalVerdict = Object.freeze({ allowed: true });

@Injectable()
export class StartAuthorization implements StartAuthorizationPort {
  constructor(
    private readonly auth: AuthPort,
    private readonly clock: Clock,
  ) {}

  async verdict(context: CallContext, work: StartedWork): Promise<PrincipalVerdict> {
    const act = neededAct(work);
    if (isDecided(context, act)) return ALLOWED;
    return this.auth.authorizePrincipal(context, principalOf(context, this.clock.nowMs()), act);
  }

  async assert(context: CallContext, work: StartedWork): Promise<void> {
    const verdict = await this.verdict(context, work);
    if (verdict.allowed) return;
    const reason = outageOfVerdict(verdict);
    if (reason !== null) throw outage(reason);
    const { action, requiredScope } = neededAct(work);
    const message = verdict.reason === '' ? 'The policy of this tenant does not allow it.' : verdict.reason;
    throw new AppError('forbidden', `This work requires ${action} with the scope ${requiredScope}: ${message}`);
  }
}

function isDecided({ decided }: CallContext, { action, resource }: PrincipalAct): boolean {
  return decided?.action === action && decided.resource === resource;
}
