/** One answered request, or one that got no answer. */
export interface Exchange {
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly status: number | 'none';
  readonly ms: number;
}

/** An answer that the identity provider would not have expected. */
export interface Surprise {
  readonly why: string;
  readonly request: string;
  readonly answer: string;
}

export interface Journal {
  readonly exchanges: readonly Exchange[];
  readonly surprises: readonly Surprise[];
  record(exchange: Exchange): void;
  surprise(surprise: Surprise): void;
}

/** What was asked and answered, kept for the report. */
export function startJournal(onExchange: () => void = () => undefined): Journal {
  const exchanges: Exchange[] = [];
  const surprises: Surprise[] = [];
  return {
    exchanges,
    surprises,
    record(exchange) {
      exchanges.push(exchange);
      onExchange();
    },
    surprise(surprise) {
      surprises.push(surprise);
    },
  };
}
