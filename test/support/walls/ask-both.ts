import type { CrossTenantRequest } from './random-request';
import { withoutWords } from './random-body';
import type { Twins } from './twins';
import type { WallsAnswer, WallsRequest, WallsWorld } from './walls-world';

interface Asked {
  readonly answer: WallsAnswer;
  /** Sorted, because concurrent statements arrive in any order. */
  readonly statements: readonly string[];
}

/** Matches batched work, which runs on behalf of the request that came first: the writes to the log, and their transaction. */
const OF_MANY = /\baudit\.|^(START TRANSACTION|BEGIN|COMMIT)\b/;
const TRIES = 5;

/**
 * A sign-in with the tenant's name, which is not a secret: an existing tenant is cached. For both tenants, the slow part is the password
 * hash.
 */
const BY_TENANT_NAME = /\/auth\/login$/;

/**
 * Requests another tenant's resources, and reports any information that the responses reveal about them. Each response must equal the
 * response for a nonexistent resource, in its text and its statements. If possible, reuses the response to an earlier request for the same
 * operation by the same caller; otherwise, sends a new request.
 */
export class AskBoth {
  /** Responses for resources that do not exist. */
  private readonly known = new Set<string>();
  private readonly hidden: RegExp;

  /** @param hidden strings that only the other tenant has and that are not in any request */
  constructor(
    private readonly world: WallsWorld,
    private readonly twins: Twins,
    hidden: readonly string[],
  ) {
    this.hidden = new RegExp(hidden.join('|'));
  }

  /** @returns the faults as messages */
  async faultsOf(request: CrossTenantRequest): Promise<readonly string[]> {
    const foreign = await this.ask(request.foreign);
    const leaks = this.leaks(foreign);
    // If one of the two requests writes, the other must write too, or their states differ permanently.
    const isDone = request.foreign.method !== 'GET' && foreign.answer.status < 300;
    if (!isDone && this.known.has(this.keyOf(request, foreign))) return leaks;
    const missing = await this.ask(request.missing);
    this.known.add(this.keyOf(request, missing));
    const differs = this.differs(foreign, missing);
    const isCounted = !isDone && !isInTheWay(missing.answer) && !BY_TENANT_NAME.test(request.name);
    return [...leaks, ...differs, ...(isCounted ? await this.countedApart(request, foreign, missing) : [])];
  }

  /** Returns the statements that run only for existing resources, or only for missing resources, on every try. */
  private async countedApart(
    request: CrossTenantRequest,
    ...first: readonly [Asked, Asked]
  ): Promise<readonly string[]> {
    let apart = difference(...first);
    // Alternates the order, because data cached for the first request is available to the second.
    for (let time = 1; time < TRIES && apart.size > 0; time++) {
      const isTurned = time % 2 === 1;
      const one = await this.ask(isTurned ? request.missing : request.foreign);
      const two = await this.ask(isTurned ? request.foreign : request.missing);
      const again = isTurned ? difference(two, one) : difference(one, two);
      apart = new Set([...apart].filter((words) => again.has(words)));
    }
    return apart.size === 0 ? [] : [[...apart].join('\n')];
  }

  private async ask(request: WallsRequest): Promise<Asked> {
    const answer = await this.world.send(request);
    const statements = this.world.statements.take(answer.requestId).filter((text) => !OF_MANY.test(text));
    return { answer, statements: statements.sort() };
  }

  private leaks({ answer: { text } }: Asked): readonly string[] {
    return this.hidden.test(text) ? [`The response reveals another tenant’s data: ${text}`] : [];
  }

  private differs({ answer: a }: Asked, { answer: b }: Asked): readonly string[] {
    const isSame = a.status < 300 ? a.status === b.status : this.wordsOf(a) === this.wordsOf(b);
    return isSame || isInTheWay(b) || a.status === 429
      ? []
      : [`${a.status} ${a.text}\nrather than\n${b.status} ${b.text}`];
  }

  private keyOf({ name, way }: CrossTenantRequest, { answer, statements }: Asked): string {
    return [name, way, answer.status < 300 ? answer.status : this.wordsOf(answer), ...statements].join('\n');
  }

  /** Returns a response without ids or the requested names. */
  private wordsOf({ status, text, requestId }: WallsAnswer): string {
    const plain = withoutWords(this.twins.blank(text.replaceAll('~1', '/'))).replaceAll(requestId, '');
    return `${status} ${plain.replaceAll(/\b[a-z]{2,4}-[0-9a-z]{26}\b/g, '…')}`;
  }
}

/** Returns whether an earlier request by the same caller (often the first of the pair) blocks the second. */
const isInTheWay = ({ status }: WallsAnswer): boolean => status === 409 || status === 429;

/** Returns the statements that one request runs more often than the other, each with its side and count. */
function difference(foreign: Asked, missing: Asked): Set<string> {
  const times = (of: Asked, text: string): number => of.statements.filter((one) => one === text).length;
  const texts = new Set([...foreign.statements, ...missing.statements]);
  const more = [...texts].map((text) => [times(foreign, text) - times(missing, text), text] as const);
  return new Set(
    more.filter(([by]) => by !== 0).map(([by, text]) => `${by} more for another tenant’s resource: ${text}`),
  );
}
