/** A thing that does not move as it is. */
export interface Note {
  /** The kind of the thing, such as "user" or "password". */
  readonly item: string;
  /** The name of the thing, or of the user to whom it belongs. Never a secret. */
  readonly subject: string;
  /** `changed` if the thing moves in another form. */
  readonly outcome: 'not moved' | 'changed';
  readonly reason: string;
}

/** Notes with the same reason. */
interface NoteGroup extends Omit<Note, 'subject'> {
  readonly count: number;
  /** The first subject. */
  readonly example: string;
}

/** Collects everything that does not move as it is, so that the report is complete. Keeps about 100 bytes for each note. */
export class Notes {
  private readonly notes: Note[] = [];

  get all(): readonly Note[] {
    return this.notes;
  }

  /** True if something does not move at all. */
  get isPartial(): boolean {
    return this.notes.some(({ outcome }) => outcome === 'not moved');
  }

  notMoved(item: string, subject: string, reason: string): void {
    this.notes.push({ item, subject, outcome: 'not moved', reason });
  }

  changed(item: string, subject: string, reason: string): void {
    this.notes.push({ item, subject, outcome: 'changed', reason });
  }

  /** Returns the notes by item, outcome and reason, in the order in which each first appeared. */
  grouped(): readonly NoteGroup[] {
    const groups = Map.groupBy(this.notes, ({ item, outcome, reason }) => `${item}\n${outcome}\n${reason}`);
    return [...groups.values()].flatMap((notes) => {
      const [first] = notes;
      if (first === undefined) return [];
      const { subject: example, item, outcome, reason } = first;
      return [{ item, outcome, count: notes.length, reason, example }];
    });
  }
}
