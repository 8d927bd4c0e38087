/** A mistake of whoever typed the command: its message is all that is shown. */
export class CliError extends Error {
  override readonly name = 'CliError';
}
