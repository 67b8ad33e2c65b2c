import type { TaskHandler } from '../../../kernel/threads/pool-messages';
import { cpuBudget } from '../cpu-budget';
import { decide } from '../decide';
import { evaluateDocument } from '../document';
import { explain } from '../explain';
import { UnusableBundle } from '../load-policy';
import type { DecisionReply, DecisionTask } from './decision-task';
import { ThreadPolicies } from './thread-policies';

const policies = new ThreadPolicies();

/** Makes a decision in a thread of {@link DecisionThreads}, with the thread's own copy of the policy. */
const handleDecision: TaskHandler<DecisionTask, DecisionReply> = async ({ kind, policy, query, cpuMs, endsAtMs }) => {
  try {
    const ready = await policies.get(policy);
    const run = { budget: cpuBudget(cpuMs, Math.max(0, endsAtMs - Date.now())) };
    switch (kind) {
      case 'decide':
        return { answer: decide(ready.policy, ready.wall, query, run).decision };
      case 'explain':
        return { answer: explain(ready.policy, ready.wall, query, run) };
      case 'document':
        return {
          answer: evaluateDocument(ready.policy, ready.wall, { isStrict: false, linePrefix: null, ...query }, run),
        };
    }
  } catch (error) {
    if (error instanceof UnusableBundle) return { unusable: error.message };
    throw error;
  }
};

export default handleDecision;
