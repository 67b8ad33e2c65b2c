const texts = new WeakMap<object, string>();

/** An answer that will be given more than once: its JSON is made here, so what is in it must not change from here on. */
export function prepareJson<Answer extends object>(answer: Answer): Answer {
  texts.set(answer, JSON.stringify(answer));
  return Object.freeze(answer);
}

/** The JSON of an answer that was prepared; `null` for any other. */
export function preparedText(answer: unknown): string | null {
  return typeof answer === 'object' && answer !== null ? (texts.get(answer) ?? null) : null;
}

/** The JSON of an answer; at hand for one that was prepared. */
export function jsonOf(answer: object): string {
  return texts.get(answer) ?? JSON.stringify(answer);
}
