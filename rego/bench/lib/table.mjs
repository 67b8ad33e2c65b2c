const digits = (number, places) => (Number.isFinite(number) ? number.toFixed(places) : '');
const whole = (number) => (Number.isFinite(number) ? Math.round(number).toLocaleString('en') : '');

const columns = [
  ['policy', (row) => row.policy],
  ['engine', (row) => row.engine],
  ['input', (row) => row.input],
  ['per CPU s', (row) => whole(1e6 / row.cpuUs)],
  ['CPU µs', (row) => digits(row.cpuUs, 2)],
  ['× ours', (row) => digits(row.times, 2)],
  ['p50 µs', (row) => digits(row.p50Us, 2)],
  ['p99 µs', (row) => digits(row.p99Us, 2)],
  ['rate/s', (row) => whole(row.rate)],
  ['RSS MB', (row) => whole(row.rssMb)],
];
const TEXTS = 3;

/** Formats rows as a plain-text table with right-aligned figures. */
export function table(rows) {
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, text]) => text(row)))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index].length)));
  const pad = (text, index) => (index < TEXTS ? text.padEnd(widths[index]) : text.padStart(widths[index]));
  return cells.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}
