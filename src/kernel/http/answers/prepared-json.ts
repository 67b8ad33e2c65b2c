const texts = new WeakMap<object, string>();

/** Prepares a response that will be sent more than once. Its JSON is created here, so the content must not change afterward. */
export function prepareJson<Answer extends object>(answer: Answer): Answer {
  texts.set(answer, JSON.stringify(answer));
  return Object.freeze(answer);
}

/** Returns the JSON of a prepared response; `null` for any other response. */
export function preparedText(answer: unknown): string | null {
  return typeof answer === 'object' && answer !== null ? (texts.get(answer) ?? null) : null;
}

/** Returns the JSON of a response; a prepared response's JSON comes from memory. */
export function jsonOf(answer: object): string {
  return texts.get(answer) ?? JSON.stringify(answer);
}
