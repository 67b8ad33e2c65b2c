interface Report {
  readonly title: string;
  readonly figures: readonly number[];
}

interface Run {
  readonly log: (line: string) => void;
  readonly progress: (percent: number, stage: string) => void;
}

export default function report({ title, figures }: Report, { log, progress }: Run): object {
  log(`${figures.length} figures`);
  progress(50, 'adding');
  const total = figures.reduce((sum, figure) => sum + figure, 0);
  return { title, total, average: total / figures.length };
}
