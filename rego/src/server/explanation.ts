import type { EvaluationTrace } from '../policy-engine.js';
import { goJson } from './json-text.js';
import type { Parameters } from './parameters.js';

export type ExplainMode = 'off' | 'notes' | 'fails' | 'full' | 'debug';
const MODES: readonly string[] = ['notes', 'fails', 'full', 'debug'];
/** Maximum number of lines in an explanation. A policy with many iterations could write more lines than anyone would read. */
const MAX_EVENTS = 10_000;

/** Returns the first valid mode in the `explain` parameter. */
export function explainMode(parameters: Parameters): ExplainMode {
  const named = parameters.all('explain').find((value) => MODES.includes(value));
  return (named as ExplainMode | undefined) ?? 'off';
}

interface TraceEvent {
  readonly op: 'eval' | 'exit' | 'fail';
  readonly type: 'expr' | 'rule';
  readonly name: string;
  readonly file: string;
  readonly row: number;
}

/**
 * Collects the rules that were tried and the lines that held. It includes less than OPA's trace: no bindings, no nesting of queries, and no
 * notes.
 */
export class Explanation implements EvaluationTrace {
  private readonly events: TraceEvent[] = [];

  constructor(readonly mode: ExplainMode) {}

  covered(file: string, row: number): void {
    if (this.mode === 'full' || this.mode === 'debug') this.add({ op: 'eval', type: 'expr', name: '', file, row });
  }

  rule(name: string, file: string, row: number, _nanos: bigint, defined: boolean): void {
    if (this.mode === 'notes' || (this.mode === 'fails' && defined)) return;
    this.add({ op: defined ? 'exit' : 'fail', type: 'rule', name, file, row });
  }

  /** Returns the events in the order in which they ended, as lines of text if `pretty` is true. */
  json(pretty: boolean): string {
    const { events } = this;
    if (pretty) return goJson(events.length === 0 ? [''] : events.map(lineOf));
    return goJson(
      events.map(({ op, type, name, file, row }) => ({
        op,
        query_id: 0,
        parent_id: 0,
        type,
        node: type === 'rule' ? name : null,
        locals: [],
        message: '',
        location: { file, row },
      })),
    );
  }

  private add(event: TraceEvent): void {
    if (this.events.length < MAX_EVENTS) this.events.push(event);
  }
}

const WORDS = { eval: 'Eval', exit: 'Exit', fail: 'Fail' } as const;
const lineOf = ({ op, name, file, row }: TraceEvent): string => `${file}:${row} | ${WORDS[op]} ${name}`.trimEnd();
