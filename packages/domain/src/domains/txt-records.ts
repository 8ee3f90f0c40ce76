import { Resolver } from 'node:dns/promises';

/** What DNS says of a name: its TXT records, each whole, or why nobody could be asked. */
export type TxtAnswer = { kind: 'records'; texts: readonly string[] } | { kind: 'unreachable' };

/** Asks DNS for TXT records. Slow and remote: never in a transaction. */
export type TxtLookup = (name: string) => Promise<TxtAnswer>;

const ATTEMPT_MS = 2000;
const ATTEMPTS = 2;

/** Asks these name servers, each `address` or `address:port`; none: those of the machine. Throws TypeError for others. */
export function txtLookup(servers: readonly string[]): TxtLookup {
  return async (name) => {
    const resolver = new Resolver({ timeout: ATTEMPT_MS, tries: ATTEMPTS });
    if (servers.length > 0) resolver.setServers(servers);
    try {
      const records = await resolver.resolveTxt(name);
      return { kind: 'records', texts: records.map((chunks) => chunks.join('')) };
    } catch (error) {
      // There is no such name, or it has no such record: an answer like any other.
      if (isAnswer(error)) return { kind: 'records', texts: [] };
      return { kind: 'unreachable' };
    }
  };
}

function isAnswer(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === 'ENOTFOUND' || error.code === 'ENODATA')
  );
}
