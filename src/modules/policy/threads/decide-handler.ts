import type { TaskHandler } from '../../../kernel/threads/pool-messages';
import { cpuBudget } from '../cpu-budget';
import { decide } from '../decide';
import { explain } from '../explain';
import { UnusableBundle } from '../load-policy';
import type { DecisionReply, DecisionTask } from './decision-task';
import { ThreadPolicies } from './thread-policies';

const policies = new ThreadPolicies();

/** Makes a decision in a thread of {@link DecisionThreads}, by the thread's own copy of the policy. */
const handleDecision: TaskHandler<DecisionTask, DecisionReply> = async ({ kind, policy, query, cpuMs, endsAtMs }) => {
  try {
    const ready = await policies.get(policy);
    const run = { budget: cpuBudget(cpuMs, Math.max(0, endsAtMs - Date.now())) };
    if (kind === 'explain') return { answer: explain(ready.policy, ready.wall, query, run) };
    return { answer: decide(ready.policy, ready.wall, query, run).decision };
  } catch (error) {
    if (error instanceof UnusableBundle) return { unusable: error.message };
    throw error;
  }
};

export default handleDecision;
