/** What is wrong with what was asked for, in words for who asked: they are all that is shown. */
export class Refusal extends Error {
  name = 'Refusal';
}
