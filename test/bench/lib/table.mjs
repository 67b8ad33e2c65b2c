const columns = [
  ['scenario', (row) => row.scenario],
  ['who', (row) => row.contender],
  ['rate/s', (row) => whole(row.rate)],
  ['p50 ms', (row) => digits(row.p50Ms, 2)],
  ['p99 ms', (row) => digits(row.p99Ms, 2)],
  ['CPU µs', (row) => digits(row.cpuUs, 1)],
  ['store µs', (row) => digits(row.storeUs, 1)],
  ['busy %', (row) => whole(row.busyPercent)],
  ['others %', (row) => whole(row.othersPercent)],
  ['RSS MB', (row) => whole(row.rssMb)],
  ['ratio', (row) => digits(row.ratio, 2)],
  ['CPU ratio', (row) => digits(row.cpuRatio, 2)],
  ['target', (row) => row.target ?? ''],
  ['', (row) => (row.met === undefined ? '' : row.met ? 'met' : 'MISSED')],
];

/** Formats rows as a plain text table, with figures right-aligned. */
export function table(rows) {
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, text]) => text(row)))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index].length)));
  const isText = (index) => index < 2 || index > columns.length - 3;
  const pad = (text, index) => (isText(index) ? text.padEnd(widths[index]) : text.padStart(widths[index]));
  return cells.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

function digits(number, places) {
  return Number.isFinite(number) ? number.toFixed(places) : '';
}

function whole(number) {
  return Number.isFinite(number) ? Math.round(number).toLocaleString('en') : '';
}
