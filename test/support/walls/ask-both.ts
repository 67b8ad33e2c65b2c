import type { CrossTenantRequest } from './random-request';
import { withoutWords } from './random-body';
import type { Twins } from './twins';
import type { WallsAnswer, WallsRequest, WallsWorld } from './walls-world';

interface Asked {
  readonly answer: WallsAnswer;
  /** Sorted: side by side they come in any order. */
  readonly statements: readonly string[];
}

/** What is done for many requests at once is done in the name of whichever came first: the log, and what frames it. */
const OF_MANY = /\baudit\.|^(START TRANSACTION|BEGIN|COMMIT)\b/;
const TRIES = 5;

/**
 * Where a tenant is signed in to by its name, which is no secret, one that is there is in memory. What takes time is the
 * hash of the password, for both.
 */
const BY_TENANT_NAME = /\/auth\/login$/;

/**
 * Asks for another tenant's things, and says what the answers tell. Each must be one that is given for what nobody has, word
 * for word and statement for statement. Of most, that answer is known from an earlier request of the same caller by the same
 * operation; else it is asked for.
 */
export class AskBoth {
  /** Answers for what nobody has. */
  private readonly known = new Set<string>();
  private readonly hidden: RegExp;

  /** @param hidden what only the other tenant has, and no request names */
  constructor(
    private readonly world: WallsWorld,
    private readonly twins: Twins,
    hidden: readonly string[],
  ) {
    this.hidden = new RegExp(hidden.join('|'));
  }

  /** @returns what is wrong, in words */
  async faultsOf(request: CrossTenantRequest): Promise<readonly string[]> {
    const foreign = await this.ask(request.foreign);
    const leaks = this.leaks(foreign);
    // What was written for one must be written for the other, or what they find parts for good.
    const isDone = request.foreign.method !== 'GET' && foreign.answer.status < 300;
    if (!isDone && this.known.has(this.keyOf(request, foreign))) return leaks;
    const missing = await this.ask(request.missing);
    this.known.add(this.keyOf(request, missing));
    const differs = this.differs(foreign, missing);
    const isCounted = !isDone && !isInTheWay(missing.answer) && !BY_TENANT_NAME.test(request.name);
    return [...leaks, ...differs, ...(isCounted ? await this.countedApart(request, foreign, missing) : [])];
  }

  /** Which statements only what another has takes, or only what nobody has, each time that they are asked for. */
  private async countedApart(
    request: CrossTenantRequest,
    ...first: readonly [Asked, Asked]
  ): Promise<readonly string[]> {
    let apart = difference(...first);
    // The other way round each time: what was read into memory for the first is there for the second.
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
    return this.hidden.test(text) ? [`It tells what is the other tenant's: ${text}`] : [];
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

  /** An answer but for ids, and the names that were asked for. */
  private wordsOf({ status, text, requestId }: WallsAnswer): string {
    const plain = withoutWords(this.twins.blank(text.replaceAll('~1', '/'))).replaceAll(requestId, '');
    return `${status} ${plain.replaceAll(/\b[a-z]{2,4}-[0-9a-z]{26}\b/g, '…')}`;
  }
}

/** What is in the way of the second of a pair is the first, or an earlier one: the caller's own. */
const isInTheWay = ({ status }: WallsAnswer): boolean => status === 409 || status === 429;

/** Statements that one was asked oftener than the other, each with which and how often. */
function difference(foreign: Asked, missing: Asked): Set<string> {
  const times = (of: Asked, text: string): number => of.statements.filter((one) => one === text).length;
  const texts = new Set([...foreign.statements, ...missing.statements]);
  const more = [...texts].map((text) => [times(foreign, text) - times(missing, text), text] as const);
  return new Set(more.filter(([by]) => by !== 0).map(([by, text]) => `${by} more for another tenant's: ${text}`));
}
