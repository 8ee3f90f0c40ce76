/** The command did its work and found that something is wrong; its message says what. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}
