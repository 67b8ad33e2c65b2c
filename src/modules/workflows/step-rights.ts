import { Injectable } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { type FieldError, outage } from '../../kernel/errors/app-error';
import { outageOfVerdict } from '../auth/contract/auth.port';
import { EgressPort } from '../gates/contract/egress.port';
import { StartAuthorizationPort, type StartedWork } from '../jobs/contract/start-authorization.port';
import type { WorkflowDefinition } from './contract/workflow-definition.types';
import { EGRESS_NAME, literalStart } from './domain/egress';
import { WorkflowsRepository } from './storage/workflows.repository';

/** An act of a workflow: starting work or calling a URL. */
type Act = { readonly pointer: string } & ({ readonly work: StartedWork } | { readonly url: string });

/**
 * Checks that the person or service that saves a workflow is allowed to do what its steps do. Steps run under this authority, and are
 * authorized again each time they run. `TriggerRights` covers triggers.
 */
@Injectable()
export class StepRights {
  constructor(
    private readonly repository: WorkflowsRepository,
    private readonly start: StartAuthorizationPort,
    private readonly egress: EgressPort,
    private readonly installation: Installation,
  ) {}

  /**
   * Returns the acts that the caller is not allowed to perform, each with its pointer. The list is empty when all acts are allowed. Errors:
   * `unavailable` when no decision is possible.
   */
  async denials(context: CallContext, definition: WorkflowDefinition): Promise<readonly FieldError[]> {
    const acts = await this.actsOf(requireTenant(context), definition);
    const answers = new Map<string, string | null>();
    const denials: FieldError[] = [];
    // Checked sequentially, because two hundred concurrent checks would use up all database connections and the tenant's thread time.
    for (const { pointer, ...act } of acts) {
      const key = JSON.stringify(act);
      const known = answers.get(key);
      const message = known === undefined ? await this.denial(context, act) : known;
      answers.set(key, message);
      if (message !== null) denials.push({ pointer, code: 'denied', message });
    }
    return denials;
  }

  private async actsOf(tenantId: string, { steps }: WorkflowDefinition): Promise<readonly Act[]> {
    const called = steps.flatMap((step) => (step.type === 'workflow' ? [step.workflow] : []));
    const ids = await this.repository.idsOf(tenantId, called);
    return steps.flatMap((step, index): Act[] => {
      const pointer = `/steps/${index}`;
      const undo = 'undo' in step && step.undo !== undefined ? [{ at: `${pointer}/undo`, action: step.undo }] : [];
      return [{ at: pointer, action: step }, ...undo].flatMap(({ at, action }): Act[] => {
        switch (action.type) {
          case 'skill': {
            const [kind = ''] = action.skill.split('@');
            return [{ pointer: `${at}/skill`, work: { type: 'skill', kind, image: '' } }];
          }
          case 'workflow': {
            const image = ids.get(action.workflow) ?? '';
            return [{ pointer: `${at}/workflow`, work: { type: 'workflow', kind: action.workflow, image } }];
          }
          case 'webhook':
            return [{ pointer: `${at}/url`, url: literalStart(action.url) }];
          case 'wait':
          case 'approval':
          case 'switch':
            return [];
        }
      });
    });
  }

  /** Returns the reason for a denial; `null` when the act is allowed. */
  private async denial(
    context: CallContext,
    act: { readonly work: StartedWork } | { readonly url: string },
  ): Promise<string | null> {
    if ('work' in act) {
      const verdict = await this.start.verdict(context, act.work);
      if (verdict.allowed) return null;
      const reason = outageOfVerdict(verdict);
      if (reason !== null) throw outage(reason);
      return messageOf(verdict.reason);
    }
    const { mayBePrivate } = this.installation.receiverRules;
    const query = { tenantId: requireTenant(context), url: act.url, serviceName: EGRESS_NAME, mayBePrivate };
    const verdict = await this.egress.authorize(context, query);
    return verdict.allowed ? null : messageOf(verdict.reason);
  }
}

function messageOf(reason: string): string {
  return reason === '' ? 'The policy of this tenant does not allow this.' : reason;
}
