const longestExcerpt = 1000;

/** A statement could touch a row of an account that it does not name, or names an account other than the current one. */
export class TenancyError extends Error {
  override readonly name = 'TenancyError';
  /** The whole text, without its parameter values. */
  readonly statement: string;

  constructor(problem: string, statement: string, options?: ErrorOptions) {
    const excerpt = statement.length > longestExcerpt ? `${statement.slice(0, longestExcerpt)}…` : statement;
    super(`${problem}\nStatement: ${excerpt}`, options);
    this.statement = statement;
  }
}
