import type { Group } from './examine';
import type { Finding, Status } from './finding';

/** The number of findings of each kind. */
export type Tally = Readonly<Record<Status, number>>;

/** The report that `--json` prints. */
export interface Report {
  readonly status: Exclude<Status, 'skip'>;
  readonly checkedAt: string;
  readonly durationMs: number;
  readonly summary: Tally;
  readonly groups: readonly Group[];
}

const MARKS: Readonly<Record<Status, string>> = { ok: '✓', warn: '!', fail: '✗', skip: '–' };
/** SGR codes: green, yellow, red, dim. */
const COLORS: Readonly<Record<Status, number>> = { ok: 32, warn: 33, fail: 31, skip: 2 };
const BOLD = 1;
const DIM = 2;

export function tallyOf(groups: readonly Group[]): Tally {
  const count = (status: Status): number =>
    groups.flatMap(({ findings }) => findings).filter((finding) => finding.status === status).length;
  return { ok: count('ok'), warn: count('warn'), fail: count('fail'), skip: count('skip') };
}

/** Returns the report as text: a heading for each group, a line for each finding, and the remedy below it. */
export function renderText({ groups, summary, durationMs }: Report, isColored: boolean): string {
  const paint = (code: number, text: string): string => (isColored ? `\u001b[${code}m${text}\u001b[0m` : text);
  const width = Math.max(0, ...groups.flatMap(({ findings }) => findings).map(({ subject }) => subject.length));
  const line = ({ status, subject, detail, remedy }: Finding): string => {
    const mark = paint(COLORS[status], MARKS[status]);
    const words = status === 'skip' ? paint(DIM, detail) : detail;
    const advice = remedy === null ? '' : `\n${' '.repeat(width + 6)}${paint(DIM, '→')} ${remedy}`;
    return `  ${mark} ${subject.padEnd(width)}  ${words}${advice}`;
  };
  const blocks = groups.map(({ name, findings }) => `${paint(BOLD, name)}\n${findings.map(line).join('\n')}\n`);
  return `${blocks.join('\n')}\n${summaryLine(summary, durationMs, paint)}\n`;
}

function summaryLine(summary: Tally, durationMs: number, paint: (code: number, text: string) => string): string {
  const { ok, warn, fail, skip } = summary;
  const parts = [
    paint(fail > 0 ? COLORS.fail : DIM, `${fail} failed`),
    paint(warn > 0 ? COLORS.warn : DIM, `${warn} ${warn === 1 ? 'warning' : 'warnings'}`),
    paint(COLORS.ok, `${ok} in order`),
    ...(skip > 0 ? [paint(DIM, `${skip} not checked`)] : []),
  ];
  return `${parts.join(', ')}, in ${(durationMs / 1000).toFixed(1)} s.`;
}
