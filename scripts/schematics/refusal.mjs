/** An error in the user's request. Only its message is shown. */
export class Refusal extends Error {
  name = 'Refusal';
}
