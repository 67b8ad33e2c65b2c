import type { Installation } from '../../kernel/config/installation';
import { systemContext } from '../../kernel/context/call-context';
import type { EgressPort } from '../gates/contract/egress.port';
import type { StartAuthorizationPort } from '../jobs/contract/start-authorization.port';
import { workflowDefinition } from './contract/workflow-definition.types';
import { WORKFLOW_LIMITS } from './contract/workflow-limits';
import { StepRights } from './step-rights';
import type { WorkflowsRepository } from './storage/workflows.repository';

describe('the rights to the steps of a definition', () => {
  it('are each checked once and sequentially, so that a definition does not monopolize the store', async () => {
    const kinds: string[] = [];
    let underWay = 0;
    let most = 0;
    const start: Pick<StartAuthorizationPort, 'verdict'> = {
      verdict: async (_context, { kind }) => {
        kinds.push(kind);
        most = Math.max(most, ++underWay);
        await new Promise(setImmediate);
        underWay -= 1;
        return kind === 'skill-7' ? { allowed: false, code: 'denied', reason: 'not this one' } : { allowed: true };
      },
    };
    const rights = new StepRights(
      { idsOf: () => Promise.resolve(new Map()) } as unknown as WorkflowsRepository,
      start as StartAuthorizationPort,
      {} as EgressPort,
      { receiverRules: { mayBePrivate: false, mayBePlain: false } } as Installation,
    );
    const steps = Array.from({ length: WORKFLOW_LIMITS.maxSteps }, (_, n) => {
      return { id: `s${n}`, type: 'skill', skill: `skill-${n % 100}` };
    });
    const denials = await rights.denials(
      systemContext('req-1', 'tnt-1'),
      workflowDefinition.parse({ name: 'w', steps }),
    );
    expect([kinds.length, most]).toEqual([100, 1]);
    const denied = { code: 'denied', message: 'not this one' };
    expect(denials).toEqual([
      { pointer: '/steps/7/skill', ...denied },
      { pointer: '/steps/107/skill', ...denied },
    ]);
  });
});
